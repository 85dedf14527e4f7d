//! Periods as clients write them, made into instants.

use async_graphql::{InputObject, OneofObject, Result};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    enums::CalendarUnit,
    error::client_error,
    scalars::{Date, YearMonth},
};
use crate::kpi::{
    Calendar, Grain, Interval,
    calendar::{YEARS, local_date},
};

/// What a filter's days are told by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// How time is cut.
    pub calendar: Calendar,
    /// The day that it is there.
    pub today: NaiveDate,
}

impl Clock {
    /// The clock of a calendar at an instant.
    pub fn new(calendar: Calendar, now: DateTime<Utc>) -> Self {
        let today = local_date(now, calendar.zone);
        Self { calendar, today }
    }
}

/// Whole local days: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum Period {
    /// A year of the Gregorian calendar, from January on, whatever the shop's own begins with.
    Year(i32),
    /// A month of the Gregorian calendar.
    Month(YearMonth),
    /// A whole week, month, quarter or year of the scope's calendar: a fiscal year, a month of four weeks.
    Bucket(CalendarBucket),
    /// From one day to another.
    Between(DateRange),
    /// The last few days, weeks, months, quarters or years, up to and with today, or with yesterday: a year that ends with 28 February begins with 1 March.
    Last(Trailing),
}

/// The whole bucket of the scope's calendar that a day is in.
#[derive(Clone, Debug, InputObject)]
pub struct CalendarBucket {
    /// How long it is.
    unit: CalendarUnit,
    /// A day in it; without it, today.
    date: Option<Date>,
}

/// Days from one to another, half open: `from` is in it, `to` is not.
#[derive(Clone, Debug, InputObject)]
pub struct DateRange {
    /// The first day; without it, from the beginning.
    from: Option<Date>,
    /// The first day after; without it, to the end.
    to: Option<Date>,
}

/// A number of calendar units that end with today, or with yesterday.
#[derive(Clone, Debug, InputObject)]
pub struct Trailing {
    /// How many, 1 or more.
    #[graphql(validator(minimum = 1, maximum = 10_000))]
    count: u32,
    /// Of what.
    unit: CalendarUnit,
    /// Whether they end with yesterday, as today is not over.
    #[graphql(default)]
    without_today: bool,
}

impl Period {
    /// The period as instants.
    ///
    /// # Errors
    /// When there are no such days.
    pub(super) fn interval(&self, clock: Clock) -> Result<Interval> {
        let zone = clock.calendar.zone;
        let (from, to) = match self {
            Self::Year(year) => {
                let first = NaiveDate::from_ymd_opt(*year, 1, 1).filter(|_| YEARS.contains(year));
                months(first, 12)?
            }
            Self::Month(month) => months(Some(month.0), 1)?,
            Self::Bucket(bucket) => bucket.days(clock),
            Self::Last(trailing) => trailing.days(clock.today)?,
            Self::Between(range) => return range.interval(zone),
        };
        Ok(Interval::of_days(from, to, zone))
    }
}

fn months(first: Option<NaiveDate>, months: u32) -> Result<(NaiveDate, NaiveDate)> {
    first
        .and_then(|first| Some((first, first.checked_add_months(Months::new(months))?)))
        .ok_or_else(|| client_error("the year must be between 1 and 9999"))
}

impl CalendarBucket {
    fn days(&self, clock: Clock) -> (NaiveDate, NaiveDate) {
        let grain = Grain::from(self.unit);
        let day = self.date.map_or(clock.today, |date| date.0);
        let first = grain.first_day(day, clock.calendar);
        (first, grain.next_day(day, clock.calendar))
    }
}

impl DateRange {
    fn interval(&self, zone: Tz) -> Result<Interval> {
        let (from, to) = (self.from.map(|it| it.0), self.to.map(|it| it.0));
        if from.is_none() && to.is_none() {
            return Err(client_error("give between a from, a to, or both"));
        }
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(client_error(
                "the period is empty: to is the first day after it and must come after from",
            ));
        }
        let day = |day| Interval::of_days(day, day, zone).from;
        Ok(Interval {
            from: from.and_then(day),
            to: to.and_then(day),
        })
    }
}

/// The first of the days that end before `to` and are this many months.
///
/// Up to the end of a month these are whole months. Else the day after the same day so many
/// months ago, so that a year that ends with 28 February does not hold that day twice.
fn months_up_to(to: NaiveDate, count: u32) -> Option<NaiveDate> {
    let months = Months::new(count);
    if to.day() == 1 {
        return to.checked_sub_months(months);
    }
    to.pred_opt()?.checked_sub_months(months)?.succ_opt()
}

impl Trailing {
    fn days(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
        let to = today + Days::new(u64::from(!self.without_today));
        let count = self.count;
        let from = match self.unit {
            CalendarUnit::Day => to.checked_sub_days(Days::new(count.into())),
            CalendarUnit::Week => to.checked_sub_days(Days::new(u64::from(count) * 7)),
            CalendarUnit::Month => months_up_to(to, count),
            CalendarUnit::Quarter => months_up_to(to, count * 3),
            CalendarUnit::Year => months_up_to(to, count * 12),
        };
        from.map(|from| (from, to))
            .ok_or_else(|| client_error("the period reaches back too far; take a smaller count"))
    }
}
