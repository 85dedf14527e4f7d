//! Numbers as people write them, read as exact decimals.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Deserialize;

/// How the file writes numbers.
///
/// Strict on purpose: a separator that was not announced makes the cell no
/// number, because `1,5` read as fifteen would be believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "NumberTable")]
pub(super) struct NumberFormat {
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

/// A number, and whether a percent sign stood beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub value: Decimal,
    pub percent: bool,
}

impl NumberFormat {
    /// The number that a trimmed cell holds, or `None` when it holds none.
    ///
    /// A minus may stand before or after the number or be written as
    /// parentheses, as accountants do.
    pub fn parse(&self, cell: &str) -> Option<Number> {
        if self.decimal == '.' && is_plain(cell) {
            return exact(cell, false);
        }
        let mut signs = Signs::default();
        let body = self.strip(cell, &mut signs)?;
        let (mantissa, exponent) = split_exponent(body)?;
        let digits = self.digits(mantissa)?;
        let value = match exponent {
            None => Decimal::from_str_exact(&digits).ok()?,
            Some(exponent) => Decimal::from_scientific(&format!("{digits}e{exponent}")).ok()?,
        };
        Some(Number {
            value: if signs.negative { -value } else { value },
            percent: signs.percent,
        })
    }

    /// Takes signs, currencies and spaces from both ends.
    fn strip<'c>(&self, cell: &'c str, signs: &mut Signs) -> Option<&'c str> {
        let mut rest = cell;
        loop {
            let before = rest.len();
            rest = self.strip_symbol(rest.trim());
            rest = signs.strip(rest)?;
            if rest.len() == before {
                return Some(rest);
            }
        }
    }

    fn strip_symbol<'c>(&self, text: &'c str) -> &'c str {
        let text = text.trim_matches(is_currency);
        self.symbols
            .iter()
            .find_map(|symbol| {
                let symbol = symbol.as_str();
                text.strip_prefix(symbol).or(text.strip_suffix(symbol))
            })
            .unwrap_or(text)
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
}

impl Signs {
    /// Takes one layer of signs; `None` when there are two that contradict each other.
    fn strip<'c>(&mut self, text: &'c str) -> Option<&'c str> {
        let minus = ['-', '\u{2212}'];
        let in_parentheses = text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'));
        let negated = in_parentheses
            .or(text.strip_prefix(minus))
            .or(text.strip_suffix(minus));
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
}

fn exact(digits: &str, percent: bool) -> Option<Number> {
    let value = Decimal::from_str_exact(digits).ok()?;
    Some(Number { value, percent })
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

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn value(format: &NumberFormat, cell: &str) -> Option<Decimal> {
        format.parse(cell).map(|number| number.value)
    }

    fn format(decimal: char, thousands: Option<char>, symbols: &[&str]) -> NumberFormat {
        NumberFormat {
            decimal,
            thousands,
            symbols: symbols.iter().map(|&symbol| symbol.into()).collect(),
        }
    }

    #[test]
    fn every_digit_is_kept() {
        let plain = NumberFormat::default();
        assert_eq!(value(&plain, "261.9600"), Some(dec!(261.9600)));
        assert_eq!(value(&plain, "0.1"), Some(dec!(0.1)));
        assert_eq!(
            value(&plain, "12345678901234567890.12345678"),
            Some(dec!(12345678901234567890.12345678))
        );
    }

    #[test]
    fn an_amount_with_more_digits_than_can_be_kept_is_no_number() {
        let plain = NumberFormat::default();
        let too_fine = "0.1000000000000000055511151231257827";
        assert_eq!(value(&plain, too_fine), None);
    }

    #[test]
    fn signs_and_currencies_stand_where_people_put_them() {
        let english = format('.', Some(','), &["USD"]);
        for cell in [
            "-1,234.50",
            "-$1,234.50",
            "$-1,234.50",
            "(1,234.50)",
            "($1,234.50)",
            "1,234.50-",
            "\u{2212} 1,234.50 USD",
        ] {
            assert_eq!(value(&english, cell), Some(dec!(-1234.50)), "{cell}");
        }
    }

    #[test]
    fn other_countries_separate_otherwise() {
        let french = format(',', Some(' '), &[]);
        assert_eq!(value(&french, "1\u{202f}234,5\u{a0}€"), Some(dec!(1234.5)));
        assert_eq!(value(&french, "1 234 567,00"), Some(dec!(1234567)));
        let swiss = format('.', Some('\''), &["CHF"]);
        assert_eq!(value(&swiss, "CHF 12'345.60"), Some(dec!(12345.6)));
        let indian = format('.', Some(','), &[]);
        assert_eq!(value(&indian, "₹1,00,000.5"), Some(dec!(100000.5)));
    }

    #[test]
    fn a_separator_that_was_not_announced_is_not_guessed() {
        let plain = NumberFormat::default();
        assert_eq!(value(&plain, "1,5"), None);
        assert_eq!(value(&plain, "1_000"), None);
        let english = format('.', Some(','), &[]);
        assert_eq!(value(&english, "1,5"), None);
        assert_eq!(value(&english, "12,34,56"), None);
    }

    #[test]
    fn spreadsheets_write_exponents() {
        let plain = NumberFormat::default();
        assert_eq!(value(&plain, "1.5E+05"), Some(dec!(150000)));
        assert_eq!(value(&plain, "-2e-3"), Some(dec!(-0.002)));
    }

    #[test]
    fn a_percent_sign_is_told() {
        let french = format(',', None, &[]);
        let number = french.parse("12,5 %").unwrap();
        assert_eq!((number.value, number.percent), (dec!(12.5), true));
    }

    #[test]
    fn what_is_no_number_is_none() {
        let plain = NumberFormat::default();
        for cell in [
            "", "-", ".", "abc", "1.2.3", "--5", "-(5)", "12 34", "1e", "$", "5 -3",
        ] {
            assert_eq!(value(&plain, cell), None, "{cell}");
        }
        assert_eq!(value(&plain, ".5"), Some(dec!(0.5)));
        assert_eq!(value(&plain, "5."), Some(dec!(5)));
    }
}
