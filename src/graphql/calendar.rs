//! Calendars as clients see and write them.

use async_graphql::{Enum, InputObject, Result, SimpleObject};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{error::client_error, scalars::Date};
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
pub struct ShopCalendar {
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
            year_start: Date(Grain::Year.first_day(today, calendar)),
            first_weekday: calendar.first_weekday.into(),
            first_month: calendar.first_month,
            weeks: calendar.retail.map(|it| it.weeks.into()),
            year_ends: calendar.retail.map(|it| it.ends.into()),
        }
    }
}
