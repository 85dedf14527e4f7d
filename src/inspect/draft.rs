//! A model as it is written, with the reason for each line above it.

use std::fmt::{self, Write as _};

use toml::Value;

use crate::values::text::visible;

/// Letters of a line of a comment.
const WIDTH: usize = 92;

/// Keys of a table in the order in which a person says them; others come after.
const FIRST: [&str; 5] = ["lookup", "sum", "where", "path", "status"];

/// A model that is being written.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is said before all sections.
    pub notes: Vec<String>,
    pub sections: Vec<Section>,
}

/// A section, such as `[order]`.
#[derive(Debug)]
pub struct Section {
    header: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// What stands there, and whether as a comment only.
    text: String,
    is_comment: bool,
    why: String,
    /// Whether a person has to complete it.
    asks: bool,
}

impl Section {
    pub fn new(header: impl Into<String>) -> Self {
        Self {
            header: header.into(),
            lines: Vec::new(),
        }
    }

    fn add(&mut self, key: &str, value: &Value, why: impl Into<String>) -> &mut Line {
        self.lines.push(Line {
            text: format!("{key} = {}", inline(value)),
            is_comment: false,
            why: why.into(),
            asks: false,
        });
        self.lines.last_mut().expect("it was added")
    }

    /// A line, and why it is so.
    pub fn say(&mut self, key: &str, value: impl Into<Value>, why: impl Into<String>) {
        self.add(key, &value.into(), why);
    }

    /// A line that a person has to complete.
    pub fn ask(&mut self, key: &str, value: impl Into<Value>, what: impl Into<String>) {
        self.add(key, &value.into(), what).asks = true;
    }

    /// A line that a person has to complete in some shops.
    pub fn put(&mut self, key: &str, value: &Value, why: String, asks: bool) {
        self.add(key, value, why).asks = asks;
    }

    /// A line that a person may want, and that says nothing as it stands.
    pub fn offer(&mut self, key: &str, value: impl Into<Value>, what: impl Into<String>) {
        let line = self.add(key, &value.into(), what);
        line.asks = true;
        line.is_comment = true;
    }

    /// Whether it says no amount of a line yet.
    pub fn has_no_amount(&self) -> bool {
        const AMOUNTS: [&str; 3] = ["unit_price", "list_amount", "revenue"];
        let is_amount = |line: &Line| AMOUNTS.iter().any(|key| line.text.starts_with(key));
        !self.lines.iter().any(is_amount)
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl Draft {
    /// Lines that a person has to complete.
    pub fn asked(&self) -> usize {
        let lines = self.sections.iter().flat_map(|it| &it.lines);
        lines.filter(|line| line.asks).count()
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            f.write_str(&comment(note))?;
        }
        for section in self.sections.iter().filter(|it| !it.is_empty()) {
            writeln!(f, "\n{}", section.header)?;
            for line in &section.lines {
                let mark = if line.asks { "TO COMPLETE: " } else { "" };
                if !line.why.is_empty() {
                    f.write_str(&comment(&format!("{mark}{}", line.why)))?;
                }
                let out = if line.is_comment { "# " } else { "" };
                writeln!(f, "{out}{}", line.text)?;
            }
        }
        Ok(())
    }
}

/// A sentence as lines of a comment. It may quote what documents hold.
fn comment(sentence: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in visible(sentence).split(' ') {
        let length = word.chars().count() + 1;
        if width == 0 || width + length > WIDTH {
            let before = if width == 0 { "" } else { "\n" };
            let _ = write!(lines, "{before}#");
            width = 1;
        }
        let _ = write!(lines, " {word}");
        width += length;
    }
    lines.push('\n');
    lines
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".into(),
        Value::Table(table) => {
            let mut pairs: Vec<_> = table.iter().collect();
            let place = |key: &str| FIRST.iter().position(|it| *it == key);
            pairs.sort_by_key(|(key, _)| place(key).unwrap_or(FIRST.len()));
            let pairs = pairs.into_iter().map(|(key, value)| {
                let is_bare =
                    |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
                let key = if !key.is_empty() && key.chars().all(is_bare) {
                    key.clone()
                } else {
                    quoted(key)
                };
                format!("{key} = {}", inline(value))
            });
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => quoted(text),
        scalar => scalar.to_string(),
    }
}

/// A text on one line: what JSON escapes, TOML reads, and it wants one letter more.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

/// A table of these pairs.
pub fn table<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let pairs = pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    Value::Table(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_documents_hold_breaks_no_line() {
        let mut section = Section::new("[order]");
        let evil = "a\"b\n[line]\u{85}\\";
        section.say(
            "status",
            table([("path", evil.into()), ("Order ID", vec![evil].into())]),
            format!("found: {evil} {}", "word ".repeat(40)),
        );
        section.offer("where", table([]), "or not");
        let draft = Draft {
            notes: vec!["A note.".into()],
            sections: vec![section, Section::new("[empty]")],
        };
        let text = draft.to_string();
        let read: toml::Table = text.parse().unwrap();
        assert_eq!(read["order"]["status"]["path"].as_str(), Some(evil));
        assert_eq!(read["order"]["status"]["Order ID"][0].as_str(), Some(evil));
        assert_eq!(read.len(), 1, "{text}");
        assert!(text.lines().all(|line| line.len() < 120), "{text}");
        assert!(
            text.ends_with("# TO COMPLETE: or not\n# where = {}\n"),
            "{text}"
        );
    }
}
