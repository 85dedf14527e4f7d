//! Calendars as clients see and write them.

use async_graphql::{ComplexObject, Context, Enum, InputObject, Result, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{error::client_error, request::State, scalars::Date};
use crate::kpi::{self, Calendar, CalendarRules, Grain, calendar::local_date};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "chrono::Weekday")]
pub enum Weekday {
    /// Monday.
    #[graphql(name = "MONDAY")]
    Mon,
    /// Tuesday.
    #[graphql(name = "TUESDAY")]
    Tue,
    /// Wednesday.
    #[graphql(name = "WEDNESDAY")]
    Wed,
    /// Thursday.
    #[graphql(name = "THURSDAY")]
    Thu,
    /// Friday.
    #[graphql(name = "FRIDAY")]
    Fri,
    /// Saturday.
    #[graphql(name = "SATURDAY")]
    Sat,
    /// Sunday.
    #[graphql(name = "SUNDAY")]
    Sun,
}

/// How many weeks the three months of a quarter have in a retail calendar. The last month of the year has one more every five or six years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::WeekPattern")]
pub enum WeekPattern {
    /// 4, 4 and 5.
    FourFourFive,
    /// 4, 5 and 4, as the National Retail Federation has them.
    FourFiveFour,
    /// 5, 4 and 4.
    FiveFourFour,
}

/// Which week is the last of a retail calendar's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::YearEnd")]
pub enum YearEnd {
    /// The one whose last day is nearest to the end of the month before `firstMonth`.
    Nearest,
    /// The last one that ends within the month before `firstMonth`.
    Last,
}

/// How weeks, months, quarters and years are cut; what is left out is as most have it, not as the shop does.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub struct CalendarInput {
    /// The day that weeks begin with; Monday.
    first_weekday: Option<Weekday>,
    /// The month that years begin with, 1 (January) to 12; about that month where they are made of weeks.
    #[graphql(validator(minimum = 1, maximum = 12))]
    first_month: Option<u32>,
    /// How many weeks months have, for a retail calendar; without it, months are those of the Gregorian calendar.
    weeks: Option<WeekPattern>,
    /// Which week is the last of a year of weeks; `NEAREST`.
    year_ends: Option<YearEnd>,
}

/// How the shop cuts weeks, months, quarters and years.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ShopCalendar {
    #[graphql(skip)]
    calendar: Calendar,
    /// The day that weeks begin with.
    first_weekday: Weekday,
    /// The month that years begin with, 1 (January) to 12; about that month where they are made of weeks.
    first_month: u32,
    /// How many weeks months have, in a retail calendar; null where months are those of the Gregorian calendar.
    weeks: Option<WeekPattern>,
    /// Which week is the last of a year of weeks; null where years are made of months.
    year_ends: Option<YearEnd>,
    /// The first day of the year that today is in.
    year_start: Date,
}

/// A year as the shop cuts it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ShopYear {
    /// What it is called: `2024/25`, or `2025` where years begin in January.
    label: String,
    /// Its first day.
    first_day: Date,
    /// Its last day.
    last_day: Date,
}

#[ComplexObject]
impl ShopCalendar {
    /// Every year of this calendar from the first order's to the last order's.
    async fn years(&self, ctx: &Context<'_>) -> Result<Vec<ShopYear>> {
        let calendar = self.calendar;
        let [first, last] = *State::of(ctx).ends().await?;
        let Some((first, last)) = first.zip(last) else {
            return Ok(Vec::new());
        };
        // An order may be placed at the very start of a year.
        let end = last + TimeDelta::milliseconds(1);
        let starts = Grain::Year.starts(first, end, calendar);
        let starts = starts.map_err(|error| client_error(error.to_string()))?;
        let years = starts.into_iter();
        Ok(years.map(|it| ShopYear::beginning(it, calendar)).collect())
    }
}

impl ShopYear {
    fn beginning(start: DateTime<Utc>, calendar: Calendar) -> Self {
        let first = local_date(start, calendar.zone);
        let next = Grain::Year.next_day(first, calendar);
        Self {
            label: Grain::Year.label(start, calendar),
            first_day: Date(first),
            last_day: Date(next.pred_opt().unwrap_or(next)),
        }
    }
}

impl CalendarInput {
    /// The calendar, in a zone.
    ///
    /// # Errors
    /// When a part is missing, or contradicts another.
    pub(super) fn calendar(self, zone: Tz) -> Result<Calendar> {
        let rules = CalendarRules {
            first_weekday: self.first_weekday.map(Into::into),
            first_month: self.first_month,
            weeks: self.weeks.map(Into::into),
            year_ends: self.year_ends.map(Into::into),
        };
        Calendar::new(zone, rules).map_err(|error| client_error(error.to_string()))
    }
}

impl ShopCalendar {
    /// What clients see of a calendar now.
    pub(super) fn at(calendar: Calendar, now: DateTime<Utc>) -> Self {
        let today = local_date(now, calendar.zone);
        Self {
            calendar,
            year_start: Date(Grain::Year.first_day(today, calendar)),
            first_weekday: calendar.first_weekday.into(),
            first_month: calendar.first_month,
            weeks: calendar.retail.map(|it| it.weeks.into()),
            year_ends: calendar.retail.map(|it| it.ends.into()),
        }
    }
}
