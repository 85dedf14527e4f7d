//! Rows as lines of text: what separates the values of a file, and what stands for the
//! letters that would be taken for a part of its form.

use bytes::{BufMut, BytesMut};
use datafusion::sql::sqlparser::ast::{CopyLegacyCsvOption, CopyLegacyOption, CopyOption};

use crate::sql::refusal::Refusal;

/// Rows as lines of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    pub is_csv: bool,
    pub has_header: bool,
    pub delimiter: char,
    pub null: String,
    pub quote: char,
    pub escape: Option<char>,
}

impl Lines {
    /// As the statement writes them where it says nothing.
    pub fn text() -> Self {
        Self {
            is_csv: false,
            has_header: false,
            delimiter: '\t',
            null: "\\N".into(),
            quote: '"',
            escape: None,
        }
    }

    /// As spreadsheets read them.
    pub fn csv() -> Self {
        Self {
            is_csv: true,
            delimiter: ',',
            null: String::new(),
            ..Self::text()
        }
    }

    /// One row, with the end of its line.
    pub fn line<'v>(&self, values: impl Iterator<Item = Option<&'v [u8]>>) -> BytesMut {
        let mut line = BytesMut::new();
        let mut delimiter = [0; 4];
        let delimiter = self.delimiter.encode_utf8(&mut delimiter).as_bytes();
        for (at, value) in values.enumerate() {
            if at > 0 {
                line.extend_from_slice(delimiter);
            }
            match value {
                None => line.extend_from_slice(self.null.as_bytes()),
                Some(value) => {
                    let value = String::from_utf8_lossy(value);
                    let written = if self.is_csv {
                        self.quoted(&value)
                    } else {
                        self.escaped(&value)
                    };
                    line.extend_from_slice(written.as_bytes());
                }
            }
        }
        line.put_u8(b'\n');
        line
    }

    fn quoted(&self, value: &str) -> String {
        let special = [self.delimiter, self.quote, '\n', '\r'];
        if value != self.null && value != "\\." && !value.contains(special) {
            return value.to_owned();
        }
        let escape = self.escape.unwrap_or(self.quote);
        let mut quoted = String::from(self.quote);
        for letter in value.chars() {
            if letter == self.quote || letter == escape {
                quoted.push(escape);
            }
            quoted.push(letter);
        }
        quoted.push(self.quote);
        quoted
    }

    fn escaped(&self, value: &str) -> String {
        let mut escaped = String::with_capacity(value.len());
        for letter in value.chars() {
            match letter {
                '\n' => escaped.push_str("\\n"),
                '\r' => escaped.push_str("\\r"),
                '\t' => escaped.push_str("\\t"),
                '\u{8}' => escaped.push_str("\\b"),
                '\u{b}' => escaped.push_str("\\v"),
                '\u{c}' => escaped.push_str("\\f"),
                letter if letter == '\\' || letter == self.delimiter => {
                    escaped.push('\\');
                    escaped.push(letter);
                }
                letter => escaped.push(letter),
            }
        }
        escaped
    }
}

impl Lines {
    /// Heeds an option in brackets; those that cannot be are refused.
    pub fn take(&mut self, option: &CopyOption) -> Result<(), Refusal> {
        match option {
            CopyOption::Format(_) => {}
            CopyOption::Delimiter(it) => self.delimiter = *it,
            CopyOption::Null(it) => self.null.clone_from(it),
            CopyOption::Header(it) => self.has_header = *it,
            CopyOption::Quote(it) => self.quote = *it,
            CopyOption::Escape(it) => self.escape = Some(*it),
            CopyOption::Encoding(it) if it.eq_ignore_ascii_case("utf8") => {}
            other => return Err(unsupported(other)),
        }
        Ok(())
    }

    /// Heeds an option as it was written before `PostgreSQL` 9.
    pub fn take_legacy(&mut self, option: &CopyLegacyOption) -> Result<(), Refusal> {
        match option {
            CopyLegacyOption::Binary => {}
            CopyLegacyOption::Delimiter(it) => self.delimiter = *it,
            CopyLegacyOption::Null(it) => self.null.clone_from(it),
            CopyLegacyOption::Header => self.has_header = true,
            CopyLegacyOption::Csv(more) => {
                return more.iter().try_for_each(|it| self.take_csv(it));
            }
            other => return Err(unsupported(other)),
        }
        Ok(())
    }

    fn take_csv(&mut self, option: &CopyLegacyCsvOption) -> Result<(), Refusal> {
        match option {
            CopyLegacyCsvOption::Header => self.has_header = true,
            CopyLegacyCsvOption::Quote(it) => self.quote = *it,
            CopyLegacyCsvOption::Escape(it) => self.escape = Some(*it),
            other => return Err(unsupported(other)),
        }
        Ok(())
    }
}

fn unsupported(option: &impl std::fmt::Display) -> Refusal {
    Refusal::unsupported(format!("COPY does not take {option} here; leave it out"))
}
