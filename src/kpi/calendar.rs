//! Days, months and years as the shop's time zone cuts them.
//!
//! Everything is cut in local time and kept as instants, so that a day is 23 or
//! 25 hours long where the clocks change. A bucket lasts from its start to the
//! start of the next one, by the tables of [`ZoneRules`]: none overlaps another,
//! and none is left out, whatever the clocks do.

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime,
    Offset, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::{
    interval::{Interval, joined},
    zone::{DAY, Numbering, ZoneRules},
};

/// The size of a time bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// One hour on the clock; shorter where the clock leaps into it or out of it.
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

/// The years that ISO 8601 writes with four digits and without a sign, which questions may
/// name.
pub const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// The hours of half a century.
pub const MAX_BUCKETS: usize = 500_000;

/// The local date at an instant; where clocks go back over midnight, the day that had begun.
#[must_use]
pub fn local_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let number = ZoneRules::of(zone).days.number(instant.timestamp_millis());
    let days = i32::try_from(number + DAYS_TO_1970).ok();
    let day = days.and_then(NaiveDate::from_num_days_from_ce_opt);
    day.unwrap_or(if number < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    })
}

/// The first instant of a local day.
#[must_use]
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let number = i64::from(day.num_days_from_ce()) - DAYS_TO_1970;
    instant(ZoneRules::of(zone).days.start(number))
}

/// From the first day of the first year to 1 January 1970.
const DAYS_TO_1970: i64 = 719_163;

/// The instant of a local time: the earlier of two where the clocks go back,
/// and where they skip it, as long after the skip as it stands in it.
#[must_use]
pub fn resolve(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => {
            let shown = local.and_utc().timestamp_millis();
            let day_before = shown - DAY;
            instant(shown - ZoneRules::of(zone).clock.shift(day_before))
        }
    }
}

/// The instant of this many milliseconds since 1970, or the nearest that can be told.
fn instant(milliseconds: i64) -> DateTime<Utc> {
    let nearest = if milliseconds < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    DateTime::from_timestamp_millis(milliseconds).unwrap_or(nearest)
}

/// What the clock shows at an instant, or at the nearest that a clock can show.
fn shown(at: DateTime<Utc>, zone: Tz) -> DateTime<Tz> {
    let days = Duration::days(2);
    let at = at.clamp(
        DateTime::<Utc>::MIN_UTC + days,
        DateTime::<Utc>::MAX_UTC - days,
    );
    at.with_timezone(&zone)
}

/// The local day that an instant is in, where the clocks do not change on it: its hours
/// are 24, each as long as the other.
#[must_use]
pub fn regular_day(instant: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = Grain::Day.start(instant, zone);
    let end = Grain::Day.next(start, zone);
    let (first, last) = (start.timestamp_millis(), end.timestamp_millis() - 1);
    let clock = ZoneRules::of(zone).clock.between(Some(first), Some(last));
    let is_regular = last - first == DAY - 1 && clock.len() == 1;
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
    let ends = (1..=366).map_while(|days| start.checked_add_signed(Duration::days(days)));
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

    /// What its buckets are made of in a zone: hours, or days.
    #[must_use]
    pub fn numbering(self, zone: Tz) -> &'static Numbering {
        let rules = ZoneRules::of(zone);
        match self {
            Self::Hour => &rules.hours,
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year => &rules.days,
        }
    }

    /// The start of the bucket that an instant is in.
    #[must_use]
    pub fn start(self, at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        if self == Self::Hour {
            let hours = self.numbering(zone);
            return instant(hours.start(hours.number(at.timestamp_millis())));
        }
        start_of_day(self.first_day(local_date(at, zone)), zone)
    }

    /// The first day of the bucket that a day is in.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = match self {
            Self::Hour | Self::Day => return day,
            Self::Week => return day.week(Weekday::Mon).checked_first_day().unwrap_or(day),
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
        let next = match self {
            Self::Hour => {
                let hours = self.numbering(zone);
                return instant(hours.start(hours.number(start.timestamp_millis()) + 1));
            }
            Self::Day => day.checked_add_days(Days::new(1)),
            Self::Week => day.checked_add_days(Days::new(7)),
            Self::Month => day.checked_add_months(Months::new(1)),
            Self::Quarter => day.checked_add_months(Months::new(3)),
            Self::Year => day.checked_add_months(Months::new(12)),
        };
        start_of_day(next.unwrap_or(NaiveDate::MAX), zone)
    }

    /// The start of the bucket before the one that starts here.
    #[must_use]
    pub fn previous(self, start: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        self.start(instant(start.timestamp_millis() - 1), zone)
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
        let local = shown(start, zone).naive_local();
        let earlier = if self == Self::Week {
            local.checked_sub_days(Days::new(52 * 7))
        } else {
            local.checked_sub_months(Months::new(12))
        };
        self.start(resolve(earlier.unwrap_or(local), zone), zone)
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
            start = self.next(start, zone);
        }
        Ok(starts)
    }

    /// A short name of the bucket, sortable and unambiguous: `2024`, `2024-Q1`, `2024-01`, `2024-W05`, `2024-01-31`, `2024-01-31T13:00+01:00`.
    #[must_use]
    pub fn label(self, start: DateTime<Utc>, zone: Tz) -> String {
        let local = shown(start, zone);
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
mod tests;
