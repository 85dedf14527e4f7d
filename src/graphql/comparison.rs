//! Comparisons: the same KPIs over another period.

use async_graphql::{Context, OneofObject, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    enums::RelativePeriod,
    group::{Group, selected_to_compare},
    kpis::{KpiChanges, KpiDifferences, Kpis},
    period::{Clock, Period},
    request::State,
};
use crate::kpi::Interval;

/// What to compare with: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum Baseline {
    /// A period by its place relative to the scope's own.
    Relative(RelativePeriod),
    /// A period of its own.
    Period(Period),
}

impl Baseline {
    /// The period to compare a group with; `None` where there is none.
    pub(super) fn period(&self, ctx: &Context<'_>, group: &Group) -> Result<Option<Interval>> {
        let calendar = group.scope().calendar;
        let own = group.period();
        let now = State::of(ctx).now();
        Ok(match self {
            Self::Relative(relative) => match relative {
                RelativePeriod::PreviousPeriod => own.previous(calendar),
                RelativePeriod::PreviousYear => own.year_before(calendar),
                RelativePeriod::SameWeekdaysYearBefore => own.same_weekdays_year_before(calendar),
                RelativePeriod::PreviousPeriodToDate => own.previous_to_date(now, calendar),
                RelativePeriod::PreviousYearToDate => own.year_before_to_date(now, calendar),
            },
            Self::Period(period) => Some(period.interval(Clock::new(calendar, now))?),
        })
    }
}

/// The same KPIs over another period, and how far apart the two are.
#[derive(SimpleObject)]
pub struct Comparison {
    /// The other period; null where there is none, as before a period without bounds.
    period: Option<TimeRange>,
    /// The KPIs over the other period; null where there is none.
    kpis: Option<Kpis>,
    /// This less the other; every field is null where there is no other.
    difference: KpiDifferences,
    /// The relative change from the other to this; every field is null where there is no other.
    change: KpiChanges,
}

/// From one instant to another, half open.
#[derive(SimpleObject)]
pub struct TimeRange {
    /// The first instant; null without a beginning.
    from: Option<DateTime<Utc>>,
    /// The first instant after; null without an end.
    to: Option<DateTime<Utc>>,
}

impl Comparison {
    /// A group compared with the same lines over the baseline.
    pub(super) fn with(ctx: &Context<'_>, group: &Group, baseline: &Baseline) -> Result<Self> {
        let other = baseline.period(ctx, group)?;
        let vocabulary = State::of(ctx).vocabulary();
        let wanted = selected_to_compare(vocabulary, &ctx.look_ahead());
        let then = other.map(|period| group.over(period).wanting(wanted));
        Ok(Self::between(group, then))
    }

    /// One group compared with another.
    pub(super) fn between(now: &Group, then: Option<Group>) -> Self {
        Self {
            period: then.as_ref().map(|then| TimeRange::of(then.period())),
            kpis: then.clone().map(Kpis::of),
            difference: KpiDifferences::between(now.clone(), then.clone()),
            change: KpiChanges::between(now.clone(), then),
        }
    }
}

impl TimeRange {
    pub(super) fn of(interval: Interval) -> Self {
        Self {
            from: interval.from,
            to: interval.to,
        }
    }
}
