//! Declarations in TOML: read as a whole, and wrong with their line.

use serde::de::DeserializeOwned;

/// What is wrong with a declaration.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// The file and the line, such as `shop.toml:7`.
    pub place: String,
    pub problem: String,
}

/// Reads a declaration; `origin` is what its errors call it.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, Wrong> {
    toml::from_str(text).map_err(|error| Wrong {
        place: match error.span() {
            Some(span) => place(text, origin, span.start),
            None => origin.into(),
        },
        problem: error.message().replace('\n', "; "),
    })
}

/// Where so many bytes of the text are over.
pub(crate) fn place(text: &str, origin: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    format!("{origin}:{}", before.matches('\n').count() + 1)
}
