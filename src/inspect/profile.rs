//! What the values of one field have in common.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use bson::Bson;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use toml::Value;

use super::draft::table;

use crate::{
    model::{number, text},
    values::dates::{Pattern, iso_patterns, parse_date},
};

/// How texts may be written that are dates, where ISO 8601 is not what they are.
const PATTERNS: [&str; 10] = [
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
];
/// The seconds of 2001 to 2096, and their thousandfold.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_000_000_000;
/// Longer texts are no dates.
const LONGEST_DATE: usize = 40;
/// Of so many in a hundred is said that "nearly all" are.
const NEARLY_ALL: usize = 90;

/// The values of a field, counted by what they are.
#[derive(Debug, Default)]
pub struct Profile {
    /// Rows that the table has.
    rows: usize,
    /// Values that are neither missing, null nor blank.
    pub filled: usize,
    /// Numbers, texts that are such included.
    numbers: usize,
    pub whole: usize,
    pub zero: usize,
    pub negative: usize,
    /// Numbers with three or four digits after the point.
    pub fine: usize,
    /// Numbers with one or two.
    cents: usize,
    texts: usize,
    flags: usize,
    pub is_true: usize,
    /// Dates in BSON's own type.
    pub dates: usize,
    pub reading: Option<Dates>,
    least: Option<Decimal>,
    greatest: Option<Decimal>,
    pub sum: Decimal,
    /// How often each value stands there, by its text.
    pub distinct: BTreeMap<String, usize>,
}

/// How values are read as dates.
#[derive(Clone, Debug)]
pub struct Dates {
    /// What the model has to say; empty where it need not.
    pub format: &'static str,
    /// Another format that reads as many.
    pub rival: Option<&'static str>,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    pub count: usize,
}

impl Profile {
    pub fn of<'s>(values: impl Iterator<Item = Option<&'s Bson>> + Clone) -> Self {
        let mut profile = Self::default();
        for value in values.clone() {
            profile.rows += 1;
            profile.add(value);
        }
        profile.reading = dates(&values.flatten(), &profile);
        profile
    }

    fn add(&mut self, value: Option<&Bson>) {
        let Some((value, text)) = value.and_then(|it| Some((it, text(it)?))) else {
            return;
        };
        self.filled += 1;
        *self.distinct.entry(text).or_default() += 1;
        match value {
            Bson::Boolean(is) => {
                self.flags += 1;
                self.is_true += usize::from(*is);
            }
            Bson::DateTime(_) | Bson::Timestamp(_) => self.dates += 1,
            Bson::String(_) => self.texts += 1,
            _ => {}
        }
        let Some(number) = number(value, None) else {
            return;
        };
        self.numbers += 1;
        self.whole += usize::from(number.fract().is_zero());
        self.zero += usize::from(number.is_zero());
        self.negative += usize::from(number < Decimal::ZERO);
        let decimals = number.round_dp(6).normalize().scale();
        self.fine += usize::from(matches!(decimals, 3 | 4));
        self.cents += usize::from(matches!(decimals, 1 | 2));
        self.sum = self.sum.checked_add(number).unwrap_or(self.sum);
        self.least = Some(self.least.map_or(number, |it| it.min(number)));
        self.greatest = Some(self.greatest.map_or(number, |it| it.max(number)));
    }

    pub fn is_number(&self) -> bool {
        self.nearly_all(self.numbers)
    }

    pub fn is_text(&self) -> bool {
        self.nearly_all(self.texts)
    }

    pub fn is_flag(&self) -> bool {
        self.nearly_all(self.flags)
    }

    pub fn is_date(&self) -> bool {
        let read = self.reading.as_ref();
        read.is_some_and(|it| self.nearly_all(it.count))
    }

    /// Whether it is a number other than 0 somewhere.
    pub fn is_amount(&self) -> bool {
        self.is_number() && self.zero < self.numbers
    }

    /// The filter that says that a date is there, however it is stored.
    pub fn is_set(&self) -> Value {
        let filter = if self.dates == self.filled {
            ("$type", Value::from("date"))
        } else if self.texts == self.filled {
            // Blank is none.
            ("$gt", "".into())
        } else {
            ("$type", vec!["date", "string", "number"].into())
        };
        table([filter])
    }

    /// Whether no number is greater.
    pub fn is_at_most(&self, limit: Decimal) -> bool {
        self.greatest.is_some_and(|greatest| greatest <= limit)
    }

    /// Whether the numbers may be cents: no amount has any, and they are large.
    pub fn may_be_minor_units(&self) -> bool {
        let count = Decimal::from(self.numbers.max(1));
        let is_large = self.sum / count >= Decimal::from(500);
        self.is_number() && is_large && self.cents * 100 <= self.numbers * 3
    }

    /// Whether each value stands there once, or nearly.
    pub fn is_unique(&self) -> bool {
        self.distinct.len() * 100 >= self.filled * 80
    }

    /// Rows in a hundred that have a value.
    pub fn percent_filled(&self) -> usize {
        self.filled * 100 / self.rows.max(1)
    }

    fn nearly_all(&self, count: usize) -> bool {
        self.filled > 0 && count * 100 >= self.filled * NEARLY_ALL
    }

    /// Whether there are so few values that they are kinds of something.
    pub fn is_few(&self) -> bool {
        self.distinct.len() <= 30 && self.distinct.len() * 4 <= self.filled.max(4)
    }

    /// The most frequent values, for a comment.
    pub fn shown(&self) -> String {
        const SHOWN: usize = 12;
        let values = self.by_frequency();
        let mut shown: Vec<String> = values
            .iter()
            .take(SHOWN)
            .map(|(text, count)| format!("{text} ({count})"))
            .collect();
        if values.len() > SHOWN {
            shown.push(format!("and {} more", values.len() - SHOWN));
        }
        shown.join(", ")
    }

    /// The values by how often they occur, the most frequent first.
    pub fn by_frequency(&self) -> Vec<(&str, usize)> {
        let values = self.distinct.iter();
        let mut values: Vec<_> = values
            .map(|(text, count)| (text.as_str(), *count))
            .collect();
        values.sort_by_key(|(text, count)| (std::cmp::Reverse(*count), *text));
        values
    }
}

/// In a sentence: "1,975 of 2,000 have numbers, 1 to 9".
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} have ", self.filled, self.rows)?;
        if self.is_date()
            && let Some(dates) = &self.reading
        {
            let (first, last) = (dates.first.date_naive(), dates.last.date_naive());
            return write!(f, "dates, {first} to {last}");
        }
        if self.is_number()
            && let (Some(least), Some(greatest)) = (self.least, self.greatest)
        {
            let (least, greatest) = (least.round_dp(2), greatest.round_dp(2));
            return write!(
                f,
                "numbers, {} to {}",
                least.normalize(),
                greatest.normalize()
            );
        }
        let count = self.distinct.len();
        if self.is_flag() {
            write!(f, "true or false, {} true", self.is_true)
        } else {
            write!(f, "one, {count} different")
        }
    }
}

/// A pattern of our own.
static READ: LazyLock<Vec<(&'static str, Vec<Pattern>)>> = LazyLock::new(|| {
    let pattern = |text: &str| Pattern::try_from(text.to_owned()).expect("a pattern of a date");
    let others = PATTERNS.into_iter().map(|text| (text, vec![pattern(text)]));
    std::iter::once(("", iso_patterns()))
        .chain(others)
        .collect()
});

/// How most of the values can be read as dates; BSON's own dates read in any way.
fn dates<'s>(
    values: &(impl Iterator<Item = &'s Bson> + Clone),
    profile: &Profile,
) -> Option<Dates> {
    let mut best: Option<Dates> = None;
    let readings = READ.iter().map(|(format, patterns)| {
        let instants = values.clone().filter_map(|it| instant(it, patterns));
        (*format, span(instants))
    });
    let epochs = [("%s", 1000), ("epoch-ms", 1)].map(|(format, factor)| {
        let instants = values.clone().filter_map(|it| epoch(it, factor));
        (format, span(instants))
    });
    let may_be = profile.dates + profile.texts + profile.numbers > 0;
    for (format, found) in readings.chain(epochs).filter(|_| may_be) {
        let Some((first, last, count)) = found else {
            continue;
        };
        match &mut best {
            Some(best) if count < best.count => {}
            // Dates of BSON alone are read by all: the first says so.
            Some(best) if count == best.count => {
                let differs = (first, last) != (best.first, best.last);
                best.rival = best.rival.or(differs.then_some(format));
            }
            _ => {
                best = Some(Dates {
                    format,
                    rival: None,
                    first,
                    last,
                    count,
                });
            }
        }
    }
    best
}

fn span(
    instants: impl Iterator<Item = DateTime<Utc>>,
) -> Option<(DateTime<Utc>, DateTime<Utc>, usize)> {
    instants.fold(None, |span, at| match span {
        None => Some((at, at, 1)),
        Some((first, last, count)) => Some((at.min(first), at.max(last), count + 1)),
    })
}

fn instant(value: &Bson, patterns: &[Pattern]) -> Option<DateTime<Utc>> {
    match value {
        Bson::DateTime(at) => DateTime::from_timestamp_millis(at.timestamp_millis()),
        Bson::Timestamp(at) => DateTime::from_timestamp(at.time.into(), 0),
        Bson::String(text) if text.len() <= LONGEST_DATE => {
            let is_likely = text.contains(|letter: char| letter.is_ascii_digit());
            let read = || parse_date(text.trim(), patterns, Tz::UTC).map(|it| it.at);
            is_likely.then(read)?
        }
        _ => None,
    }
}

/// Seconds or milliseconds since 1970, as `factor` milliseconds each.
fn epoch(value: &Bson, factor: i64) -> Option<DateTime<Utc>> {
    let number: i64 = match value {
        Bson::DateTime(_) | Bson::Timestamp(_) => return instant(value, &[]),
        Bson::String(_) => return None,
        other => number(other, None)?.trunc().try_into().ok()?,
    };
    let milliseconds = number.checked_mul(factor)?;
    let plausible = SECONDS.start * 1000..SECONDS.end * 1000;
    let is_plausible = plausible.contains(&milliseconds);
    is_plausible.then(|| DateTime::from_timestamp_millis(milliseconds))?
}

#[cfg(test)]
mod tests {
    use bson::DateTime as Date;

    use super::*;

    fn profile(values: &[Bson]) -> Profile {
        Profile::of(values.iter().map(Some))
    }

    #[test]
    fn dates_are_told_by_how_they_are_written() {
        let day = Date::from_millis(1_720_000_000_000);
        for (values, format, rival) in [
            (
                vec![Bson::DateTime(day), "2024-07-03T10:00:00Z".into()],
                "",
                None,
            ),
            (
                vec!["13/01/2024".into(), "02/03/2024".into()],
                "%d/%m/%Y",
                None,
            ),
            (
                vec!["01/13/2024".into(), "02/03/2024".into()],
                "%m/%d/%Y",
                None,
            ),
            (vec!["01/02/2024".into()], "%d/%m/%Y", Some("%m/%d/%Y")),
            (vec!["31.12.2024 18:30".into()], "%d.%m.%Y %H:%M", None),
            (vec![Bson::Int32(1_720_000_000)], "%s", None),
            (vec![Bson::Double(1_720_000_000_000.0)], "epoch-ms", None),
        ] {
            let profile = profile(&values);
            let dates = profile.reading.clone().unwrap();
            assert!(profile.is_date(), "{values:?}");
            assert_eq!((dates.format, dates.rival), (format, rival), "{values:?}");
        }
        assert!(!profile(&[Bson::Int32(12), "a".into()]).is_date());
    }

    #[test]
    fn numbers_of_all_types_are_numbers() {
        let decimal: bson::Decimal128 = "1.2345".parse().unwrap();
        let values = [
            1.into(),
            "2.50".into(),
            Bson::Decimal128(decimal),
            Bson::Null,
        ];
        let profile = profile(&values);
        assert!(profile.is_number() && !profile.is_text());
        assert_eq!((profile.filled, profile.whole, profile.fine), (3, 1, 1));
        assert_eq!(profile.to_string(), "3 of 4 have numbers, 1 to 2.5");
    }
}
