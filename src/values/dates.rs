//! Dates as files write them, read as instants.
//!
//! A cell without an offset is a wall clock's time in the field's zone. Where
//! the clocks go back and the time occurs twice, the earlier instant is meant;
//! where they go forward and it never occurs, it is moved forward by the length
//! of the gap. Both are what RFC 5545 calendars and JavaScript's Temporal do.

use chrono::{
    DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta,
    TimeZone, Utc,
    format::{
        Fixed, Item, Numeric, ParseResult, Parsed, StrftimeItems, parse, parse_and_remainder,
    },
};
use chrono_tz::Tz;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Deserialize;

use super::zones;

/// Years outside are typing errors, or two digits read by a four-digit pattern.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Numbers of seconds below are days or years that `%s` was given by mistake: 3 March 1973.
const FIRST_SECONDS: i64 = 100_000_000;
/// What spreadsheets count milliseconds of.
const MILLISECONDS_OF_A_DAY: i64 = 86_400_000;

/// One way in which a date is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Pattern {
    /// strftime's letters.
    Letters(Vec<Item<'static>>),
    /// Milliseconds since 1970.
    EpochMilliseconds,
    /// Days since 1899-12-30 on the zone's wall clock, as spreadsheets count.
    Spreadsheet,
}

/// What a date's text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The instant; of a day without a time, its midnight.
    pub at: DateTime<Utc>,
    /// Whether only the day was told.
    pub is_day: bool,
}

/// An IANA time zone.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Zone(pub Tz);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse().map(Self).map_err(|_| {
            format!("`{name}` is no IANA time zone; write one such as \"Europe/Paris\" or \"UTC\"")
        })
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "epoch-ms" => return Ok(Self::EpochMilliseconds),
            "excel" => return Ok(Self::Spreadsheet),
            _ => {}
        }
        let items = StrftimeItems::new(&text)
            .parse_to_owned()
            .map_err(|_| format!("`{text}` is no date pattern; write one such as \"%d/%m/%Y\""))?;
        let pattern = Self::Letters(items);
        if pattern.tells_a_date() {
            Ok(pattern)
        } else if text.contains("%s") {
            Err(format!(
                "the date pattern `{text}` cannot be read; write \"%s\" for seconds since 1970, \"epoch-ms\" for milliseconds"
            ))
        } else {
            Err(format!(
                "the date pattern `{text}` lacks a year, month or day"
            ))
        }
    }
}

impl Pattern {
    /// Whether a date survives being written and read again.
    fn tells_a_date(&self) -> bool {
        let Self::Letters(items) = self else {
            return true;
        };
        let sample = DateTime::from_timestamp(1_385_419_431, 0).expect("in range");
        let mut text = String::new();
        let written = std::fmt::write(
            &mut text,
            format_args!("{}", sample.format_with_items(items.iter())),
        );
        // Some items can be read only, `%#z` for one.
        written.is_err() || self.parse(&text, Tz::UTC).is_some()
    }

    /// The instant that a number stands for, where the pattern is one of numbers.
    ///
    /// Seconds may have decimals; less than a millisecond is cut off.
    pub fn instant_of(&self, number: Decimal) -> Option<DateTime<Utc>> {
        let milliseconds = match self {
            Self::Letters(items) => match items.as_slice() {
                [Item::Numeric(Numeric::Timestamp, _)] => {
                    number.checked_mul(Decimal::ONE_THOUSAND)?
                }
                _ => return None,
            },
            Self::EpochMilliseconds => number,
            Self::Spreadsheet => return None,
        };
        DateTime::from_timestamp_millis(milliseconds.floor().to_i64()?)
    }

    /// What the text says, in `zone` unless it names an offset.
    fn parse(&self, text: &str, zone: Tz) -> Option<Moment> {
        match self {
            Self::Letters(items) => by_letters(items, text, zone),
            Self::EpochMilliseconds => {
                let at = DateTime::from_timestamp_millis(text.parse().ok()?)?;
                Some(Moment { at, is_day: false })
            }
            Self::Spreadsheet => spreadsheet_day(text, zone),
        }
    }
}

fn by_letters(items: &[Item<'static>], text: &str, zone: Tz) -> Option<Moment> {
    let mut parsed = Parsed::new();
    let abbreviation = fill(&mut parsed, items, text).ok()?;
    let timed = |at| Some(Moment { at, is_day: false });
    if let Some(offset) = parsed.offset() {
        let local = parsed.to_naive_datetime_with_offset(offset).ok()?;
        return timed(local.and_utc() - TimeDelta::seconds(offset.into()));
    }
    if let Some(seconds) = parsed.timestamp() {
        let at = parsed.to_naive_datetime_with_offset(0).ok()?.and_utc();
        return timed(at).filter(|_| seconds >= FIRST_SECONDS);
    }
    let is_day = parsed.hour_mod_12().is_none();
    let local = local_time(&mut parsed)?;
    let at = match abbreviation {
        Some(abbreviation) => zones::instant(local, abbreviation, zone)?,
        None => instant(local, zone)?,
    };
    Some(Moment { at, is_day })
}

/// Reads the letters; what stands for `%Z`, which chrono reads over, is told.
fn fill<'t>(
    parsed: &mut Parsed,
    items: &[Item<'_>],
    text: &'t str,
) -> ParseResult<Option<&'t str>> {
    let is_zone_name = |item: &Item<'_>| matches!(item, Item::Fixed(Fixed::TimezoneName));
    let Some(at) = items.iter().position(is_zone_name) else {
        return parse(parsed, text, items.iter()).map(|()| None);
    };
    let rest = parse_and_remainder(parsed, text, items[..at].iter())?;
    let end = rest.find(|letter: char| !letter.is_ascii_alphabetic());
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    parse(parsed, rest, items[at + 1..].iter())?;
    Ok(Some(name))
}

fn spreadsheet_day(text: &str, zone: Tz) -> Option<Moment> {
    let days = Decimal::from_str_exact(&text.replace(',', ".")).ok()?;
    let milliseconds = days
        .fract()
        .checked_mul(MILLISECONDS_OF_A_DAY.into())?
        .round()
        .to_i64()?;
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
    let local = first
        .checked_add_days(Days::new(days.trunc().to_u64()?))?
        .checked_add_signed(TimeDelta::milliseconds(milliseconds))?;
    Some(Moment {
        at: instant(local, zone)?,
        is_day: days.is_integer(),
    })
}

/// What a mapping that gives no pattern means: ISO 8601 in its usual forms.
pub(crate) fn iso_patterns() -> Vec<Pattern> {
    [
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f %#z",
        "%Y-%m-%d %H:%M:%S%.f%#z",
    ]
    .map(|pattern| Pattern::try_from(pattern.to_owned()).expect("a pattern of ours"))
    .into()
}

/// What the first pattern reads that makes a plausible date of the text, or
/// `None` when none does.
pub(crate) fn parse_date(text: &str, patterns: &[Pattern], zone: Tz) -> Option<Moment> {
    patterns
        .iter()
        .filter_map(|pattern| pattern.parse(text, zone))
        .find(|moment| PLAUSIBLE_YEARS.contains(&chrono::Datelike::year(&moment.at)))
}

/// What a text that no pattern reads looks like, for its message.
pub(crate) fn looks_like(text: &str) -> Option<&'static str> {
    let is_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let whole = text.split('.').next().unwrap_or_default();
    match whole.len() {
        _ if !is_number => None,
        5 => Some("a spreadsheet's number of days? then `format = \"excel\"`"),
        9 | 10 => Some("seconds since 1970? then `format = \"%s\"`"),
        12 | 13 => Some("milliseconds since 1970? then `format = \"epoch-ms\"`"),
        _ => None,
    }
}

/// A date alone is its midnight; an hour alone is the full hour.
fn local_time(parsed: &mut Parsed) -> Option<NaiveDateTime> {
    let date = parsed.to_naive_date().ok()?;
    if parsed.hour_mod_12().is_none() {
        return Some(date.and_time(NaiveTime::MIN));
    }
    if parsed.minute().is_none() {
        parsed.set_minute(0).ok()?;
    }
    Some(date.and_time(parsed.to_naive_time().ok()?))
}

/// The instant of a wall clock's time: the earlier of two, or moved forward out of a gap.
pub(crate) fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(date) | MappedLocalTime::Ambiguous(date, _) => {
            Some(date.with_timezone(&Utc))
        }
        MappedLocalTime::None => {
            // No gap is longer than the day that some islands skipped.
            let before = zone.from_local_datetime(&local.checked_sub_days(Days::new(2))?);
            let offset = before.earliest()?.offset().fix().local_minus_utc();
            Some(local.and_utc() - TimeDelta::seconds(offset.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::Sao_Paulo, Europe::Paris};

    use super::*;

    fn read(pattern: &str, text: &str, zone: Tz) -> Option<String> {
        let pattern = Pattern::try_from(pattern.to_owned()).unwrap();
        parse_date(text, &[pattern], zone).map(|date| date.at.to_rfc3339())
    }

    #[test]
    fn a_date_is_midnight_in_its_zone() {
        let midnight = read("%d/%m/%Y", "15/07/2024", Paris);
        assert_eq!(midnight.unwrap(), "2024-07-14T22:00:00+00:00");
    }

    #[test]
    fn a_time_that_occurs_twice_is_the_earlier() {
        let twice = read("%Y-%m-%d %H:%M", "2024-10-27 02:30", Paris);
        assert_eq!(twice.unwrap(), "2024-10-27T00:30:00+00:00");
    }

    #[test]
    fn a_time_that_the_clocks_skip_moves_forward_by_the_gap() {
        let skipped = read("%Y-%m-%d %H:%M", "2024-03-31 02:30", Paris);
        assert_eq!(skipped.unwrap(), "2024-03-31T01:30:00+00:00");
        // Summer time began at midnight there: the day starts at one o'clock.
        let no_midnight = read("%Y-%m-%d", "2018-11-04", Sao_Paulo);
        assert_eq!(no_midnight.unwrap(), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn an_offset_in_the_cell_beats_the_zone() {
        let offset = read("%Y-%m-%d %H:%M:%S %z", "2024-01-15 10:22:33 -0500", Paris);
        assert_eq!(offset.unwrap(), "2024-01-15T15:22:33+00:00");
    }

    #[test]
    fn months_by_name_and_clocks_of_twelve_hours_are_read() {
        let evening = read("%b %e, %Y %I:%M %p", "Mar 5, 2024 7:05 PM", Tz::UTC);
        assert_eq!(evening.unwrap(), "2024-03-05T19:05:00+00:00");
        let hour = read("%Y%m%d %H", "20240305 19", Tz::UTC);
        assert_eq!(hour.unwrap(), "2024-03-05T19:00:00+00:00");
    }

    #[test]
    fn iso_dates_need_no_pattern() {
        let date = |text| parse_date(text, &iso_patterns(), Paris).map(|date| date.at.to_rfc3339());
        for (text, instant) in [
            ("2024-01-15", "2024-01-14T23:00:00+00:00"),
            ("2024-01-15 08:30", "2024-01-15T07:30:00+00:00"),
            ("2024-01-15T08:30:15.25", "2024-01-15T07:30:15.250+00:00"),
            ("2024-01-15T08:30:15Z", "2024-01-15T08:30:15+00:00"),
            ("2024-01-15 08:30:15+02:00", "2024-01-15T06:30:15+00:00"),
            ("2024-01-15 08:30:15 +0200", "2024-01-15T06:30:15+00:00"),
        ] {
            assert_eq!(date(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn seconds_since_1970_are_an_instant_wherever_the_shop_is() {
        let seconds = read("%s", "1705330953", Paris);
        assert_eq!(seconds.unwrap(), "2024-01-15T15:02:33+00:00");
    }

    #[test]
    fn seconds_that_are_days_of_a_spreadsheet_are_no_date() {
        assert_eq!(read("%s", "45306", Paris), None);
        assert!(looks_like("45306.5").unwrap().contains("excel"));
        assert!(looks_like("1705330953000").unwrap().contains("epoch-ms"));
        assert_eq!(looks_like("15.01.2024"), None);
    }

    #[test]
    fn milliseconds_and_days_of_spreadsheets_have_patterns_of_their_own() {
        let milliseconds = read("epoch-ms", "1705330953250", Paris);
        assert_eq!(milliseconds.unwrap(), "2024-01-15T15:02:33.250+00:00");
        // 45306 is 15 January 2024; a quarter of its day is six o'clock in Paris.
        let day = read("excel", "45306", Paris);
        assert_eq!(day.unwrap(), "2024-01-14T23:00:00+00:00");
        let time = read("excel", "45306,25", Paris);
        assert_eq!(time.unwrap(), "2024-01-15T05:00:00+00:00");
        let second = read("excel", "45306.0000115741", Paris);
        assert_eq!(second.unwrap(), "2024-01-14T23:00:01+00:00");
        assert_eq!(read("excel", "20240115", Paris), None);
        let refused = Pattern::try_from("%s%3f".to_owned()).unwrap_err();
        assert!(refused.contains("epoch-ms"), "{refused}");
    }

    #[test]
    fn zones_by_their_letters_are_heeded() {
        use chrono_tz::America::Los_Angeles;
        let at = |text| read("%Y-%m-%d %H:%M:%S %Z", text, Los_Angeles);
        for (text, expected) in [
            ("2024-07-15 12:00:00 UTC", "2024-07-15T12:00:00+00:00"),
            ("2024-07-15 12:00:00 PDT", "2024-07-15T19:00:00+00:00"),
            ("2024-07-15 12:00:00 CEST", "2024-07-15T10:00:00+00:00"),
            // The hour that comes twice, told apart.
            ("2024-11-03 01:30:00 PDT", "2024-11-03T08:30:00+00:00"),
            ("2024-11-03 01:30:00 PST", "2024-11-03T09:30:00+00:00"),
        ] {
            assert_eq!(at(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(at("2024-07-15 12:00:00 IST"), None);
        let china = read(
            "%d/%m/%Y %H:%M %Z",
            "15/07/2024 12:00 CST",
            chrono_tz::Asia::Shanghai,
        );
        assert_eq!(china.unwrap(), "2024-07-15T04:00:00+00:00");
    }

    #[test]
    fn a_pattern_that_reads_an_implausible_year_leaves_the_text_to_the_next() {
        let patterns =
            ["%m/%d/%Y", "%m/%d/%y"].map(|text| Pattern::try_from(text.to_owned()).unwrap());
        for text in ["7/15/24", "7/15/2024"] {
            let date = parse_date(text, &patterns, Tz::UTC).unwrap();
            assert_eq!(date.at.to_rfc3339(), "2024-07-15T00:00:00+00:00");
            assert!(date.is_day);
        }
    }

    #[test]
    fn days_that_do_not_exist_and_implausible_years_are_no_dates() {
        assert_eq!(read("%d/%m/%Y", "31/02/2024", Paris), None);
        assert_eq!(read("%d/%m/%Y", "15/07/24", Paris), None);
        assert_eq!(read("%d/%m/%Y", "15/07/2024 08:00", Paris), None);
    }

    #[test]
    fn a_pattern_must_tell_the_whole_date() {
        for pattern in ["%d/%m", "%H:%M", "%Q", "date"] {
            assert!(Pattern::try_from(pattern.to_owned()).is_err(), "{pattern}");
        }
    }
}
