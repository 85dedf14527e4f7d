//! Time buckets of every size, as a [`Calendar`] cuts them.

use chrono::{DateTime, Days, Months, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use super::{
    calendar::{Calendar, WEEKS_OF_A_YEAR, instant, local_date, resolve, shown, start_of_day},
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
    /// Seven days, from the calendar's first weekday on.
    Week,
    /// One month.
    Month,
    /// Three months, counted from the first of the year.
    Quarter,
    /// Twelve months, from the calendar's first one on.
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

    /// How many months it has, where it is made of months.
    #[must_use]
    pub fn months(self) -> Option<usize> {
        match self {
            Self::Hour | Self::Day | Self::Week => None,
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
        }
    }

    /// The start of the bucket that an instant is in.
    #[must_use]
    pub fn start(self, at: DateTime<Utc>, calendar: Calendar) -> DateTime<Utc> {
        let zone = calendar.zone;
        if self == Self::Hour {
            let hours = self.numbering(zone);
            return instant(hours.start(hours.number(at.timestamp_millis())));
        }
        start_of_day(self.first_day(local_date(at, zone), calendar), zone)
    }

    /// The first day of the bucket that a day is in.
    #[must_use]
    pub fn first_day(self, day: NaiveDate, calendar: Calendar) -> NaiveDate {
        match (self, self.months(), calendar.retail) {
            (Self::Week, _, _) => calendar.first_of_week(day),
            (_, None, _) => day,
            (_, Some(months), Some(retail)) => retail.first_of_months(day, months, calendar),
            (_, Some(months), None) => calendar.first_of_months(day, months),
        }
    }

    /// The first day of the bucket after the one that a day is in.
    #[must_use]
    pub fn next_day(self, day: NaiveDate, calendar: Calendar) -> NaiveDate {
        let first = || self.first_day(day, calendar);
        let next = match (self, self.months(), calendar.retail) {
            (Self::Week, _, _) => first().checked_add_days(Days::new(7)),
            (_, None, _) => day.checked_add_days(Days::new(1)),
            (_, Some(months), Some(retail)) => Some(retail.next_of_months(day, months, calendar)),
            (_, Some(months), None) => first().checked_add_months(months_of(months)),
        };
        next.unwrap_or(NaiveDate::MAX)
    }

    /// The start of the bucket after the one that starts here.
    #[must_use]
    pub fn next(self, start: DateTime<Utc>, calendar: Calendar) -> DateTime<Utc> {
        if self == Self::Hour {
            let hours = self.numbering(calendar.zone);
            return instant(hours.start(hours.number(start.timestamp_millis()) + 1));
        }
        let day = local_date(start, calendar.zone);
        start_of_day(self.next_day(day, calendar), calendar.zone)
    }

    /// The start of the bucket before the one that starts here.
    #[must_use]
    pub fn previous(self, start: DateTime<Utc>, calendar: Calendar) -> DateTime<Utc> {
        self.start(instant(start.timestamp_millis() - 1), calendar)
    }

    /// The bucket that starts here.
    #[must_use]
    pub fn bucket(self, start: DateTime<Utc>, calendar: Calendar) -> Interval {
        Interval {
            from: Some(start),
            to: Some(self.next(start, calendar)),
        }
    }

    /// What the bucket that starts here is compared with a year before: the bucket of the same
    /// date and hour, or of 52 weeks earlier for a week.
    ///
    /// In a retail calendar it is as many weeks, 52 weeks earlier: after a year of 53 weeks
    /// these begin a week later than the bucket of that name did, as the National Retail
    /// Federation restates such a year.
    #[must_use]
    pub fn year_before(self, start: DateTime<Utc>, calendar: Calendar) -> Interval {
        let bucket = self.bucket(start, calendar);
        if calendar.retail.is_some() {
            return bucket.same_weekdays_year_before(calendar).unwrap_or(bucket);
        }
        let local = shown(start, calendar.zone).naive_local();
        let earlier = if self == Self::Week {
            local.checked_sub_days(Days::new(WEEKS_OF_A_YEAR * 7))
        } else {
            local.checked_sub_months(Months::new(12))
        };
        let earlier = resolve(earlier.unwrap_or(local), calendar.zone);
        self.bucket(self.start(earlier, calendar), calendar)
    }

    /// The starts of every bucket that `[from, to)` touches.
    ///
    /// # Errors
    /// [`TooManyBuckets`] past 500,000 of them.
    pub fn starts(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        calendar: Calendar,
    ) -> Result<Vec<DateTime<Utc>>, TooManyBuckets> {
        let mut starts = Vec::new();
        let mut start = self.start(from, calendar);
        while start < to {
            if starts.len() == MAX_BUCKETS {
                return Err(TooManyBuckets);
            }
            starts.push(start);
            start = self.next(start, calendar);
        }
        Ok(starts)
    }

    /// A short name of the bucket, sortable and unambiguous: `2024`, `2024-Q1`, `2024-01`,
    /// `2024-W05`, `2024-01-31`, `2024-01-31T13:00+01:00`.
    ///
    /// A year that begins in another month than January has the numbers of both that it is in,
    /// `2024/25`; months and weeks of a retail calendar are numbered in it, `2024/25-M01`; and
    /// weeks that do not begin on Monday are told by their first day, `2024-01-28/P1W`.
    #[must_use]
    pub fn label(self, start: DateTime<Utc>, calendar: Calendar) -> String {
        let local = shown(start, calendar.zone);
        let day = local.date_naive();
        let year = || calendar.year_label(day);
        match (self, calendar.retail) {
            (Self::Hour, _) => local.format("%Y-%m-%dT%H:%M%:z").to_string(),
            (Self::Day, _) => local.format("%Y-%m-%d").to_string(),
            (Self::Week, Some(retail)) => {
                format!("{}-W{:02}", year(), retail.week_number(day, calendar))
            }
            (Self::Week, None) if calendar.first_weekday == Weekday::Mon => {
                local.format("%G-W%V").to_string()
            }
            (Self::Week, None) => local.format("%Y-%m-%d/P1W").to_string(),
            (Self::Month, Some(retail)) => {
                let month = retail.number_of_months(day, 1, calendar);
                format!("{}-M{month:02}", year())
            }
            (Self::Month, None) => local.format("%Y-%m").to_string(),
            (Self::Quarter, _) => format!("{}-Q{}", year(), calendar.quarter_number(day)),
            (Self::Year, _) => year(),
        }
    }
}

/// The local day that an instant is in, where the clocks do not change on it: its hours
/// are 24, each as long as the other.
#[must_use]
pub fn regular_day(instant: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = Grain::Day.start(instant, zone.into());
    let end = Grain::Day.next(start, zone.into());
    let (first, last) = (start.timestamp_millis(), end.timestamp_millis() - 1);
    let clock = ZoneRules::of(zone).clock.between(Some(first), Some(last));
    let is_regular = last - first == DAY - 1 && clock.len() == 1;
    is_regular.then_some((start, end))
}

fn months_of(months: usize) -> Months {
    Months::new(u32::try_from(months).unwrap_or(u32::MAX))
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
    calendar: Calendar,
) -> Vec<Interval> {
    let before = |period: &Interval| {
        let first = grain.start(period.from?, calendar);
        let bucket = grain.bucket(grain.previous(first, calendar), calendar);
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
