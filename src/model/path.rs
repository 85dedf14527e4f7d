//! Ways into a document.

use bson::{Bson, Document};
use serde::Deserialize;

/// A path such as `shippingAddress.city` or `payments.0.name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Path {
    text: String,
    steps: Vec<String>,
}

impl TryFrom<String> for Path {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let steps = steps(&text);
        if steps.iter().any(String::is_empty) {
            return Err("a path has names between full stops, such as \"address.city\"");
        }
        Ok(Self { text, steps })
    }
}

/// The names between a path's full stops. One that ends the text or comes before a blank is
/// part of a column's name, as in `Order No.`.
pub fn steps(text: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let goes_on = letters.peek().is_some_and(|next| !next.is_whitespace());
        match steps.last_mut() {
            Some(step) if letter != '.' || !goes_on => step.push(letter),
            _ => steps.push(String::new()),
        }
    }
    steps
}

impl Path {
    /// The id that every document of MongoDB has.
    #[must_use]
    pub fn id() -> Self {
        Self {
            text: "_id".into(),
            steps: vec!["_id".into()],
        }
    }

    /// As the model has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands there; a whole number as a step counts an array's elements from 0.
    #[must_use]
    pub fn get<'d>(&self, document: &'d Document) -> Option<&'d Bson> {
        let (first, rest) = self.steps.split_first()?;
        rest.iter()
            .try_fold(document.get(first)?, |value, step| match value {
                Bson::Document(inner) => inner.get(step),
                Bson::Array(elements) => elements.get(step.parse::<usize>().ok()?),
                _ => None,
            })
    }

    /// The documents of the array that stands there, in their order.
    pub fn documents<'d>(&self, document: &'d Document) -> Vec<&'d Document> {
        match self.get(document) {
            Some(Bson::Array(elements)) => elements.iter().filter_map(Bson::as_document).collect(),
            Some(Bson::Document(one)) => vec![one],
            _ => Vec::new(),
        }
    }

    /// The field of the document itself in which it begins.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.steps[0]
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn path(text: &str) -> Path {
        Path::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_path_leads_into_documents_and_arrays() {
        let order =
            doc! { "a": { "b": 1 }, "tags": ["x", "y"], "lines": [{ "n": 1 }, 7, { "n": 2 }] };
        assert_eq!(path("a.b").get(&order), Some(&Bson::Int32(1)));
        assert_eq!(path("tags.1").get(&order), Some(&"y".into()));
        assert_eq!(path("lines.n").get(&order), None);
        assert_eq!(path("a.b.c").get(&order), None);
        assert_eq!(
            path("lines").documents(&order),
            [&doc! { "n": 1 }, &doc! { "n": 2 }]
        );
        assert_eq!(path("tags.0").root(), "tags");
        assert!(Path::try_from("a..b".to_owned()).is_err());
        let columns = doc! { "Order No.": 7, "Adresse 1. Zeile": 8 };
        assert_eq!(path("Order No.").get(&columns), Some(&Bson::Int32(7)));
        assert_eq!(
            path("Adresse 1. Zeile").get(&columns),
            Some(&Bson::Int32(8))
        );
    }
}
