//! Retail calendars: years of whole weeks, so that each has as many Saturdays as the other.
//!
//! A quarter has 13 weeks, and its three months 4, 5 and 4 of them, or another pattern. 52
//! weeks are 364 days: every five or six years the last month has a 53rd week. The National
//! Retail Federation publishes the years of its 4-5-4 calendar, which ends on the Saturday
//! nearest to the end of January (<https://nrf.com/resources/4-5-4-calendar>).

use chrono::{Datelike, Days, NaiveDate};

use super::Calendar;

/// How years are made of weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RetailYear {
    /// How many weeks months have.
    pub weeks: WeekPattern,
    /// Which week is a year's last.
    pub ends: YearEnd,
}

/// How many weeks the three months of a quarter have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeekPattern {
    /// 4, 4 and 5.
    FourFourFive,
    /// 4, 5 and 4.
    FourFiveFour,
    /// 5, 4 and 4.
    FiveFourFour,
}

/// Which week is the last of a year of weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum YearEnd {
    /// The one whose last day is nearest to the end of the year's last month.
    #[default]
    Nearest,
    /// The last one that ends within the year's last month.
    Last,
}

/// Where a day is in a year of weeks.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The first day of the year.
    year: NaiveDate,
    /// How many whole weeks of it were over.
    week: u64,
}

/// The weeks of a quarter.
const QUARTER: u64 = 13;
/// The weeks of most years.
pub(in crate::kpi) const WEEKS_OF_A_YEAR: u64 = 52;

impl WeekPattern {
    /// Each with the text that names it.
    pub const ALL: [(Self, &str); 3] = [
        (Self::FourFourFive, "4-4-5"),
        (Self::FourFiveFour, "4-5-4"),
        (Self::FiveFourFour, "5-4-4"),
    ];

    /// After how many weeks of the quarter its months begin.
    #[must_use]
    pub fn month_starts(self) -> [u64; 3] {
        match self {
            Self::FourFourFive => [0, 4, 8],
            Self::FourFiveFour => [0, 4, 9],
            Self::FiveFourFour => [0, 5, 9],
        }
    }
}

impl YearEnd {
    /// Each with the text that names it.
    pub const ALL: [(Self, &str); 2] = [(Self::Nearest, "nearest"), (Self::Last, "last")];

    /// By how many days a year may begin after the first of its first month.
    #[must_use]
    pub fn latest_start(self) -> u64 {
        match self {
            Self::Nearest => 3,
            Self::Last => 0,
        }
    }
}

impl RetailYear {
    /// The first day of the stretch of so many of its months, 1, 3 or 12, that a day is in.
    pub(in crate::kpi) fn first_of_months(
        self,
        day: NaiveDate,
        months: usize,
        calendar: Calendar,
    ) -> NaiveDate {
        let Place { year, week } = self.place(day, calendar);
        let starts = self.starts(months).take_while(|start| *start <= week);
        plus_weeks(year, starts.last().unwrap_or_default())
    }

    /// The first day of the stretch after the one that a day is in.
    pub(in crate::kpi) fn next_of_months(
        self,
        day: NaiveDate,
        months: usize,
        calendar: Calendar,
    ) -> NaiveDate {
        let Place { year, week } = self.place(day, calendar);
        match self.starts(months).find(|start| *start > week) {
            Some(start) => plus_weeks(year, start),
            // A year has 52 weeks or 53: so far from its first day, the next one has begun.
            None => {
                self.place(plus_weeks(year, WEEKS_OF_A_YEAR + 1), calendar)
                    .year
            }
        }
    }

    /// The number of the calendar year in which the year that a day is in begins, about: its
    /// first month does.
    pub(in crate::kpi) fn year_number(self, day: NaiveDate, calendar: Calendar) -> i32 {
        self.nominal(day, calendar).year()
    }

    /// The number of the week in its year, from 1 on.
    pub(in crate::kpi) fn week_number(self, day: NaiveDate, calendar: Calendar) -> u64 {
        self.place(day, calendar).week + 1
    }

    /// The number of the stretch of so many months in its year, from 1 on.
    pub(in crate::kpi) fn number_of_months(
        self,
        day: NaiveDate,
        months: usize,
        calendar: Calendar,
    ) -> usize {
        let week = self.place(day, calendar).week;
        self.starts(months)
            .take_while(|start| *start <= week)
            .count()
    }

    /// After how many weeks of the year each stretch of so many months begins.
    fn starts(self, months: usize) -> impl Iterator<Item = u64> {
        let quarters = (0..4).map(|quarter| quarter * QUARTER);
        let months_of = self.weeks.month_starts();
        let all = quarters.flat_map(move |from| months_of.map(|start| from + start));
        all.step_by(months)
    }

    fn place(self, day: NaiveDate, calendar: Calendar) -> Place {
        let latest = Days::new(self.ends.latest_start());
        let nominal = self.nominal(day, calendar);
        let year = calendar.first_of_week(nominal.checked_add_days(latest).unwrap_or(nominal));
        let weeks = (day - year).num_days().div_euclid(7);
        Place {
            year,
            week: u64::try_from(weeks).unwrap_or_default(),
        }
    }

    /// The first of the calendar month that the year begins about.
    ///
    /// The year begins with the week of that day and so many more. A week is in it when it
    /// is not before, and so when its last day, less so many, is not before the first of the
    /// month.
    fn nominal(self, day: NaiveDate, calendar: Calendar) -> NaiveDate {
        let ahead = Days::new(6 - self.ends.latest_start());
        let week = calendar.first_of_week(day);
        calendar.first_of_months(week.checked_add_days(ahead).unwrap_or(week), 12)
    }
}

fn plus_weeks(day: NaiveDate, weeks: u64) -> NaiveDate {
    day.checked_add_days(Days::new(weeks * 7)).unwrap_or(day)
}

#[cfg(test)]
mod tests;
