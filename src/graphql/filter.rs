//! Filters as clients write them, made into scopes.

use async_graphql::{InputObject, Result};

use super::{
    calendar::CalendarInput,
    enums::ReturnsOn,
    lines::LineFilter,
    period::{Clock, Period},
    request::State,
    scalars::TimeZone,
};
use crate::{
    kpi::{Dimension, Interval, Predicate, Scope},
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
    /// How weeks, months, quarters and years are cut; without it, as the shop does.
    calendar: Option<CalendarInput>,
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

impl KpiFilter {
    /// The scope that the filter describes.
    pub(super) async fn scope(self, state: &State) -> Result<Scope> {
        let settings = state.settings().await?;
        let calendar = settings.calendar.in_zone(self.time_zone.map(|zone| zone.0));
        let calendar = match self.calendar {
            Some(other) => other.calendar(calendar.zone)?,
            None => calendar,
        };
        let clock = Clock::new(calendar, state.now());
        let period = match &self.period {
            Some(period) => period.interval(clock)?,
            None => Interval::default(),
        };
        Ok(Scope {
            period,
            returns_on: self.returns_on.into(),
            calendar,
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
