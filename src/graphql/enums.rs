//! Closed sets, in GraphQL's capitals.

use async_graphql::Enum;

use crate::kpi;

pub use super::vocabulary::{Dimension, KpiName};

/// The size of a time bucket, cut by the scope's calendar in its time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::Grain")]
pub enum Grain {
    /// One hour on the clock.
    Hour,
    /// One calendar day.
    Day,
    /// One week: from Monday on, unless the calendar's weeks begin with another day.
    Week,
    /// One month: of the Gregorian calendar, or of four or five weeks in a retail calendar.
    Month,
    /// Three months, counted from the first of the calendar's year: January, unless it says otherwise.
    Quarter,
    /// One year, from the calendar's first month on.
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

/// Which pairs of products come first; ties go by the products' ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::PairOrder")]
pub enum PairOrder {
    /// Those on the most orders.
    Orders,
    /// Those with the greatest lift. Rare products lead where `minOrders` asks for no more than 1.
    Lift,
    /// Those with the greatest confidence: of all pairs the greater of a pair's two, of one product that of its own orders.
    Confidence,
}

/// Groups of customers by their scores for recency, and for frequency and monetary value together, after Putler's table; the numbers are those of both scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "kpi::RfmGroup")]
pub enum RfmGroupName {
    /// They bought just now, often and for much: 5 and 4 or 5; 4 and 5.
    Champions,
    /// They buy often, or for much: 5 and 3; 4 and 4; 3 and 4 or 5.
    LoyalCustomers,
    /// They bought lately, and more than once or for some money: 5 and 2; 4 and 2 or 3; 3 and 3.
    PotentialLoyalists,
    /// They bought just now, for the first time or little: 5 and 1.
    NewCustomers,
    /// They bought not long ago, and little: 4 and 1; 3 and 1.
    Promising,
    /// They bought something some time ago, no more and no less than others: 3 and 2; 2 and 2 or 3.
    NeedAttention,
    /// They bought little, some time ago: 2 and 1.
    AboutToSleep,
    /// They bought often or for much, long ago: 2 and 4 or 5; 1 and 3.
    AtRisk,
    /// They bought most, and have not come for longest: 1 and 4 or 5.
    CannotLoseThem,
    /// They bought little, longest ago: 1 and 2.
    Hibernating,
    /// They bought least, longest ago: 1 and 1.
    Lost,
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
    /// Months.
    Month,
    /// Three months.
    Quarter,
    /// Years.
    Year,
}

impl From<CalendarUnit> for kpi::Grain {
    fn from(unit: CalendarUnit) -> Self {
        match unit {
            CalendarUnit::Day => Self::Day,
            CalendarUnit::Week => Self::Week,
            CalendarUnit::Month => Self::Month,
            CalendarUnit::Quarter => Self::Quarter,
            CalendarUnit::Year => Self::Year,
        }
    }
}

/// A baseline by its place relative to the scope's own period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum RelativePeriod {
    /// The same calendar length just before: the month before a month, the year before a year, otherwise as many days.
    PreviousPeriod,
    /// The same dates a year before; in a retail calendar, as many weeks 52 weeks earlier.
    PreviousYear,
    /// The same weekdays of the year before: 364 days, which are 52 weeks, earlier.
    SameWeekdaysYearBefore,
    /// The period before, as far into it as now is into the scope's own; all of it once that is over.
    PreviousPeriodToDate,
    /// The same dates a year before, or 52 weeks earlier in a retail calendar, up to this time of that year; all of them once the scope's own period is over.
    PreviousYearToDate,
}
