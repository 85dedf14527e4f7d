//! Tokens and brackets of a document, before a parser sees it.
//!
//! The lexer need not tell valid documents from others: it must only never see
//! fewer brackets than the parser would. The two read the same characters the
//! same way up to the first one that is wrong, and there the parser stops. A
//! string without an end is refused here, because the parser reads `"""` without
//! its end as an empty string and goes on behind it.

use std::collections::HashSet;

use async_graphql::Pos;

use super::Rejection;

/// Refuses a document with too many tokens or too many open brackets, or with a key
/// twice in one input object: the parser keeps one of the two.
pub(super) fn check(text: &str, max_tokens: usize, max_nesting: usize) -> Result<(), Rejection> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = 0_usize;
    let mut brackets = Brackets::default();
    let mut before: &[u8] = b"";
    while let Some(token) = lexer.token()? {
        tokens += 1;
        if tokens > max_tokens {
            return Err(Rejection::Tokens(max_tokens));
        }
        match token {
            [bracket @ (b'(' | b'[' | b'{')] => brackets.open(*bracket),
            [b')' | b']' | b'}'] => brackets.close(),
            b":" if !brackets.is_first(before) => {
                return Err(Rejection::RepeatedKey {
                    name: String::from_utf8_lossy(before).into_owned(),
                    at: position(text, lexer.at - 1),
                });
            }
            _ => {}
        }
        if brackets.0.len() > max_nesting {
            let at = position(text, lexer.at - 1);
            let limit = max_nesting;
            return Err(Rejection::Nesting { limit, at });
        }
        before = token;
    }
    Ok(())
}

/// The brackets that are open, with the keys so far of each that stands among values.
#[derive(Default)]
struct Brackets<'a>(Vec<Option<HashSet<&'a [u8]>>>);

impl<'a> Brackets<'a> {
    /// Within parentheses, braces hold keys and values; elsewhere they hold selections.
    fn open(&mut self, bracket: u8) {
        let is_of_values = bracket == b'(' || matches!(self.0.last(), Some(Some(_)));
        self.0.push(is_of_values.then(HashSet::new));
    }

    fn close(&mut self) {
        self.0.pop();
    }

    /// Whether a key is the first of its name in its brackets; aliases may repeat.
    fn is_first(&mut self, key: &'a [u8]) -> bool {
        match self.0.last_mut() {
            Some(Some(keys)) => keys.insert(key),
            _ => true,
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    /// The first byte that is not read yet.
    at: usize,
}

impl<'a> Lexer<'a> {
    /// The next token: a name, a number, a string, a spread or any other punctuation.
    fn token(&mut self) -> Result<Option<&'a [u8]>, Rejection> {
        self.skip_ignored();
        let start = self.at;
        let Some(&first) = self.rest().first() else {
            return Ok(None);
        };
        self.at += match first {
            b'"' => self.string()?,
            b'.' if self.rest().starts_with(b"...") => 3,
            first if is_word(first) => self.word(),
            _ => 1,
        };
        Ok(Some(&self.text.as_bytes()[start..self.at]))
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// White space, line ends, commas, byte order marks and comments.
    fn skip_ignored(&mut self) {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        loop {
            let rest = self.rest();
            self.at += match rest.first() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b',') => 1,
                Some(b'#') => rest.iter().take_while(|&&byte| !ends_line(byte)).count(),
                Some(_) if rest.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
                _ => return,
            };
        }
    }

    fn word(&self) -> usize {
        self.rest()
            .iter()
            .take_while(|&&byte| is_word(byte))
            .count()
    }

    fn string(&self) -> Result<usize, Rejection> {
        let rest = self.rest();
        let end = if rest.starts_with(b"\"\"\"") {
            end_of_block(rest)
        } else {
            end_of_string(rest)
        };
        end.ok_or_else(|| Rejection::OpenString(position(self.text, self.at)))
    }
}

/// A name's or a number's byte; the parser tells the two apart.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Where a string on one line ends, its quotes included.
fn end_of_string(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += match rest.get(at)? {
            b'"' => return Some(at + 1),
            byte if ends_line(*byte) => return None,
            b'\\' => 2,
            _ => 1,
        };
    }
}

/// Where a `"""` string ends, its quotes included.
fn end_of_block(rest: &[u8]) -> Option<usize> {
    let mut at = 3;
    loop {
        let tail = rest.get(at..).filter(|tail| !tail.is_empty())?;
        at += match tail {
            [b'"', b'"', b'"', ..] => return Some(at + 3),
            [b'\\', b'"', b'"', b'"', ..] => 4,
            _ => 1,
        };
    }
}

/// The line and column of a byte, both from 1, as GraphQL errors give them.
fn position(text: &str, at: usize) -> Pos {
    let before = &text.as_bytes()[..at];
    let line = before.split(|&byte| byte == b'\n').count();
    let start = before
        .iter()
        .rposition(|&byte| ends_line(byte))
        .map_or(0, |end| end + 1);
    let column = 1 + String::from_utf8_lossy(&before[start..]).chars().count();
    Pos { line, column }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn tokens(text: &str) -> usize {
        let mut lexer = Lexer { text, at: 0 };
        std::iter::from_fn(|| lexer.token().unwrap()).count()
    }

    #[test]
    fn what_the_language_ignores_is_no_token() {
        assert_eq!(tokens("\u{feff} , \t\r\n# {{{ \"\n"), 0);
        assert_eq!(tokens("# to the end {"), 0);
    }

    #[test]
    fn every_kind_of_token_counts_once() {
        assert_eq!(
            tokens("query Q($id: ID! = \"a\") @d { ...f x: y(z: -1.5e3) }"),
            28
        );
        assert_eq!(tokens("[1 2, 3] | & é"), 9);
    }

    #[test]
    fn brackets_in_strings_and_comments_are_not_brackets() {
        for text in [
            r#""{{{{""#,
            r#""\"{{{{""#,
            "\"\"\"{{{{ \" \"\" \\\"\"\" {{{{\"\"\"",
            "#{{{{\n",
        ] {
            assert!(check(text, 9, 0).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_string_without_an_end_hides_nothing() {
        for text in [
            "\"abc",
            "\"abc\n\"",
            "\"\"\"[[[[",
            "\"\"\"\"[[[[",
            "\"\\",
            "\"abc\\\"",
        ] {
            let refused = check(text, 99, 99);
            assert!(
                matches!(refused, Err(Rejection::OpenString(_))),
                "{text}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_key_stands_once_in_an_object() {
        for text in [
            "{ a(x: { b: 1, c: { b: 2 } }, y: [{ b: 1 }, { b: 2 }]) { x: b x: b } }",
            "query ($f: F = { a: 1, b: [1] }) { a: b a: b }",
        ] {
            assert!(check(text, 99, 9).is_ok(), "{text}");
        }
        for text in [
            "{ a(x: { b: 1, c: 2, b: 3 }) }",
            "{ a(x: [{ b: { c: 1 c: 2 } }]) }",
            "query ($f: F = { a: 1, a: 2 }) { a }",
            "{ a(x: 1, x: 2) }",
        ] {
            let refused = check(text, 99, 9);
            let is_repeated = matches!(refused, Err(Rejection::RepeatedKey { .. }));
            assert!(is_repeated, "{text}: {refused:?}");
        }
    }

    #[test]
    fn an_error_says_where() {
        let Err(Rejection::Nesting { at, .. }) = check("{ a\n  é { b", 99, 1) else {
            panic!("nested too deep");
        };
        assert_eq!(at, Pos { line: 2, column: 5 });
    }

    /// A busy machine makes either slower, so the best of three counts.
    #[test]
    fn eight_times_as_much_of_anything_takes_no_longer_than_that() {
        let shortest = |text: &str| {
            let once = || {
                let start = Instant::now();
                let _ = check(text, usize::MAX, usize::MAX);
                start.elapsed()
            };
            (0..3).map(|_| once()).min().unwrap()
        };
        for pattern in [
            "{", "\"", "\"\"\"", "#", "a ", "\\\"", "\u{feff}", "\"\\\"\"", "}{", "\n",
        ] {
            let text = pattern.repeat(500_000 / pattern.len());
            let (one, eight) = (shortest(&text), shortest(&text.repeat(8)));
            // Were it quadratic, it would be 64 times.
            let most = one * 30 + Duration::from_millis(1);
            assert!(eight < most, "{pattern:?}: {one:?}, then {eight:?}");
        }
    }
}
