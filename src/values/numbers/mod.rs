//! Numbers as people write them, read as exact decimals.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::text::{is_empty_letter, is_unseen};

/// What stands for a minus: hyphens and dashes, as keyboards and printers have them.
const MINUS: [char; 5] = ['-', '\u{2212}', '\u{2013}', '\u{2010}', '\u{2011}'];
/// What stands for the cents that there are none of: `5,-`, `5,--`, `5,—`.
const NO_CENTS: [char; 6] = [
    '-', '\u{2212}', '\u{2013}', '\u{2014}', '\u{2010}', '\u{2011}',
];

/// How the file writes numbers.
///
/// Strict on purpose: a separator that was not announced makes the cell no
/// number, because `1,5` read as fifteen would be believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "NumberTable")]
pub(crate) struct NumberFormat {
    decimal: char,
    thousands: Option<char>,
    symbols: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberTable {
    #[serde(default = "full_stop")]
    decimal: char,
    thousands: Option<char>,
    #[serde(default)]
    symbols: Vec<String>,
}

fn full_stop() -> char {
    '.'
}

impl TryFrom<NumberTable> for NumberFormat {
    type Error = &'static str;

    fn try_from(table: NumberTable) -> Result<Self, Self::Error> {
        if table.thousands == Some(table.decimal) {
            return Err("`decimal` and `thousands` cannot be the same");
        }
        Ok(Self {
            decimal: table.decimal,
            thousands: table.thousands,
            symbols: table.symbols,
        })
    }
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self {
            decimal: full_stop(),
            thousands: None,
            symbols: Vec::new(),
        }
    }
}

/// A number, and the signs that stood beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub value: Decimal,
    /// Whether it was a percentage; the value is not divided.
    pub percent: bool,
    /// The first currency sign that the format does not say to ignore.
    pub currency: Option<char>,
}

/// Why a text is read as no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoNumber {
    /// It is none in this format.
    Malformed,
    /// It has more digits than an exact decimal holds, which are 28.
    TooManyDigits,
}

impl NumberFormat {
    /// The number that a text holds, every digit of it.
    ///
    /// A minus may stand before or after the number or be written as
    /// parentheses, as accountants do. A dash right behind the decimal
    /// separator stands for the cents, as in `5,-`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(&self, cell: &str) -> Result<Number, NoNumber> {
        if self.decimal == '.' && is_plain(cell) {
            let value = exact(cell)?;
            return Ok(Number {
                value,
                percent: false,
                currency: None,
            });
        }
        if cell.contains(is_unseen) {
            return self.parse(&cell.replace(is_unseen, ""));
        }
        let mut signs = Signs::default();
        let body = self.strip(cell, &mut signs).ok_or(NoNumber::Malformed)?;
        let (mantissa, exponent) = split_exponent(body).ok_or(NoNumber::Malformed)?;
        let digits = self.digits(mantissa).ok_or(NoNumber::Malformed)?;
        let value = match exponent {
            None => exact(&digits)?,
            Some(exponent) => exact(&digits).and_then(|_| raised(&digits, exponent))?,
        };
        Ok(Number {
            value: if signs.negative { -value } else { value },
            percent: signs.percent,
            currency: signs.currency,
        })
    }

    /// Takes signs, currencies and spaces from both ends.
    fn strip<'c>(&self, cell: &'c str, signs: &mut Signs) -> Option<&'c str> {
        let mut rest = cell;
        loop {
            let before = rest.len();
            rest = self.strip_symbol(rest.trim_matches(is_empty_letter));
            rest = signs.strip_currency(rest);
            rest = self.strip_no_cents(rest);
            rest = signs.strip(rest)?;
            if rest.len() == before {
                return Some(rest);
            }
        }
    }

    fn strip_symbol<'c>(&self, text: &'c str) -> &'c str {
        self.symbols
            .iter()
            .find_map(|symbol| {
                let symbol = symbol.as_str();
                text.strip_prefix(symbol).or(text.strip_suffix(symbol))
            })
            .unwrap_or(text)
    }

    fn strip_no_cents<'c>(&self, text: &'c str) -> &'c str {
        let whole = text.trim_end_matches(NO_CENTS);
        let digits = whole.strip_suffix(self.decimal).unwrap_or_default();
        if digits.ends_with(|last: char| last.is_ascii_digit()) {
            whole
        } else {
            text
        }
    }

    /// The digits with a full stop as the only separator.
    fn digits<'c>(&self, body: &'c str) -> Option<Cow<'c, str>> {
        let (whole, fraction) = match body.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (body, None),
        };
        let whole = self.ungrouped(whole)?;
        let fraction_is_digits = fraction.is_none_or(all_digits);
        let digits = whole.len() + fraction.map_or(0, str::len);
        if !fraction_is_digits || digits == 0 {
            return None;
        }
        Some(match fraction {
            None | Some("") => whole,
            Some(fraction) => Cow::Owned(format!("0{whole}.{fraction}")),
        })
    }

    fn ungrouped<'c>(&self, whole: &'c str) -> Option<Cow<'c, str>> {
        let separates = |letter: char| match self.thousands {
            // Whoever writes a space may get a no-break or a thin one.
            Some(separator) if separator.is_whitespace() => letter.is_whitespace(),
            separator => Some(letter) == separator,
        };
        if !whole.contains(separates) {
            return all_digits(whole).then_some(Cow::Borrowed(whole));
        }
        let groups: Vec<&str> = whole.split(separates).collect();
        are_groups(&groups).then(|| Cow::Owned(groups.concat()))
    }
}

#[derive(Default)]
struct Signs {
    negative: bool,
    percent: bool,
    currency: Option<char>,
}

impl Signs {
    /// Takes one layer of signs; `None` when there are two that contradict each other.
    fn strip<'c>(&mut self, text: &'c str) -> Option<&'c str> {
        let in_parentheses = text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'));
        let negated = in_parentheses
            .or(text.strip_prefix(MINUS))
            .or(text.strip_suffix(MINUS));
        if negated.is_some() && std::mem::replace(&mut self.negative, true) {
            return None;
        }
        let text = negated.unwrap_or(text);
        if let Some(text) = text.strip_suffix('%') {
            self.percent = true;
            return Some(text);
        }
        Some(text.strip_prefix('+').unwrap_or(text))
    }

    fn strip_currency<'c>(&mut self, text: &'c str) -> &'c str {
        let bare = text.trim_matches(is_currency);
        if bare.len() < text.len() {
            let sign = text.chars().find(|letter| is_currency(*letter));
            self.currency = self.currency.or(sign);
        }
        bare
    }
}

/// Digits with at most one full stop, and zeros at the end that may be too many.
fn exact(digits: &str) -> Result<Decimal, NoNumber> {
    if digits.matches('.').count() > 1 {
        return Err(NoNumber::Malformed);
    }
    let kept = if digits.len() > 28 && digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    Decimal::from_str_exact(kept).map_err(|_| NoNumber::TooManyDigits)
}

fn raised(digits: &str, exponent: i32) -> Result<Decimal, NoNumber> {
    Decimal::from_scientific(&format!("{digits}e{exponent}")).map_err(|_| NoNumber::TooManyDigits)
}

/// What nearly every cell is, so that it is read without a copy.
fn is_plain(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.ends_with(|last: char| last.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Groups of three; of two as well before the last, as in India.
fn are_groups(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else {
        return false;
    };
    groups.iter().all(|group| all_digits(group))
        && (1..=3).contains(&first.len())
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
        && last.len() == 3
}

fn split_exponent(body: &str) -> Option<(&str, Option<i32>)> {
    match body.split_once(['e', 'E']) {
        None => Some((body, None)),
        Some((mantissa, exponent)) => Some((mantissa, Some(exponent.parse().ok()?))),
    }
}

/// Unicode's currency signs, as far as shops use them.
fn is_currency(letter: char) -> bool {
    matches!(letter, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}')
}
