//! Stretches of time: series and peaks.

use std::collections::HashMap;

use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};

use super::{
    breakdown::row_limit,
    comparison::Comparison,
    error::too_many,
    group::{Group, selected_to_compare, selected_with_comparisons},
    kpis::Kpis,
    scalars::Date,
};
use crate::kpi::{
    self, Axis, Direction, Grain, Interval, KeyPart, Kpi, Measures, Values, calendar,
    series::filled,
};

/// One stretch of time and its KPIs.
pub struct TimeBucket {
    grain: Grain,
    start: DateTime<Utc>,
    group: Group,
    previous: Option<Group>,
    year_before: Option<Group>,
}

/// One stretch of time and its KPIs.
#[Object]
impl TimeBucket {
    /// The first instant.
    async fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// The first instant after.
    async fn end(&self) -> DateTime<Utc> {
        self.grain.next(self.start, self.group.scope().zone)
    }

    /// The first day, in the scope's time zone.
    async fn date(&self) -> Date {
        Date(calendar::local_date(self.start, self.group.scope().zone))
    }

    /// A short name that sorts as time does: `2024`, `2024-Q1`, `2024-03`, `2024-W13`, `2024-03-31`, `2024-03-31T13:00+02:00`.
    async fn label(&self) -> String {
        self.grain.label(self.start, self.group.scope().zone)
    }

    /// The KPIs of the orders placed in it.
    async fn kpis(&self) -> Kpis {
        Kpis::of(self.group.clone())
    }

    /// Compared with the bucket before; null where the scope has no beginning and the bucket is its first.
    async fn previous(&self, ctx: &Context<'_>) -> Option<Comparison> {
        self.compared(ctx, self.previous.as_ref())
    }

    /// Compared with the same bucket a year before (52 weeks for a week); null where the scope has no beginning and that lies before its first bucket.
    async fn year_before(&self, ctx: &Context<'_>) -> Option<Comparison> {
        self.compared(ctx, self.year_before.as_ref())
    }
}

impl TimeBucket {
    fn compared(&self, ctx: &Context<'_>, then: Option<&Group>) -> Option<Comparison> {
        let wanted = selected_to_compare(&ctx.look_ahead());
        let then = then?.wanting(wanted);
        Some(Comparison::between(&self.group, Some(then)))
    }
}

/// Every bucket of the group's span.
pub(super) async fn series(
    ctx: &Context<'_>,
    group: &Group,
    grain: Grain,
) -> Result<Vec<TimeBucket>> {
    let measures = wanted(ctx);
    let rows = group
        .groups(ctx, vec![Axis::Bucket(grain)], measures)
        .await?;
    let zone = group.scope().zone;
    let points = filled(rows, grain, group.period(), zone, measures).map_err(too_many)?;
    let points = points.into_iter().map(|it| (it.start, it.values)).collect();
    Ok(buckets(group, grain, points, measures))
}

/// The buckets with the highest value of a KPI.
pub(super) async fn peaks(
    ctx: &Context<'_>,
    group: &Group,
    grain: Grain,
    by: Kpi,
    first: i32,
) -> Result<Vec<TimeBucket>> {
    let first = row_limit(first)?;
    let measures = wanted(ctx).union(by.measures());
    let mut rows = group
        .groups(ctx, vec![Axis::Bucket(grain)], measures)
        .await?;
    kpi::rank(&mut rows, by, Direction::Descending, first);
    let points = rows
        .into_iter()
        .filter_map(|(key, values)| Some((key.first()?.time()?, values)));
    let mut all = buckets(group, grain, points.collect(), measures);
    all.truncate(first);
    Ok(all)
}

/// What the query asks of each bucket.
fn wanted(ctx: &Context<'_>) -> Measures {
    let bucket = ctx.look_ahead();
    selected_with_comparisons(&bucket.field("kpis"))
        .union(selected_to_compare(&bucket.field("previous")))
        .union(selected_to_compare(&bucket.field("yearBefore")))
}

/// The buckets, each with those that it is compared with: from the list itself
/// where they are in it, else to be counted when asked for.
fn buckets(
    group: &Group,
    grain: Grain,
    points: Vec<(DateTime<Utc>, Values)>,
    wanted: Measures,
) -> Vec<TimeBucket> {
    let zone = group.scope().zone;
    let counted: HashMap<DateTime<Utc>, Values> = points.iter().cloned().collect();
    let beginning = match group.period().from {
        Some(_) => None,
        None => counted.keys().min().copied(),
    };
    let group = group.wanting(wanted);
    let anywhere = group.over(Interval::default());
    let at = |start: DateTime<Utc>, within: &Group| {
        within.within(&[Axis::Bucket(grain)], &[KeyPart::Time(start)])
    };
    let other = |start: DateTime<Utc>| match counted.get(&start) {
        Some(values) => Some(at(start, &group).counted(values.clone())),
        None if beginning.is_some_and(|first| start < first) => None,
        None => Some(at(start, &anywhere)),
    };
    let bucket = |(start, values)| TimeBucket {
        grain,
        start,
        group: at(start, &group).counted(values),
        previous: other(grain.previous(start, zone)),
        year_before: other(grain.year_before(start, zone)),
    };
    points.into_iter().map(bucket).collect()
}
