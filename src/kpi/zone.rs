//! The rules of a time zone, as tables: one set of them for the whole program.
//!
//! Both engines cut time by these tables, so that a database whose own zone data
//! is older than a change of law (or newer) gives the same buckets. A table says
//! by how much the clock is ahead of UTC from when on; between two of its lines
//! a bucket is plain arithmetic, which a database does in UTC.

use std::{
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
};

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;
/// A day of 24 hours in milliseconds.
pub(super) const DAY: i64 = 24 * HOUR;
/// No zone had a clock of its own before (1830), and the rules are written down until 2100.
const KNOWN: std::ops::Range<i64> = -4_417_977_600_000..4_133_980_800_000;

/// From when on times are shifted by how much, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The first instant, in milliseconds since 1970; the first line has the least there is.
    pub from: i64,
    /// What to add to an instant.
    pub by: i64,
}

/// Instants numbered by the days or hours that they fall into.
///
/// Shifted by its line, an instant's number is how often the unit fits in. Numbers
/// never fall as time goes on, and none is left out by the clocks alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// In the order of time.
    pub shifts: Vec<Shift>,
    unit: i64,
}

/// The rules of one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneRules {
    /// What the clock shows: the offset from UTC.
    pub clock: Numbering,
    /// Local days. A day lasts until the next one has begun: where clocks go back over
    /// midnight, what they show twice belongs to the day that had begun.
    pub days: Numbering,
    /// Hours on the clock, cut where the clock leaps within one.
    pub hours: Numbering,
}

impl ZoneRules {
    /// The rules of a zone, worked out once.
    #[must_use]
    pub fn of(zone: Tz) -> &'static Self {
        /// There are a few hundred zones, of some ten kilobytes each: nothing is thrown away.
        static KNOWN_ZONES: LazyLock<RwLock<HashMap<Tz, &'static ZoneRules>>> =
            LazyLock::new(RwLock::default);
        let known = KNOWN_ZONES.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(&zone) {
            return rules;
        }
        drop(known);
        let rules: &'static Self = Box::leak(Box::new(Self::new(zone)));
        let mut known = KNOWN_ZONES.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(zone).or_insert(rules)
    }

    fn new(zone: Tz) -> Self {
        let clock = offsets(zone);
        Self {
            days: Numbering::new(days(&clock), DAY),
            hours: Numbering::new(hours(&clock), HOUR),
            clock: Numbering::new(clock, HOUR),
        }
    }
}

impl Numbering {
    fn new(shifts: Vec<Shift>, unit: i64) -> Self {
        Self { shifts, unit }
    }

    fn line(&self, instant: i64) -> usize {
        self.shifts.partition_point(|it| it.from <= instant).max(1) - 1
    }

    /// What to add to an instant, in milliseconds.
    #[must_use]
    pub fn shift(&self, instant: i64) -> i64 {
        self.shifts[self.line(instant)].by
    }

    /// The number of the day or hour that an instant is in.
    #[must_use]
    pub fn number(&self, instant: i64) -> i64 {
        numbered(instant, self.shift(instant), self.unit)
    }

    /// The first instant whose number is this one or a later one.
    #[must_use]
    pub fn start(&self, number: i64) -> i64 {
        let before =
            |it: &Shift| it.from == i64::MIN || numbered(it.from, it.by, self.unit) < number;
        let next = self.shifts.partition_point(before);
        let line = self.shifts[next.max(1) - 1];
        let start = number.saturating_mul(self.unit).saturating_sub(line.by);
        match self.shifts.get(next) {
            Some(leap) => start.min(leap.from),
            None => start,
        }
    }

    /// The first instant of the day or hour that a shifted instant is in.
    #[must_use]
    pub fn start_of_shifted(&self, shifted: i64) -> i64 {
        self.start(shifted.div_euclid(self.unit))
    }

    /// Pairs of shifted starts that follow each other although they are not one unit apart:
    /// where the date line was moved over a zone, a day never was.
    pub fn leaps(&self) -> impl Iterator<Item = (i64, i64)> {
        self.shifts.windows(2).filter_map(|lines| {
            let [before, after] = lines else { return None };
            let last = numbered(after.from - 1, before.by, self.unit);
            let next = numbered(after.from, after.by, self.unit);
            (next > last + 1).then_some((last * self.unit, next * self.unit))
        })
    }

    /// The lines that hold from one instant until before another; a missing end is open.
    #[must_use]
    pub fn between(&self, from: Option<i64>, to: Option<i64>) -> &[Shift] {
        let first = from.map_or(0, |from| self.line(from));
        let last = to.map_or(self.shifts.len() - 1, |to| self.line(to.saturating_sub(1)));
        &self.shifts[first..=last.max(first)]
    }
}

fn numbered(instant: i64, shift: i64, unit: i64) -> i64 {
    instant.saturating_add(shift).div_euclid(unit)
}

/// How far the zone's clock is ahead of UTC, from when on.
fn offsets(zone: Tz) -> Vec<Shift> {
    let ahead = |instant: i64| {
        let instant = DateTime::<Utc>::from_timestamp_millis(instant).unwrap_or_default();
        let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
        i64::from(offset.local_minus_utc()) * 1_000
    };
    let mut by = ahead(KNOWN.start);
    let mut shifts = vec![Shift { from: i64::MIN, by }];
    let mut from = KNOWN.start;
    while from < KNOWN.end {
        let to = from + DAY;
        while ahead(to) != by {
            from = change(from, to, |instant| ahead(instant) == by);
            by = ahead(from);
            shifts.push(Shift { from, by });
        }
        from = to;
    }
    shifts
}

/// The first instant from which on it is no longer so, in whole seconds: it is at `from`, and not at `to`.
fn change(mut from: i64, mut to: i64, is_so: impl Fn(i64) -> bool) -> i64 {
    while to - from > 1_000 {
        let middle = from + (to - from) / 2_000 * 1_000;
        if is_so(middle) {
            from = middle;
        } else {
            to = middle;
        }
    }
    to
}

/// The offsets by which days are numbered: where midnight comes twice, the old one holds
/// until it has come again.
fn days(clock: &[Shift]) -> Vec<Shift> {
    let mut shifts = vec![clock[0]];
    let mut by = clock[0].by;
    for change in &clock[1..] {
        let day = numbered(change.from - 1, by, DAY);
        let goes_back = numbered(change.from, change.by, DAY) < day;
        let from = if goes_back {
            day * DAY - change.by
        } else {
            change.from
        };
        by = change.by;
        shifts.push(Shift { from, by });
    }
    shifts
}

/// The shifts by which hours are numbered one after the other.
///
/// Where the clock leaps from one full hour to another, as nearly everywhere, nothing changes.
fn hours(clock: &[Shift]) -> Vec<Shift> {
    let mut shifts = vec![clock[0]];
    let mut by = clock[0].by;
    for change in &clock[1..] {
        let next = numbered(change.from - 1, by, HOUR) + 1;
        let hours = next - numbered(change.from, change.by, HOUR);
        let shift = change.by + hours * HOUR;
        if shift != by {
            by = shift;
            shifts.push(Shift {
                from: change.from,
                by,
            });
        }
    }
    shifts
}

#[cfg(test)]
mod tests {
    use chrono_tz::{
        America::{Mexico_City, St_Johns},
        Australia::Lord_Howe,
        Europe::Paris,
        Pacific::Apia,
        UTC,
    };

    use super::*;

    fn millis(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().unwrap().timestamp_millis()
    }

    fn day(text: &str) -> i64 {
        millis(&format!("{text}T00:00:00Z")) / DAY
    }

    #[test]
    fn the_clock_is_as_far_ahead_as_the_law_says() {
        let ahead = |zone, text| ZoneRules::of(zone).clock.shift(millis(text)) / 60_000;
        assert_eq!(ahead(Paris, "2024-03-31T00:59:59Z"), 60);
        assert_eq!(ahead(Paris, "2024-03-31T01:00:00Z"), 120);
        // Mexico ended summer time in October 2022.
        assert_eq!(ahead(Mexico_City, "2022-07-01T00:00:00Z"), -300);
        assert_eq!(ahead(Mexico_City, "2023-07-01T00:00:00Z"), -360);
        assert_eq!(ZoneRules::of(UTC).clock.shifts.len(), 1);
    }

    #[test]
    fn a_day_starts_once_where_midnight_comes_twice() {
        // On 7 November 2010 the clocks of Newfoundland went from 00:01 back to 23:01.
        let days = &ZoneRules::of(St_Johns).days;
        let start = days.start(day("2010-11-07"));
        assert_eq!(start, millis("2010-11-07T02:30:00Z"));
        let shown_again = millis("2010-11-07T03:00:00Z");
        assert_eq!(days.number(shown_again), day("2010-11-07"));
        assert_eq!(days.number(start - 1), day("2010-11-06"));
    }

    #[test]
    fn a_day_that_never_was_starts_with_the_next_one() {
        let days = &ZoneRules::of(Apia).days;
        let skipped = days.start(day("2011-12-30"));
        assert_eq!(skipped, days.start(day("2011-12-31")));
        assert_eq!(days.number(skipped), day("2011-12-31"));
        let leaps: Vec<_> = days.leaps().collect();
        let starts = (
            millis("2011-12-29T00:00:00Z"),
            millis("2011-12-31T00:00:00Z"),
        );
        assert!(leaps.contains(&starts));
    }

    #[test]
    fn hours_are_numbered_without_gaps_or_overlaps() {
        let hours = &ZoneRules::of(Lord_Howe).hours;
        // 02:00+11:00 becomes 01:30+10:30.
        let change = millis("2024-04-06T15:00:00Z");
        let number = hours.number(change);
        assert_eq!(hours.number(change - 1) + 1, number);
        assert_eq!(hours.start(number), change);
        assert_eq!(hours.start(number + 1), change + HOUR / 2);
        assert_eq!(hours.start(number - 1), change - HOUR);
        // All of an hour of Paris is one, whatever the season.
        assert!(ZoneRules::of(Paris).hours.between(Some(0), None).len() == 1);
    }

    #[test]
    fn every_number_starts_where_it_is_first_met() {
        let (from, to) = (
            millis("2010-01-01T00:00:00Z"),
            millis("2025-01-01T00:00:00Z"),
        );
        for zone in [Paris, St_Johns, Lord_Howe, Apia, Mexico_City] {
            let rules = ZoneRules::of(zone);
            for numbering in [&rules.days, &rules.hours] {
                let mut before = numbering.number(from);
                for instant in (from..to).step_by(30 * 60_000) {
                    let number = numbering.number(instant);
                    assert!(number >= before, "{zone} {instant}");
                    let start = numbering.start(number);
                    assert!(start <= instant, "{zone} {instant}");
                    assert_eq!(numbering.number(start), number, "{zone} {instant}");
                    before = number;
                }
            }
        }
    }
}
