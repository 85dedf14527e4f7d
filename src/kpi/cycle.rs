//! What comes round again: months of the year, days of the week, hours.

use chrono::{DateTime, Datelike, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::{
    calendar::{end_of_regular_days, local_date},
    grain::{Grain, MAX_BUCKETS, TooManyBuckets},
};

/// What comes round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cycle {
    /// January to December.
    MonthOfYear,
    /// Monday to Sunday.
    IsoWeekday,
    /// 0 to 23 o'clock.
    HourOfDay,
    /// Every hour of the week.
    WeekdayHour,
}

impl Cycle {
    /// The bucket that occurs in the cycle's slots.
    #[must_use]
    pub fn grain(self) -> Grain {
        match self {
            Self::MonthOfYear => Grain::Month,
            Self::IsoWeekday => Grain::Day,
            Self::HourOfDay | Self::WeekdayHour => Grain::Hour,
        }
    }

    /// The slots, in order: months 1 to 12, weekdays 1 (Monday) to 7, hours 0 to
    /// 23, or hours of the week 0 (Monday, 0 o'clock) to 167.
    #[must_use]
    pub fn slots(self) -> std::ops::RangeInclusive<i64> {
        match self {
            Self::MonthOfYear => 1..=12,
            Self::IsoWeekday => 1..=7,
            Self::HourOfDay => 0..=23,
            Self::WeekdayHour => 0..=167,
        }
    }

    /// The slot that an instant is in.
    #[must_use]
    pub fn slot(self, instant: DateTime<Utc>, zone: Tz) -> i64 {
        let clock = instant.with_timezone(&zone);
        let weekday = |day: Weekday| i64::from(day.num_days_from_monday());
        match self {
            Self::MonthOfYear => local_date(instant, zone).month().into(),
            Self::IsoWeekday => weekday(local_date(instant, zone).weekday()) + 1,
            Self::HourOfDay => clock.hour().into(),
            Self::WeekdayHour => weekday(clock.weekday()) * 24 + i64::from(clock.hour()),
        }
    }

    /// How often each slot occurs among the buckets that `[from, to)` touches, by its number.
    ///
    /// # Errors
    /// [`TooManyBuckets`] past 500,000 of them.
    pub fn occurrences(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        zone: Tz,
    ) -> Result<Vec<usize>, TooManyBuckets> {
        let mut occurrences = vec![0; slot_count(*self.slots().end())];
        let mut start = self.grain().start(from, zone.into());
        let mut met = 0;
        while start < to {
            let first = slot_count(self.slot(start, zone)) - 1;
            let (slots, next) = self.run(start, to, zone);
            met += slots;
            if met > MAX_BUCKETS {
                return Err(TooManyBuckets);
            }
            // From one day to the next, the slots go on, and round again.
            let count = occurrences.len();
            for slot in first..first + slots {
                occurrences[slot % count] += 1;
            }
            start = next;
        }
        Ok(occurrences)
    }

    /// How many slots follow each other from a bucket's start on, as far as that is plain,
    /// and when the next bucket starts: the clock is slow to read, for every hour of years.
    fn run(self, start: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> (usize, DateTime<Utc>) {
        let end = match self.grain() {
            Grain::Hour => end_of_regular_days(start, to, zone),
            _ => start,
        };
        match usize::try_from((end - start).num_hours()) {
            Ok(hours) if hours > 0 => (hours, end),
            _ => (1, self.grain().next(start, zone.into())),
        }
    }
}

/// How many places a table has that ends with a slot.
fn slot_count(last: i64) -> usize {
    usize::try_from(last + 1).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::Havana, Australia::Lord_Howe, Europe::Paris, UTC};

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn slots_are_read_off_the_local_clock() {
        let sunday_evening = utc("2024-06-30T22:30:00Z");
        assert_eq!(Cycle::MonthOfYear.slot(sunday_evening, Paris), 7);
        assert_eq!(Cycle::IsoWeekday.slot(sunday_evening, Paris), 1);
        assert_eq!(Cycle::HourOfDay.slot(sunday_evening, Paris), 0);
        assert_eq!(Cycle::WeekdayHour.slot(sunday_evening, UTC), 6 * 24 + 22);
    }

    #[test]
    fn every_bucket_occurs_once_across_changes_of_the_clock() {
        let (from, to) = (utc("2023-12-31T05:30:00Z"), utc("2025-02-03T17:15:00Z"));
        // Havana's clocks go from 24:00 to 1:00, and from 1:00 to 0:00.
        for zone in [UTC, Paris, Lord_Howe, Havana] {
            for cycle in [
                Cycle::MonthOfYear,
                Cycle::IsoWeekday,
                Cycle::HourOfDay,
                Cycle::WeekdayHour,
            ] {
                let mut one_by_one = vec![0; slot_count(*cycle.slots().end())];
                let grain = cycle.grain();
                let next = |start: &DateTime<Utc>| Some(grain.next(*start, zone.into()));
                let starts = std::iter::successors(Some(grain.start(from, zone.into())), next);
                for start in starts.take_while(|start| *start < to) {
                    one_by_one[usize::try_from(cycle.slot(start, zone)).unwrap()] += 1;
                }
                let occurrences = cycle.occurrences(from, to, zone);
                assert_eq!(occurrences, Ok(one_by_one), "{cycle:?} {zone}");
            }
        }
    }

    #[test]
    fn a_date_gone_wrong_takes_no_time() {
        let (from, to) = (utc("0024-01-01T00:00:00Z"), utc("2024-01-01T00:00:00Z"));
        let occurrences = Cycle::HourOfDay.occurrences(from, to, UTC);
        assert_eq!(occurrences, Err(TooManyBuckets));
    }
}
