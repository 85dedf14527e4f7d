//! Days, months and years as the shop's time zone cuts them.
//!
//! Everything is cut in local time and kept as instants, so that a day is 23 or
//! 25 hours long where the clocks change.

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime,
    Offset, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

use super::interval::{Interval, joined};

/// The size of a time bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// One hour on the clock.
    Hour,
    /// One calendar day.
    Day,
    /// One ISO week, Monday first.
    Week,
    /// One calendar month.
    Month,
    /// Three calendar months, from January, April, July or October.
    Quarter,
    /// One calendar year.
    Year,
}

/// More buckets than anybody can look at; most likely a date gone wrong in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the period holds more than {MAX_BUCKETS} buckets; choose a coarser grain or a shorter period"
)]
pub struct TooManyBuckets;

/// The hours of half a century.
pub const MAX_BUCKETS: usize = 500_000;

/// The local date at an instant.
#[must_use]
pub fn local_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// The first instant of a local day.
#[must_use]
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    resolve(day.into(), zone)
}

/// The instant of a local time: the earlier of two where the clocks go back,
/// and where they skip it, as long after the skip as it stands in it.
pub(super) fn resolve(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => {
            let day_before = (local - Duration::days(1)).and_utc();
            let offset = zone.offset_from_utc_datetime(&day_before.naive_utc()).fix();
            (local - offset).and_utc()
        }
    }
}

/// The local day that an instant is in, where the clocks do not change on it: its hours
/// are 24, each as long as the other.
#[must_use]
pub fn regular_day(instant: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = Grain::Day.start(instant, zone);
    let end = Grain::Day.next(start, zone);
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let is_regular = end - start == Duration::hours(24)
        && offset(start) == offset(end - Duration::milliseconds(1));
    is_regular.then_some((start, end))
}

/// The end of the days of 24 hours that follow each other from the start of one on, a year
/// of them at most, before the clocks change or `to` comes; `start` where there are none.
pub(super) fn end_of_regular_days(
    start: DateTime<Utc>,
    to: DateTime<Utc>,
    zone: Tz,
) -> DateTime<Utc> {
    let local = start.with_timezone(&zone);
    if local.time() != NaiveTime::MIN {
        return start;
    }
    let is_regular = |end: &DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&end.naive_utc());
        *end <= to && offset.fix() == local.offset().fix()
    };
    let ends = (1..=366).map(|days| start + Duration::days(days));
    ends.take_while(is_regular).last().unwrap_or(start)
}

impl Grain {
    /// All of them, finest first.
    pub const ALL: [Self; 6] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The start of the bucket that an instant is in.
    #[must_use]
    pub fn start(self, instant: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let local = instant.with_timezone(&zone);
        if self == Self::Hour {
            let into = Duration::minutes(local.minute().into())
                + Duration::seconds(local.second().into())
                + Duration::nanoseconds((local.nanosecond() % 1_000_000_000).into());
            return instant - into;
        }
        start_of_day(self.first_day(local.date_naive()), zone)
    }

    /// The first day of the bucket that a day is in.
    fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = match self {
            Self::Hour | Self::Day => return day,
            Self::Week => return day - Days::new(day.weekday().num_days_from_monday().into()),
            Self::Month => day.month(),
            Self::Quarter => day.month0() / 3 * 3 + 1,
            Self::Year => 1,
        };
        NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
    }

    /// The start of the bucket after the one that starts here.
    #[must_use]
    pub fn next(self, start: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let day = local_date(start, zone);
        let day = match self {
            Self::Hour => return start + Duration::hours(1),
            Self::Day => day + Days::new(1),
            Self::Week => day + Days::new(7),
            Self::Month => day + Months::new(1),
            Self::Quarter => day + Months::new(3),
            Self::Year => day + Months::new(12),
        };
        start_of_day(day, zone)
    }

    /// The start of the bucket before the one that starts here.
    #[must_use]
    pub fn previous(self, start: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        self.start(start - Duration::milliseconds(1), zone)
    }

    /// The bucket that starts here.
    #[must_use]
    pub fn bucket(self, start: DateTime<Utc>, zone: Tz) -> Interval {
        Interval {
            from: Some(start),
            to: Some(self.next(start, zone)),
        }
    }

    /// The start of the same bucket a year before: the same date and hour, or 52 weeks for a week.
    #[must_use]
    pub fn year_before(self, start: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let local = start.with_timezone(&zone).naive_local();
        let earlier = if self == Self::Week {
            local - Days::new(52 * 7)
        } else {
            local - Months::new(12)
        };
        self.start(resolve(earlier, zone), zone)
    }

    /// The starts of every bucket that `[from, to)` touches.
    ///
    /// # Errors
    /// [`TooManyBuckets`] past [`MAX_BUCKETS`].
    pub fn starts(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        zone: Tz,
    ) -> Result<Vec<DateTime<Utc>>, TooManyBuckets> {
        let mut starts = Vec::new();
        let mut start = self.start(from, zone);
        while start < to {
            if starts.len() == MAX_BUCKETS {
                return Err(TooManyBuckets);
            }
            starts.push(start);
            // Hours are told by their minutes, anew where clocks change by half an hour.
            start = self.start(self.next(start, zone), zone);
        }
        Ok(starts)
    }

    /// A short name of the bucket, sortable and unambiguous: `2024`, `2024-Q1`, `2024-01`, `2024-W05`, `2024-01-31`, `2024-01-31T13:00+01:00`.
    #[must_use]
    pub fn label(self, start: DateTime<Utc>, zone: Tz) -> String {
        let local = start.with_timezone(&zone);
        match self {
            Self::Hour => local.format("%Y-%m-%dT%H:%M%:z").to_string(),
            Self::Day => local.format("%Y-%m-%d").to_string(),
            Self::Week => local.format("%G-W%V").to_string(),
            Self::Month => local.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", local.year(), local.month0() / 3 + 1),
            Self::Year => local.format("%Y").to_string(),
        }
    }
}

/// These periods, each with the bucket before its first one.
///
/// The bucket before is read as far as the scope's period covers it, and whole
/// where the period starts later: customers of the period before are customers,
/// whether they are in scope or not.
#[must_use]
pub fn with_buckets_before(
    periods: &[Interval],
    grain: Grain,
    scope: Interval,
    zone: Tz,
) -> Vec<Interval> {
    let before = |period: &Interval| {
        let first = grain.start(period.from?, zone);
        let bucket = grain.bucket(grain.previous(first, zone), zone);
        let in_scope = scope.intersection(bucket);
        Some(if in_scope.is_empty() {
            bucket
        } else {
            in_scope
        })
    };
    joined(
        periods
            .iter()
            .flat_map(|period| before(period).into_iter().chain([*period])),
    )
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::Sao_Paulo, Europe::Paris, UTC};

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(from: &str, to: &str) -> Interval {
        Interval::of_days(day(from), day(to), Paris)
    }

    #[test]
    fn a_day_is_cut_in_its_zone() {
        assert_eq!(
            start_of_day(day("2024-03-31"), Paris),
            utc("2024-03-30T23:00:00Z")
        );
        assert_eq!(
            start_of_day(day("2024-04-01"), Paris),
            utc("2024-03-31T22:00:00Z")
        );
    }

    #[test]
    fn the_day_the_clocks_go_forward_has_23_hours() {
        let hours = |from, to| {
            let (from, to) = days(from, to).bounds().unwrap();
            Grain::Hour.starts(from, to, Paris).unwrap().len()
        };
        assert_eq!(hours("2024-03-31", "2024-04-01"), 23);
        assert_eq!(hours("2024-10-27", "2024-10-28"), 25);
    }

    #[test]
    fn a_day_without_midnight_starts_after_the_skip() {
        // On 4 November 2018 the clocks of Brasília went from 24:00 to 01:00.
        assert_eq!(
            start_of_day(day("2018-11-04"), Sao_Paulo),
            utc("2018-11-04T03:00:00Z")
        );
    }

    #[test]
    fn buckets_start_where_the_calendar_says() {
        let instant = utc("2024-08-15T12:34:56Z");
        let starts = [
            (Grain::Hour, "2024-08-15T12:00:00Z"),
            (Grain::Day, "2024-08-14T22:00:00Z"),
            (Grain::Week, "2024-08-11T22:00:00Z"),
            (Grain::Month, "2024-07-31T22:00:00Z"),
            (Grain::Quarter, "2024-06-30T22:00:00Z"),
            (Grain::Year, "2023-12-31T23:00:00Z"),
        ];
        for (grain, start) in starts {
            assert_eq!(grain.start(instant, Paris), utc(start), "{grain:?}");
        }
    }

    #[test]
    fn next_and_previous_are_each_others_inverse() {
        for grain in Grain::ALL {
            let start = grain.start(utc("2024-03-31T12:00:00Z"), Paris);
            let next = grain.next(start, Paris);
            assert!(next > start, "{grain:?}");
            assert_eq!(grain.previous(next, Paris), start, "{grain:?}");
        }
    }

    #[test]
    fn a_week_is_compared_with_the_one_52_weeks_before() {
        let monday = start_of_day(day("2024-08-12"), Paris);
        let before = Grain::Week.year_before(monday, Paris);
        assert_eq!(before, start_of_day(day("2023-08-14"), Paris));
    }

    #[test]
    fn the_bucket_before_a_half_month_is_a_whole_month() {
        let half = days("2024-03-10", "2024-05-01");
        let before = with_buckets_before(&[half], Grain::Month, half, Paris);
        assert_eq!(before, [days("2024-02-01", "2024-03-01"), half]);
        let whole = days("2024-03-01", "2024-05-01");
        let before = with_buckets_before(&[whole], Grain::Month, whole, Paris);
        assert_eq!(before, [days("2024-02-01", "2024-05-01")]);
        let all = Interval::default();
        assert_eq!(with_buckets_before(&[all], Grain::Month, all, Paris), [all]);
    }

    #[test]
    fn labels_sort_as_time_does() {
        let start = start_of_day(day("2024-12-30"), UTC);
        let labels = [
            (Grain::Hour, "2024-12-30T00:00+00:00"),
            (Grain::Day, "2024-12-30"),
            (Grain::Week, "2025-W01"),
            (Grain::Month, "2024-12"),
            (Grain::Quarter, "2024-Q4"),
            (Grain::Year, "2024"),
        ];
        for (grain, label) in labels {
            assert_eq!(grain.label(start, UTC), label);
        }
    }

    #[test]
    fn a_date_gone_wrong_does_not_fill_the_memory() {
        let from = utc("0024-01-01T00:00:00Z");
        let to = utc("2024-01-01T00:00:00Z");
        assert_eq!(Grain::Hour.starts(from, to, UTC), Err(TooManyBuckets));
    }
}
