//! Stretches of time, and the ones that they are compared with.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    calendar::{Calendar, WEEKS_OF_A_YEAR, local_date, resolve, start_of_day},
    grain::Grain,
};

/// A half-open stretch of time, `[from, to)`; a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant.
    pub from: Option<DateTime<Utc>>,
    /// The first instant after.
    pub to: Option<DateTime<Utc>>,
}

impl Interval {
    /// From the first instant of one local day to the first instant of another.
    #[must_use]
    pub fn of_days(from: NaiveDate, to: NaiveDate, zone: Tz) -> Self {
        Self {
            from: Some(start_of_day(from, zone)),
            to: Some(start_of_day(to, zone)),
        }
    }

    /// Both ends, where there are both.
    #[must_use]
    pub fn bounds(self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.from.zip(self.to)
    }

    /// What both hold in common, which may be empty; it never ends before it begins.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self {
            from,
            to: to.map(|to| from.map_or(to, |from| to.max(from))),
        }
    }

    /// Whether no instant is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bounds().is_some_and(|(from, to)| from >= to)
    }

    /// The period just before, of the same calendar length.
    ///
    /// Whole months are preceded by as many whole months (a month by the month
    /// before, a year by the year before), other days by as many days. `None`
    /// unless both ends are bounded.
    #[must_use]
    pub fn previous(self, calendar: Calendar) -> Option<Self> {
        let zone = calendar.zone;
        let (from, to) = self.bounds()?;
        let from_day = whole_day(from, zone);
        let to_day = whole_day(to, zone);
        let start = match from_day.zip(to_day) {
            Some((from, to)) => start_of_day(days_before(from, to, calendar)?, zone),
            None => from.checked_sub_signed(to - from)?,
        };
        Some(Self {
            from: Some(start),
            to: Some(from),
        })
    }

    /// The same local days and hours, one calendar year earlier; `None` unless both ends are bounded.
    ///
    /// Whole months are those of the year before. Of other days it is the last one that
    /// moves, not the first one after: what ends with 28 February ends so in every year. A
    /// retail year is 52 weeks.
    #[must_use]
    pub fn year_before(self, calendar: Calendar) -> Option<Self> {
        if calendar.retail.is_some() {
            return self.same_weekdays_year_before(calendar);
        }
        let zone = calendar.zone;
        let (from, to) = self.bounds()?;
        let to = match whole_day(from, zone).zip(whole_day(to, zone)) {
            Some((first, after)) if first < after && !(is_first(first) && is_first(after)) => {
                let last = after.pred_opt()?.checked_sub_months(Months::new(12))?;
                start_of_day(last.succ_opt()?, zone)
            }
            _ => a_year_before(to, calendar)?,
        };
        Some(Self {
            from: Some(a_year_before(from, calendar)?),
            to: Some(to),
        })
    }

    /// The same local weekdays and hours, 364 days earlier; `None` unless both ends are bounded.
    #[must_use]
    pub fn same_weekdays_year_before(self, calendar: Calendar) -> Option<Self> {
        let (from, to) = self.bounds()?;
        Some(Self {
            from: Some(weeks_of_a_year_before(from, calendar.zone)?),
            to: Some(weeks_of_a_year_before(to, calendar.zone)?),
        })
    }

    /// The period before, as far into it as `now` is into this one on the clock; all of it
    /// once this one is over, nothing before it has begun.
    #[must_use]
    pub fn previous_to_date(self, now: DateTime<Utc>, calendar: Calendar) -> Option<Self> {
        let zone = calendar.zone;
        let before = self.previous(calendar)?;
        let clock = |instant: DateTime<Utc>| instant.with_timezone(&zone).naive_local();
        let into = clock(now) - clock(self.from?);
        let until = clock(before.from?).checked_add_signed(into)?;
        Some(self.cut(before, now, resolve(until, zone)))
    }

    /// The same days a year before, up to a year before `now`; all of them once this period
    /// is over, nothing before it has begun.
    #[must_use]
    pub fn year_before_to_date(self, now: DateTime<Utc>, calendar: Calendar) -> Option<Self> {
        let before = self.year_before(calendar)?;
        Some(self.cut(before, now, a_year_before(now, calendar)?))
    }

    /// What is compared with this period so far: of another one, what lies before `until`.
    fn cut(self, other: Self, now: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        let so_far = if self.to.is_some_and(|to| to <= now) {
            other.to
        } else if self.from.is_some_and(|from| now <= from) {
            other.from
        } else {
            other.to.map(|to| to.min(until))
        };
        Self {
            from: other.from,
            to: so_far,
        }
    }
}

/// Whether it is the first day of a calendar month.
fn is_first(day: NaiveDate) -> bool {
    day.day() == 1
}

/// Where the period of the same length before `[from, to)` starts.
fn days_before(from: NaiveDate, to: NaiveDate, calendar: Calendar) -> Option<NaiveDate> {
    let begins_month = |day| Grain::Month.first_day(day, calendar) == day;
    if !(from < to && begins_month(from) && begins_month(to)) {
        return from.checked_sub_signed(to - from);
    }
    if calendar.retail.is_some() {
        let next = |day: &NaiveDate| Some(Grain::Month.next_day(*day, calendar));
        let mut months = std::iter::successors(Some(from), next).take_while(|it| *it < to);
        // The months before, from the nearest on.
        return months.try_fold(from, |start, _| {
            Some(Grain::Month.first_day(start.pred_opt()?, calendar))
        });
    }
    let months =
        (to.year() - from.year()) * 12 + to.month0().cast_signed() - from.month0().cast_signed();
    from.checked_sub_months(Months::new(months.unsigned_abs()))
}

fn a_year_before(instant: DateTime<Utc>, calendar: Calendar) -> Option<DateTime<Utc>> {
    let zone = calendar.zone;
    if calendar.retail.is_some() {
        return weeks_of_a_year_before(instant, zone);
    }
    let local = instant.with_timezone(&zone).naive_local();
    Some(resolve(local.checked_sub_months(Months::new(12))?, zone))
}

/// The same weekday and clock time 52 weeks before.
fn weeks_of_a_year_before(instant: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let local = instant.with_timezone(&zone).naive_local();
    Some(resolve(
        local.checked_sub_days(Days::new(WEEKS_OF_A_YEAR * 7))?,
        zone,
    ))
}

/// The local day that starts at this very instant, if one does.
fn whole_day(instant: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    let day = local_date(instant, zone);
    (start_of_day(day, zone) == instant).then_some(day)
}

/// Intervals in order, with those that touch made one.
pub(super) fn joined(intervals: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let mut apart: Vec<Interval> = Vec::new();
    for next in intervals {
        match apart.last_mut() {
            Some(last) if last.to.is_some() && last.to == next.from => last.to = next.to,
            _ => apart.push(next),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Paris;

    use super::*;

    #[test]
    fn what_has_nothing_in_common_ends_where_it_begins() {
        let (march, may) = (
            days("2024-03-01", "2024-04-01"),
            days("2024-05-01", "2024-06-01"),
        );
        for common in [march.intersection(may), may.intersection(march)] {
            assert_eq!((common.from, common.to), (may.from, may.from));
            assert!(common.is_empty());
        }
    }

    fn days(from: &str, to: &str) -> Interval {
        Interval::of_days(from.parse().unwrap(), to.parse().unwrap(), Paris)
    }

    #[test]
    fn the_period_before_has_the_same_calendar_length() {
        let before = |from, to| days(from, to).previous(Paris.into()).unwrap();
        assert_eq!(
            before("2024-03-01", "2024-04-01"),
            days("2024-02-01", "2024-03-01")
        );
        assert_eq!(
            before("2024-01-01", "2025-01-01"),
            days("2023-01-01", "2024-01-01")
        );
        assert_eq!(
            before("2024-04-01", "2024-07-01"),
            days("2024-01-01", "2024-04-01")
        );
        assert_eq!(
            before("2024-03-11", "2024-03-18"),
            days("2024-03-04", "2024-03-11")
        );
        assert_eq!(Interval::default().previous(Paris.into()), None);
    }

    #[test]
    fn a_year_before_keeps_the_dates() {
        let shifted = days("2024-02-29", "2024-03-01")
            .year_before(Paris.into())
            .unwrap();
        assert_eq!(shifted, days("2023-02-28", "2023-03-01"));
    }

    #[test]
    fn the_same_weekdays_are_364_days_earlier() {
        // Monday 1 April 2024, Easter Monday; Monday 3 April 2023.
        let shifted = days("2024-04-01", "2024-04-02").same_weekdays_year_before(Paris.into());
        assert_eq!(shifted, Some(days("2023-04-03", "2023-04-04")));
        let open = Interval::default();
        assert_eq!(open.same_weekdays_year_before(Paris.into()), None);
    }

    #[test]
    fn what_is_not_over_is_compared_with_as_much() {
        let now: DateTime<Utc> = "2024-03-10T08:30:00Z".parse().unwrap();
        let march = days("2024-03-01", "2024-04-01");
        let ends = |it: Option<Interval>| {
            it.and_then(Interval::bounds)
                .map(|(from, to)| (from.to_rfc3339(), to.to_rfc3339()))
        };
        let utc = |from: &str, to: &str| Some((format!("{from}+00:00"), format!("{to}+00:00")));
        assert_eq!(
            ends(march.previous_to_date(now, Paris.into())),
            utc("2024-01-31T23:00:00", "2024-02-10T08:30:00")
        );
        assert_eq!(
            ends(march.year_before_to_date(now, Paris.into())),
            utc("2023-02-28T23:00:00", "2023-03-10T08:30:00")
        );
        // February has no 30th: all of it.
        let late: DateTime<Utc> = "2024-03-30T12:00:00Z".parse().unwrap();
        let february = days("2024-02-01", "2024-03-01");
        assert_eq!(march.previous_to_date(late, Paris.into()), Some(february));
        assert_eq!(
            february.previous_to_date(now, Paris.into()),
            february.previous(Paris.into())
        );
        let april = days("2024-04-01", "2024-05-01");
        assert!(
            april
                .previous_to_date(now, Paris.into())
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_year_before_keeps_the_last_day() {
        let before = |from, to| days(from, to).year_before(Paris.into()).unwrap();
        assert_eq!(
            before("2024-02-28", "2024-02-29"),
            days("2023-02-28", "2023-03-01")
        );
        assert_eq!(
            before("2024-01-01", "2024-02-29"),
            days("2023-01-01", "2023-03-01")
        );
        assert_eq!(
            before("2025-02-10", "2025-03-01"),
            days("2024-02-10", "2024-02-29")
        );
        // Months are compared with months, whatever their days.
        assert_eq!(
            before("2025-02-01", "2025-03-01"),
            days("2024-02-01", "2024-03-01")
        );
    }
}
