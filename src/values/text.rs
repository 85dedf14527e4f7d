//! Texts as people and spreadsheets write them: trimmed, cleaned up, shown.
//!
//! Nothing here knows where a text comes from.

use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;

/// Whether a letter holds nothing: white space, a control character, or one
/// that has no width, such as a byte order mark or a mark of direction.
pub(crate) fn is_empty_letter(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || is_unseen(letter)
}

/// Whether a letter takes no room and says nothing beside others.
pub(crate) fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text without empty letters at its ends, taken out of `="…"`.
///
/// Spreadsheets keep the zeros of a code that is written as a formula, and
/// nobody has codes that begin with `="`.
pub(crate) fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(is_empty_letter);
    let wrapped = text
        .strip_prefix("=\"")
        .and_then(|text| text.strip_suffix('"'));
    wrapped.map_or(text, |text| text.trim_matches(is_empty_letter))
}

/// The text for a message, with an escape such as `\u{a0}` for each letter
/// that could not be told from a plain space, or not be seen at all.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |letter: char| letter != ' ' && is_empty_letter(letter);
    if !text.contains(hidden) {
        return text.into();
    }
    let mut shown = String::new();
    for letter in text.chars() {
        if hidden(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown.into()
}

/// A control character inside a text, which no name or code has.
///
/// Line ends and tabs are none: addresses run over several lines.
pub(crate) fn has_control(text: &str) -> bool {
    text.contains(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

/// Puts back what was taken from the left of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pad {
    pub width: usize,
    pub with: char,
}

/// What is done to each text of a field, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CleanUp {
    /// Letters to take from both ends.
    pub trim: String,
    /// Beginnings to take away, the first that fits.
    pub strip_prefix: Vec<String>,
    /// Ends to take away, the first that fits.
    pub strip_suffix: Vec<String>,
    /// Whether to write it in small letters.
    pub lower: bool,
    /// Texts that stand for another.
    pub map: HashMap<String, String>,
    /// How wide it is at least, and what fills its left.
    pub pad: Option<Pad>,
}

impl CleanUp {
    /// The text as it is meant; empty where nothing is left of it.
    pub fn apply<'t>(&'t self, text: &'t str) -> Cow<'t, str> {
        let bare = self.stripped(text);
        let folded = if self.lower && bare.contains(char::is_uppercase) {
            Cow::Owned(bare.to_lowercase())
        } else {
            Cow::Borrowed(bare)
        };
        let mapped = match self.map.get(&*folded) {
            Some(other) => Cow::Borrowed(other.as_str()),
            None => folded,
        };
        match self.pad {
            Some(pad) => padded(mapped, pad.width, pad.with),
            None => mapped,
        }
    }

    fn stripped<'t>(&self, text: &'t str) -> &'t str {
        let empty = |letter| is_empty_letter(letter) || self.trim.contains(letter);
        let text = text.trim_matches(empty);
        let mut prefix = self.strip_prefix.iter();
        let text = prefix
            .find_map(|prefix| text.strip_prefix(prefix.as_str()))
            .unwrap_or(text);
        let mut suffix = self.strip_suffix.iter();
        let text = suffix
            .find_map(|suffix| text.strip_suffix(suffix.as_str()))
            .unwrap_or(text);
        text.trim_matches(empty)
    }
}

fn padded(text: Cow<'_, str>, width: usize, filler: char) -> Cow<'_, str> {
    let lacking = width.saturating_sub(text.chars().count());
    if lacking == 0 || text.is_empty() {
        return text;
    }
    let mut padded: String = std::iter::repeat_n(filler, lacking).collect();
    padded.push_str(&text);
    padded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_text() {
        for (text, meant) in [
            ("  a b ", "a b"),
            ("\u{feff}a\u{200e}", "a"),
            ("\u{a0}\0", ""),
            ("=\"007\"", "007"),
            ("=\" 007 \" ", "007"),
            ("=SUM", "=SUM"),
            ("=\"", "=\""),
        ] {
            assert_eq!(trimmed(text), meant, "{text:?}");
        }
    }

    #[test]
    fn messages_show_what_cannot_be_seen() {
        assert_eq!(visible("plain é"), "plain é");
        assert_eq!(
            visible("a\u{a0}b\0\n\u{200b}"),
            "a\\u{a0}b\\u{0}\\n\\u{200b}"
        );
    }

    #[test]
    fn texts_are_cleaned_up_in_a_fixed_order() {
        let strip = CleanUp {
            strip_prefix: vec!["INV-".into(), "#".into()],
            strip_suffix: vec![".0".into()],
            pad: Some(Pad {
                width: 5,
                with: '0',
            }),
            ..CleanUp::default()
        };
        assert_eq!(strip.apply("#42.0"), "00042");
        assert_eq!(strip.apply("INV- 7"), "00007");
        assert_eq!(strip.apply("#"), "");
        let mail = CleanUp {
            trim: "'<>".into(),
            lower: true,
            map: HashMap::from([("nobody".into(), "guest".into())]),
            ..CleanUp::default()
        };
        assert_eq!(mail.apply("' <Zoé@Example.COM>"), "zoé@example.com");
        assert_eq!(mail.apply("NOBODY"), "guest");
    }
}
