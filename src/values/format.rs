//! How a text file is written: delimiter, quote, encoding.

use encoding_rs::Encoding;
use serde::Deserialize;

/// What turns a file's bytes into records of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextFormat {
    pub delimiter: u8,
    /// `None` where quotes mean nothing.
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    /// What a byte order mark does not overrule; UTF-8 when neither says.
    pub encoding: Option<&'static Encoding>,
    /// Lines to pass over before the header or the first row.
    pub skip_lines: u64,
}

impl Default for TextFormat {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
            encoding: None,
            skip_lines: 0,
        }
    }
}

/// How a file is written that a model names, and where it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FileDeclaration {
    /// Its name in the folder, with `*` for any letters; what names the section when left out.
    pub path: Option<String>,
    /// A comma, or what the file's ending or its first line says, when left out.
    pub delimiter: Option<AsciiByte>,
    pub quote: Option<Quote>,
    pub escape: Option<AsciiByte>,
    pub encoding: Option<Label>,
    /// The columns' names, where no header line gives them.
    pub columns: Option<Vec<String>>,
    pub skip_lines: u64,
    /// Texts that mean blank in every column.
    pub null: Vec<String>,
}

impl FileDeclaration {
    /// What turns its bytes into records, where the delimiter is `usual` unless it says another.
    pub fn text(&self, usual: u8) -> TextFormat {
        let default = TextFormat::default();
        TextFormat {
            delimiter: self.delimiter.map_or(usual, |it| it.0),
            quote: self.quote.map_or(default.quote, |it| it.0),
            escape: self.escape.map(|it| it.0),
            encoding: self.encoding.map(|it| it.0),
            skip_lines: self.skip_lines,
        }
    }
}

/// One character of ASCII: the CSV reader works on bytes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AsciiByte(pub u8);

impl TryFrom<String> for AsciiByte {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_bytes() {
            [byte] if byte.is_ascii() => Ok(Self(*byte)),
            _ => Err("expected one ASCII character, such as \";\" or \"\\t\""),
        }
    }
}

/// The quote, or an empty text for none.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Quote(pub Option<u8>);

impl TryFrom<String> for Quote {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        AsciiByte::try_from(text).map(|byte| Self(Some(byte.0)))
    }
}

/// An encoding by any name of the WHATWG Encoding Standard.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Label(pub &'static Encoding);

impl TryFrom<String> for Label {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Encoding::for_label_no_replacement(name.as_bytes())
            .map(Self)
            .ok_or_else(|| {
                format!(
                    "`{name}` is no encoding; write one such as \"utf-8\", \"latin1\" or \"windows-1252\""
                )
            })
    }
}
