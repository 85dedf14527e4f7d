//! How a shop cuts its time: by a zone, the day that weeks begin with, and the month that
//! years begin with.
//!
//! Everything is cut in local time and kept as instants, so that a day is 23 or
//! 25 hours long where the clocks change. A bucket lasts from its start to the
//! start of the next one, by the tables of [`ZoneRules`]: none overlaps another,
//! and none is left out, whatever the clocks do.

use chrono::{
    DateTime, Datelike, Duration, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::zone::{DAY, ZoneRules};

mod retail;

pub(super) use retail::WEEKS_OF_A_YEAR;
pub use retail::{RetailYear, WeekPattern, YearEnd};

/// How time is cut into days, weeks, months, quarters and years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Calendar {
    /// The time zone that days are cut in.
    pub zone: Tz,
    /// The day that weeks begin with.
    pub first_weekday: Weekday,
    /// The month that years begin with, 1 (January) to 12; of a retail calendar, about.
    pub first_month: u32,
    /// Where months, quarters and years are made of whole weeks.
    pub retail: Option<RetailYear>,
}

/// What a shop says of its calendar; what it leaves out is as most have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CalendarRules {
    /// The day that weeks begin with; Monday.
    pub first_weekday: Option<Weekday>,
    /// The month that years begin with, 1 to 12; January.
    pub first_month: Option<u32>,
    /// How many weeks the months of a quarter have; none for calendar months.
    pub weeks: Option<WeekPattern>,
    /// Which week is the last of a year of weeks; the one that ends nearest to the end of the
    /// last month.
    pub year_ends: Option<YearEnd>,
}

/// What no calendar can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A text that names no day of the week.
    #[error("`{0}` is no day of the week; write one such as \"sunday\"")]
    FirstWeekday(String),
    /// A text that is no pattern of weeks.
    #[error("`{0}` is no pattern of weeks; write \"4-4-5\", \"4-5-4\" or \"5-4-4\"")]
    Weeks(String),
    /// A text that is no end of a year.
    #[error("`{0}` is no end of a year; write \"nearest\" or \"last\"")]
    YearEnd(String),
    /// A month that there is not.
    #[error("{0} is no month: the first month of a year is a number from 1 (January) to 12")]
    FirstMonth(u32),
    /// Weeks, and nobody knows from when on they are counted.
    #[error(
        "a calendar of weeks needs its first month: 2 for years that begin about the first of February"
    )]
    WeeksWithoutFirstMonth,
    /// An end of years that are not made of weeks.
    #[error(
        "years end with a month unless they are made of weeks: say how many weeks the months of a quarter have, such as 4-5-4, or nothing of how they end"
    )]
    YearEndWithoutWeeks,
}

impl CalendarRules {
    /// The rules that these texts write, such as `sunday`, `4-5-4` and `nearest`.
    ///
    /// # Errors
    /// When a text names nothing of its kind.
    pub fn parse(
        first_weekday: Option<&str>,
        first_month: Option<u32>,
        weeks: Option<&str>,
        year_ends: Option<&str>,
    ) -> Result<Self, CalendarError> {
        let weekday = |text: &str| {
            let day = text.parse();
            day.map_err(|_| CalendarError::FirstWeekday(text.to_owned()))
        };
        Ok(Self {
            first_weekday: first_weekday.map(weekday).transpose()?,
            first_month,
            weeks: named(&WeekPattern::ALL, weeks, CalendarError::Weeks)?,
            year_ends: named(&YearEnd::ALL, year_ends, CalendarError::YearEnd)?,
        })
    }
}

/// What a text names, where there is one.
fn named<T: Copy>(
    all: &[(T, &str)],
    text: Option<&str>,
    unknown: fn(String) -> CalendarError,
) -> Result<Option<T>, CalendarError> {
    let Some(text) = text else { return Ok(None) };
    match all.iter().find(|(_, name)| *name == text) {
        Some((found, _)) => Ok(Some(*found)),
        None => Err(unknown(text.to_owned())),
    }
}

impl From<Tz> for Calendar {
    /// The Gregorian calendar with the weeks of ISO 8601, in a zone.
    fn from(zone: Tz) -> Self {
        Self {
            zone,
            first_weekday: Weekday::Mon,
            first_month: 1,
            retail: None,
        }
    }
}

impl Calendar {
    /// The calendar that these rules describe, in a zone.
    ///
    /// # Errors
    /// When the rules contradict each other, or one of them is missing.
    pub fn new(zone: Tz, rules: CalendarRules) -> Result<Self, CalendarError> {
        if let Some(month) = rules.first_month.filter(|it| !(1..=12).contains(it)) {
            return Err(CalendarError::FirstMonth(month));
        }
        let retail = match (rules.weeks, rules.first_month, rules.year_ends) {
            (Some(weeks), Some(_), ends) => Some(RetailYear {
                weeks,
                ends: ends.unwrap_or_default(),
            }),
            (Some(_), None, _) => return Err(CalendarError::WeeksWithoutFirstMonth),
            (None, _, Some(_)) => return Err(CalendarError::YearEndWithoutWeeks),
            (None, _, None) => None,
        };
        let usual = Self::from(zone);
        Ok(Self {
            zone,
            first_weekday: rules.first_weekday.unwrap_or(usual.first_weekday),
            first_month: rules.first_month.unwrap_or(usual.first_month),
            retail,
        })
    }

    /// The same calendar in another zone, where one is given.
    #[must_use]
    pub fn in_zone(self, zone: Option<Tz>) -> Self {
        Self {
            zone: zone.unwrap_or(self.zone),
            ..self
        }
    }

    /// The first day of the week that a day is in.
    #[must_use]
    pub fn first_of_week(self, day: NaiveDate) -> NaiveDate {
        day.week(self.first_weekday)
            .checked_first_day()
            .unwrap_or(day)
    }

    /// How many calendar months of its year were over on a day.
    fn months_into_year(self, day: NaiveDate) -> u32 {
        (day.month() + 12 - self.first_month) % 12
    }

    /// The first day of the stretch of so many calendar months that a day is in, counted from
    /// the first month of the year.
    pub(super) fn first_of_months(self, day: NaiveDate, months: usize) -> NaiveDate {
        let into = self.months_into_year(day) % u32::try_from(months).unwrap_or(u32::MAX);
        let first = day.with_day(1);
        let first = first.and_then(|first| first.checked_sub_months(Months::new(into)));
        first.unwrap_or(day)
    }

    /// The number of the quarter that a day is in, 1 to 4.
    pub(super) fn quarter_number(self, day: NaiveDate) -> usize {
        match self.retail {
            Some(retail) => retail.number_of_months(day, 3, self),
            None => self.months_into_year(day) as usize / 3 + 1,
        }
    }

    /// The year that a day is in: its number, or those of the two that it is in, `2024/25`.
    pub(super) fn year_label(self, day: NaiveDate) -> String {
        let year = match self.retail {
            Some(retail) => retail.year_number(day, self),
            None => self.first_of_months(day, 12).year(),
        };
        if self.first_month == 1 {
            format!("{year:04}")
        } else {
            format!("{year:04}/{:02}", (year + 1).rem_euclid(100))
        }
    }
}

/// The years that ISO 8601 writes with four digits and without a sign, which questions may
/// name.
pub const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

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
pub(super) fn instant(milliseconds: i64) -> DateTime<Utc> {
    let nearest = if milliseconds < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    DateTime::from_timestamp_millis(milliseconds).unwrap_or(nearest)
}

/// What the clock shows at an instant, or at the nearest that a clock can show.
pub(super) fn shown(at: DateTime<Utc>, zone: Tz) -> DateTime<Tz> {
    let days = Duration::days(2);
    let at = at.clamp(
        DateTime::<Utc>::MIN_UTC + days,
        DateTime::<Utc>::MAX_UTC - days,
    );
    at.with_timezone(&zone)
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

#[cfg(test)]
mod tests;
