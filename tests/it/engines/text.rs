//! Queries as trees of text, from which parts can be taken away.

use std::fmt::{self, Display, Formatter};

#[derive(Clone, Debug)]
pub enum Text {
    Leaf(String),
    /// One after the other; taking one away would leave nonsense.
    Words(Vec<Text>),
    /// Items between brackets; any of them may be left out.
    List(Brackets, Vec<Text>),
}

#[derive(Clone, Copy, Debug)]
pub enum Brackets {
    Round,
    Curly,
    Square,
}

impl Text {
    pub fn leaf(text: impl Into<String>) -> Self {
        Self::Leaf(text.into())
    }

    /// A field with its arguments and what is selected of it.
    pub fn field(name: impl Into<String>, arguments: Vec<Self>, selected: Vec<Self>) -> Self {
        let mut words = vec![Self::leaf(name)];
        if !arguments.is_empty() {
            words.push(Self::List(Brackets::Round, arguments));
        }
        if !selected.is_empty() {
            words.push(Self::List(Brackets::Curly, selected));
        }
        Self::Words(words)
    }

    /// An input field with its value.
    pub fn input(name: &str, value: Self) -> Self {
        Self::Words(vec![Self::leaf(format!("{name}:")), value])
    }

    pub fn object(fields: Vec<Self>) -> Self {
        Self::List(Brackets::Curly, fields)
    }

    pub fn list(items: impl IntoIterator<Item = String>) -> Self {
        Self::List(
            Brackets::Square,
            items.into_iter().map(Self::Leaf).collect(),
        )
    }

    /// Every text that is this one with one item less, the largest items first.
    pub fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Leaf(_) => Vec::new(),
            Self::Words(words) => smaller_parts(words, &Self::Words),
            Self::List(brackets, items) => {
                let without = |at| {
                    let mut rest = items.clone();
                    rest.remove(at);
                    Self::List(*brackets, rest)
                };
                let mut smaller: Vec<Self> = (0..items.len()).map(without).collect();
                let list = |items| Self::List(*brackets, items);
                smaller.extend(smaller_parts(items, &list));
                smaller
            }
        }
    }
}

/// The whole with one of its parts made smaller.
fn smaller_parts(parts: &[Text], whole: &dyn Fn(Vec<Text>) -> Text) -> Vec<Text> {
    let mut smaller = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for less in part.smaller() {
            let mut parts = parts.to_vec();
            parts[at] = less;
            smaller.push(whole(parts));
        }
    }
    smaller
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(text) => f.write_str(text),
            Self::Words(words) => words.iter().try_for_each(|word| write!(f, "{word} ")),
            // Neither arguments nor a selection may be an empty list; a field without either is fine.
            Self::List(Brackets::Round, items) if items.is_empty() => Ok(()),
            Self::List(brackets, items) => {
                let (open, close) = brackets.signs();
                f.write_str(open)?;
                items.iter().try_for_each(|item| write!(f, "{item} "))?;
                f.write_str(close)
            }
        }
    }
}

impl Brackets {
    fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Round => ("(", ")"),
            Self::Curly => ("{ ", "}"),
            Self::Square => ("[", "]"),
        }
    }
}
