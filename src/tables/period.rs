//! Periods as a URL writes them: `2025`, `2025-Q3`, `2025-03`, `2025-03-14`, or from the first
//! day of one to the last of another, `2025-03..2025-06`; either end may be left out.

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use crate::{
    asking::Refused,
    kpi::{
        Interval,
        calendar::{YEARS, start_of_day},
    },
};

/// Days, the first of them and the first after them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Period {
    /// Reads a period.
    ///
    /// # Errors
    /// When it is none, or holds no day.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let part = |text: &str| {
            let days = days(text);
            days.ok_or_else(|| {
                Refused::input(format!(
                    "`{text}` is no period: write a year, a quarter, a month or a day, such as 2025, 2025-Q3, 2025-03 or 2025-03-14, or from one to another: 2025-03..2025-06"
                ))
            })
        };
        let Some((from, to)) = text.split_once("..") else {
            let (from, to) = part(text)?;
            return Ok(Self {
                from: Some(from),
                to: Some(to),
            });
        };
        let end = |text: &str| (!text.is_empty()).then(|| part(text)).transpose();
        let period = Self {
            from: end(from)?.map(|(first, _)| first),
            to: end(to)?.map(|(_, after)| after),
        };
        let is_empty = period
            .from
            .zip(period.to)
            .is_some_and(|(from, to)| from >= to);
        if is_empty {
            let message = format!("the period `{text}` is empty: it ends before it begins");
            return Err(Refused::input(message));
        }
        Ok(period)
    }

    /// The first of its days, and the first day after them; none where it goes on for ever.
    #[must_use]
    pub fn days(self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.from, self.to)
    }

    /// The instants of its days.
    #[must_use]
    pub fn interval(self, zone: Tz) -> Interval {
        let start = |day| start_of_day(day, zone);
        Interval {
            from: self.from.map(start),
            to: self.to.map(start),
        }
    }
}

/// The first day, and the first one after.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let number = |text: &str, digits: usize| {
        let is_number = text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let parts: Vec<&str> = text.split('-').collect();
    let year = i32::try_from(number(parts.first()?, 4)?).ok()?;
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let (first, months) = match parts[1..] {
        [] => (day(1, 1)?, 12),
        [quarter] if quarter.starts_with(['Q', 'q']) => {
            let quarter = number(&quarter[1..], 1).filter(|it| (1..=4).contains(it))?;
            (day(quarter * 3 - 2, 1)?, 3)
        }
        [month] => (day(number(month, 2)?, 1)?, 1),
        [month, of_month] => {
            let first = day(number(month, 2)?, number(of_month, 2)?)?;
            return within(first, first.checked_add_days(Days::new(1))?);
        }
        _ => return None,
    };
    within(first, first.checked_add_months(Months::new(months))?)
}

fn within(first: NaiveDate, after: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    YEARS.contains(&first.year()).then_some((first, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_days() {
        for (text, from, to) in [
            ("2025", "2025-01-01", "2026-01-01"),
            ("2025-Q4", "2025-10-01", "2026-01-01"),
            ("2024-02", "2024-02-01", "2024-03-01"),
            ("2024-02-29", "2024-02-29", "2024-03-01"),
            ("2024-02..2024-Q2", "2024-02-01", "2024-07-01"),
            ("..2024", "", "2025-01-01"),
            ("2024-03-31..", "2024-03-31", ""),
        ] {
            let expected = Period {
                from: from.parse().ok(),
                to: to.parse().ok(),
            };
            assert_eq!(Period::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (text, reason) in [
            ("", "`` is no period"),
            ("25", "`25` is no period"),
            ("2025-13", "`2025-13` is no period"),
            ("2025-Q5", "`2025-Q5` is no period"),
            ("2023-02-29", "`2023-02-29` is no period"),
            ("0000", "`0000` is no period"),
            ("2025-06..2025-05", "is empty"),
            ("2025-06..soon", "`soon` is no period"),
        ] {
            let refused = Period::parse(text).unwrap_err().message;
            assert!(refused.contains(reason), "{text}: {refused}");
        }
    }
}
