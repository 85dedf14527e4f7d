//! Closed sets, in GraphQL's capitals.

use async_graphql::Enum;

use crate::kpi;

pub use super::vocabulary::{Dimension, KpiName};

/// The size of a time bucket, cut in the scope's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::Grain")]
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

/// What comes round again, on the clock of the scope's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::Cycle")]
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

/// Which rows come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::Direction")]
pub enum Direction {
    /// The smallest value first.
    #[graphql(name = "ASC")]
    Ascending,
    /// The greatest value first.
    #[graphql(name = "DESC")]
    Descending,
}

/// Classes of groups by how much they sell, after Pareto.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::AbcClass")]
pub enum AbcClass {
    /// Those that sell most, up to 80 % of the sales.
    A,
    /// The next ones, up to 95 %.
    B,
    /// All others.
    C,
}

/// What became of a group between two periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::Fate")]
pub enum Fate {
    /// It is in the scope and was not in the baseline.
    Came,
    /// It was in the baseline and is not in the scope.
    Went,
    /// It is in both.
    Changed,
}

/// When a return that came after its order counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::ReturnsOn")]
pub enum ReturnsOn {
    /// On the day that it came: a month that is over changes no more.
    #[default]
    ReturnDay,
    /// At the time of its order: what became of the orders of a month.
    OrderDay,
}

/// A unit of whole calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum CalendarUnit {
    /// Days.
    Day,
    /// Weeks of seven days.
    Week,
    /// Calendar months.
    Month,
    /// Three calendar months.
    Quarter,
    /// Calendar years.
    Year,
}

/// A baseline by its place relative to the scope's own period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum RelativePeriod {
    /// The same calendar length just before: the month before a month, the year before a year, otherwise as many days.
    PreviousPeriod,
    /// The same dates a year before.
    PreviousYear,
    /// The same weekdays of the year before: 364 days, which are 52 weeks, earlier.
    SameWeekdaysYearBefore,
    /// The period before, as far into it as now is into the scope's own; all of it once that is over.
    PreviousPeriodToDate,
    /// The same days one calendar year earlier, up to this time of that year; all of them once the scope's own period is over.
    PreviousYearToDate,
}
