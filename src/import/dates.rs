//! Dates as files write them, read as instants.
//!
//! A cell without an offset is a wall clock's time in the field's zone. Where
//! the clocks go back and the time occurs twice, the earlier instant is meant;
//! where they go forward and it never occurs, it is moved forward by the length
//! of the gap. Both are what RFC 5545 calendars and JavaScript's Temporal do.

use chrono::{
    DateTime, Days, MappedLocalTime, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
    format::{Item, Parsed, StrftimeItems, parse},
};
use chrono_tz::Tz;
use serde::Deserialize;

/// Years outside are typing errors, or two digits read by a four-digit pattern.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// One way in which a date is written, in strftime's letters.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(Vec<Item<'static>>);

/// An IANA time zone.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Zone(pub Tz);

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
        let items = StrftimeItems::new(&text)
            .parse_to_owned()
            .map_err(|_| format!("`{text}` is no date pattern; write one such as \"%d/%m/%Y\""))?;
        let pattern = Self(items);
        if pattern.tells_a_date() {
            Ok(pattern)
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
        let sample = DateTime::from_timestamp(1_385_419_431, 0).expect("in range");
        let mut text = String::new();
        let written = std::fmt::write(
            &mut text,
            format_args!("{}", sample.format_with_items(self.0.iter())),
        );
        // Some items can be read only, `%#z` for one.
        written.is_err() || self.parse(&text, Tz::UTC).is_some()
    }

    /// The instant that the text names, in `zone` unless it carries an offset.
    fn parse(&self, text: &str, zone: Tz) -> Option<DateTime<Utc>> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, self.0.iter()).ok()?;
        if let Some(offset) = parsed.offset() {
            let local = parsed.to_naive_datetime_with_offset(offset).ok()?;
            return Some(local.and_utc() - TimeDelta::seconds(offset.into()));
        }
        if parsed.timestamp().is_some() {
            return Some(parsed.to_naive_datetime_with_offset(0).ok()?.and_utc());
        }
        instant(local_time(&mut parsed)?, zone)
    }
}

/// What a mapping that gives no pattern means: ISO 8601 in its usual forms.
pub(super) fn iso_patterns() -> Vec<Pattern> {
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

/// The instant that the first matching pattern reads, or `None` when none matches.
pub(super) fn parse_date(text: &str, patterns: &[Pattern], zone: Tz) -> Option<DateTime<Utc>> {
    patterns
        .iter()
        .find_map(|pattern| pattern.parse(text, zone))
        .filter(|date| PLAUSIBLE_YEARS.contains(&chrono::Datelike::year(date)))
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

fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
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
        parse_date(text, &[pattern], zone).map(|date| date.to_rfc3339())
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
        let date = |text| parse_date(text, &iso_patterns(), Paris).map(|date| date.to_rfc3339());
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
