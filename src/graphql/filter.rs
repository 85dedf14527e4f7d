//! Filters as clients write them, made into scopes.

use async_graphql::{InputObject, OneofObject, Result};
use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use super::{
    enums::{CalendarUnit, ReturnsOn},
    error::client_error,
    lines::{Clock, LineFilter},
    request::State,
    scalars::{Date, TimeZone, YearMonth},
};
use crate::{
    kpi::{Dimension, Interval, Predicate, Scope, calendar::YEARS},
    store::{Test, Value},
};

/// The order lines that KPIs look at: those that match every field given.
///
/// A field on a product attribute keeps the lines that match, and an order is in
/// scope when at least one of its lines is. Orders whose status the shop does
/// not count are never in scope.
#[derive(Clone, Debug, Default, InputObject)]
pub struct KpiFilter {
    /// When the orders were placed, and things came back; without it, ever.
    period: Option<Period>,
    /// When a return that came after its order counts.
    #[graphql(default)]
    returns_on: ReturnsOn,
    /// The IANA time zone that days, weeks and months are cut in; without it, the shop's.
    time_zone: Option<TimeZone>,
    #[graphql(flatten)]
    lines: LineFilter,
}

/// A condition on text, to the letter but for `search`; of several fields, all must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct StringFilter {
    /// Is this text.
    eq: Option<String>,
    /// Is not this text; a missing value is not.
    ne: Option<String>,
    /// Is one of these texts.
    r#in: Option<Vec<String>>,
    /// Is none of these texts; a missing value is none.
    not_in: Option<Vec<String>>,
    /// Starts with this text.
    #[graphql(validator(chars_max_length = 1000))]
    starts_with: Option<String>,
    /// Holds this text.
    #[graphql(validator(chars_max_length = 1000))]
    contains: Option<String>,
    /// Holds every word of this text, in any order, whatever its capitals and accents:
    /// `cote ivoire` finds `Côte d’Ivoire`.
    #[graphql(validator(chars_max_length = 200))]
    search: Option<String>,
    /// Is missing (true) or present (false).
    is_missing: Option<bool>,
}

/// Whole local days: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum Period {
    /// A calendar year.
    Year(i32),
    /// A calendar month.
    Month(YearMonth),
    /// From one day to another.
    Between(DateRange),
    /// The last few days, weeks, months, quarters or years, up to and with today, or with yesterday: a year that ends with 28 February begins with 1 March.
    Last(Trailing),
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

impl KpiFilter {
    /// The scope that the filter describes.
    pub(super) async fn scope(self, state: &State) -> Result<Scope> {
        let settings = state.settings().await?;
        let zone = self.time_zone.map_or(settings.zone, |zone| zone.0);
        let today = state.now().with_timezone(&zone).date_naive();
        let period = match &self.period {
            Some(period) => period.interval(zone, today)?,
            None => Interval::default(),
        };
        let clock = Clock { zone, today };
        Ok(Scope {
            period,
            returns_on: self.returns_on.into(),
            zone,
            uncounted: settings.uncounted.clone(),
            predicates: self.lines.predicates(state.vocabulary(), clock)?,
        })
    }
}

impl StringFilter {
    /// What is asked of a stored text.
    pub(super) fn tests(self) -> Vec<Test> {
        let values = |all: Vec<String>| all.into_iter().map(Value::Text).collect();
        let tests = [
            self.eq.map(|text| Test::In(vec![Value::Text(text)])),
            self.ne.map(|text| Test::NotIn(vec![Value::Text(text)])),
            self.r#in.map(|all| Test::In(values(all))),
            self.not_in.map(|all| Test::NotIn(values(all))),
            self.starts_with.map(Test::StartsWith),
            self.contains.map(Test::Contains),
            self.search.map(Test::Search),
            self.is_missing.map(Test::IsMissing),
        ];
        tests.into_iter().flatten().collect()
    }

    pub(super) fn predicates(self, dimension: Dimension) -> Vec<Predicate> {
        let among = |values: Vec<String>| Predicate::one_of(dimension, &values);
        let not_among = |values: Vec<String>| Predicate::none_of(dimension, &values);
        let missing = |is_missing: bool| {
            if is_missing {
                Predicate::missing(dimension)
            } else {
                Predicate::known(dimension)
            }
        };
        [
            self.eq.map(|value| among(vec![value])),
            self.ne.map(|value| not_among(vec![value])),
            self.r#in.map(among),
            self.not_in.map(not_among),
            self.starts_with
                .map(|text| Predicate::StartsWith(dimension, text)),
            self.contains
                .map(|text| Predicate::Contains(dimension, text)),
            self.search.map(|text| Predicate::Search(dimension, text)),
            self.is_missing.map(missing),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Period {
    /// The period as instants.
    pub(super) fn interval(&self, zone: Tz, today: NaiveDate) -> Result<Interval> {
        let (from, to) = match self {
            Self::Year(year) => {
                let first = NaiveDate::from_ymd_opt(*year, 1, 1).filter(|_| YEARS.contains(year));
                months(first, 12)?
            }
            Self::Month(month) => months(Some(month.0), 1)?,
            Self::Last(trailing) => trailing.days(today)?,
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
