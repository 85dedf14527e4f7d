//! What BSON values mean: one text form for each id, exact numbers, instants.

use std::cmp::Ordering;

use bson::{Binary, Bson, spec::BinarySubtype};
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::values::{
    dates::{Pattern, instant, parse_date},
    numbers::NumberFormat,
    text::trimmed,
};

/// The text of a value, trimmed; `None` where it is blank, missing or nothing that
/// has a text.
///
/// One id has one text, whatever its type: an `ObjectId` its 24 hexadecimal digits,
/// a UUID its 36 letters, and a number its digits, `12` for 12 and 12.0 alike.
#[must_use]
pub fn text(value: &Bson) -> Option<String> {
    let text = match value {
        Bson::String(text) => trimmed(text).to_owned(),
        Bson::ObjectId(id) => id.to_hex(),
        Bson::Boolean(is) => is.to_string(),
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => {
            number(value, None)?.to_string()
        }
        Bson::DateTime(at) => at.try_to_rfc3339_string().ok()?,
        Bson::Binary(binary) => uuid(binary)?,
        // An `_id` of several fields; as an order's id, name its fields one by one.
        Bson::Document(several) => several.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// RFC 9562's text; an old driver's subtype 3 in the order of its bytes.
fn uuid(binary: &Binary) -> Option<String> {
    let is_uuid = matches!(binary.subtype, BinarySubtype::Uuid | BinarySubtype::UuidOld);
    let bytes: [u8; 16] = binary.bytes.as_slice().try_into().ok()?;
    is_uuid.then(|| bson::Uuid::from_bytes(bytes).to_string())
}

/// The values that a query has to ask for to find those with this text.
#[must_use]
pub fn values_of(text: &str) -> Vec<Bson> {
    let mut values = vec![Bson::String(text.to_owned())];
    if let Ok(id) = bson::oid::ObjectId::parse_str(text) {
        values.push(Bson::ObjectId(id));
    }
    // MongoDB finds a number by its value, whatever its type.
    if let Ok(number) = text.parse::<Decimal>()
        && number.normalize().to_string() == text
        && let Ok(number) = text.parse()
    {
        values.push(Bson::Decimal128(number));
    }
    if let Ok(uuid) = bson::Uuid::parse_str(text) {
        values.push(Bson::Binary(Binary {
            subtype: BinarySubtype::Uuid,
            bytes: uuid.bytes().to_vec(),
        }));
    }
    values
}

/// The number that a value holds; `None` where it holds none, NaN and infinity included.
///
/// A double means its shortest decimal text: 12.345 is 12.345, not
/// 12.3450000000000006394884621841. Of a text, `format` says how it is written.
pub fn number(value: &Bson, format: Option<&NumberFormat>) -> Option<Decimal> {
    let number = match value {
        Bson::Int32(whole) => Decimal::from(*whole),
        Bson::Int64(whole) => Decimal::from(*whole),
        // Rust writes the shortest text that reads as the same double.
        Bson::Double(double) if double.is_finite() => exact(&double.to_string())?,
        Bson::Decimal128(decimal) => exact(&decimal.to_string())?,
        Bson::String(text) => {
            let text = trimmed(text);
            match format {
                Some(format) => format.parse(text).ok()?.value,
                None => NumberFormat::default().parse(text).ok()?.value,
            }
        }
        _ => return None,
    };
    Some(number.normalize())
}

/// A number of at most 28 digits after the point; more are rounded.
fn exact(text: &str) -> Option<Decimal> {
    text.parse()
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

/// The order of two values as MongoDB sorts them: what is missing first, then numbers,
/// texts, ids, truths and dates.
pub fn compare(one: Option<&Bson>, other: Option<&Bson>) -> Ordering {
    let rank = |value: Option<&Bson>| match value {
        None | Some(Bson::Null) => 0,
        Some(Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_)) => 1,
        Some(Bson::String(_)) => 2,
        Some(Bson::ObjectId(_)) => 3,
        Some(Bson::Boolean(_)) => 4,
        Some(Bson::DateTime(_)) => 5,
        Some(_) => 6,
    };
    let of_one_kind = || match (one?, other?) {
        (Bson::String(one), Bson::String(other)) => Some(one.cmp(other)),
        (Bson::ObjectId(one), Bson::ObjectId(other)) => Some(one.cmp(other)),
        (Bson::Boolean(one), Bson::Boolean(other)) => Some(one.cmp(other)),
        (Bson::DateTime(one), Bson::DateTime(other)) => Some(one.cmp(other)),
        (one, other) => Some(number(one, None)?.cmp(&number(other, None)?)),
    };
    let by_rank = rank(one).cmp(&rank(other));
    by_rank.then_with(|| of_one_kind().unwrap_or(Ordering::Equal))
}

/// How the dates of a field are stored.
#[derive(Clone, Copy, Debug)]
pub struct Dates<'f> {
    /// How texts and numbers are written.
    pub patterns: &'f [Pattern],
    /// The zone of texts that name none.
    pub zone: Tz,
    /// Whether a date shows the zone's wall clock as if it were UTC.
    pub is_wall_clock: bool,
}

impl Dates<'_> {
    /// The instant of a value; `None` where it holds none.
    pub fn instant(self, value: &Bson) -> Option<DateTime<Utc>> {
        let found = match value {
            Bson::DateTime(at) => DateTime::from_timestamp_millis(at.timestamp_millis())?,
            Bson::Timestamp(at) => DateTime::from_timestamp(at.time.into(), 0)?,
            Bson::ObjectId(id) => id.timestamp().to_chrono(),
            Bson::String(text) => {
                return parse_date(trimmed(text), self.patterns, self.zone).map(|it| it.at);
            }
            other => {
                let number = number(other, None)?;
                self.patterns
                    .iter()
                    .find_map(|pattern| pattern.instant_of(number))?
            }
        };
        let found = if self.is_wall_clock {
            instant(found.naive_utc(), self.zone)?
        } else {
            found
        };
        // What the calendar can cut; others are a program's "never" or "unknown".
        (1..=9999).contains(&found.year()).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use bson::oid::ObjectId;
    use chrono_tz::Europe::Paris;
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn one_id_has_one_text_whatever_its_type() {
        let id = ObjectId::parse_str("64f22683ffca58305b7cc3f9").unwrap();
        let decimal: bson::Decimal128 = "12.0".parse().unwrap();
        for (value, expected) in [
            (Bson::ObjectId(id), Some("64f22683ffca58305b7cc3f9")),
            (Bson::Int32(12), Some("12")),
            (Bson::Double(12.0), Some("12")),
            (Bson::Decimal128(decimal), Some("12")),
            (Bson::from("\u{a0} Ada "), Some("Ada")),
            (Bson::from("  "), None),
            (Bson::Null, None),
        ] {
            assert_eq!(text(&value).as_deref(), expected, "{value:?}");
        }
    }

    #[test]
    fn a_double_is_its_shortest_text() {
        assert_eq!(number(&Bson::Double(12.345), None), Some(dec!(12.345)));
        assert_eq!(
            number(&Bson::Double(10_487.329_434_697_856), None),
            Some(dec!(10487.329434697856))
        );
        assert_eq!(number(&Bson::Double(1e-7), None), Some(dec!(0.0000001)));
        assert_eq!(number(&Bson::Double(f64::NAN), None), None);
        let forty: bson::Decimal128 = "4E+1".parse().unwrap();
        assert_eq!(number(&Bson::Decimal128(forty), None), Some(dec!(40)));
        assert_eq!(number(&"35.2900".into(), None), Some(dec!(35.29)));
        assert_eq!(number(&"a few".into(), None), None);
    }

    #[test]
    fn seconds_wall_clocks_and_ids_tell_an_instant() {
        let read = |patterns: &[&str], is_wall_clock, value: Bson| {
            let patterns: Vec<Pattern> = patterns
                .iter()
                .map(|it| Pattern::try_from((*it).to_owned()).unwrap())
                .collect();
            let dates = Dates {
                patterns: &patterns,
                zone: Paris,
                is_wall_clock,
            };
            dates.instant(&value).map(|at| at.to_rfc3339())
        };
        assert_eq!(
            read(&["%s"], false, Bson::Double(1_693_591_171.5)).as_deref(),
            Some("2023-09-01T17:59:31.500+00:00")
        );
        assert_eq!(
            read(&["epoch-ms"], false, Bson::Int64(1_693_591_171_500)).as_deref(),
            Some("2023-09-01T17:59:31.500+00:00")
        );
        let noon = bson::DateTime::from_millis(1_720_958_400_000);
        assert_eq!(
            read(&[], true, Bson::DateTime(noon)).as_deref(),
            Some("2024-07-14T10:00:00+00:00")
        );
        assert_eq!(read(&[], false, Bson::DateTime(bson::DateTime::MAX)), None);
    }
}
