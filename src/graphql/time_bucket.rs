//! Stretches of time: series and peaks.

use std::sync::Arc;

use async_graphql::{Context, ContextSelectionSet, Object, Result, parser::types::Field};
use chrono::{DateTime, Utc};

use super::{
    at_hand::{AtHand, Ready, Rows},
    breakdown::row_limit,
    comparison::Comparison,
    error::{client_error, too_many},
    group::{Group, selected_to_compare, selected_with_comparisons},
    kpis::Kpis,
    request::State,
    scalars::Date,
};
use crate::kpi::{
    Axis, Calendar, Direction, Grain, Interval, KeyPart, Kpi, Measures, Ranking, Values, calendar,
    series::{filled, has_entries},
};

/// The most buckets that may trail behind one.
const MOST_TRAILING: i32 = 1000;

/// One stretch of time and its KPIs.
pub struct TimeBucket {
    start: DateTime<Utc>,
    group: Arc<Group>,
    series: Arc<Series>,
}

/// What the buckets of a list have in common, and what each is compared with.
struct Series {
    grain: Grain,
    /// What they are buckets of.
    whole: Group,
    /// All buckets that have been counted, in the order of time, whether the list shows them or not.
    counted: Vec<(DateTime<Utc>, Values)>,
}

/// One stretch of time and its KPIs.
#[Object]
impl TimeBucket {
    /// The first instant of what is counted: where the scope's period begins in the middle of the bucket, the period's.
    async fn start(&self) -> DateTime<Utc> {
        self.counted().0
    }

    /// The first instant after what is counted: where the scope's period ends in the middle of the bucket, the period's.
    async fn end(&self) -> DateTime<Utc> {
        self.counted().1
    }

    /// Whether all of the bucket is counted: it is over by now, and the scope's period neither begins nor ends in the middle of it.
    async fn complete(&self, ctx: &Context<'_>) -> bool {
        let (start, end) = self.whole();
        self.counted() == (start, end) && end <= State::of(ctx).now()
    }

    /// The first day of the whole bucket, in the scope's time zone.
    async fn date(&self) -> Date {
        Date(calendar::local_date(
            self.start,
            self.group.scope().calendar.zone,
        ))
    }

    /// A short name that sorts as time does: `2024`, `2024-Q1`, `2024-03`, `2024-W13`, `2024-03-31`, `2024-03-31T13:00+02:00`. Years that begin in another month than January are `2024/25`, months and weeks of a retail calendar `2024/25-M01` and `2024/25-W01`, weeks that do not begin on Monday `2024-03-24/P1W`.
    async fn label(&self) -> String {
        self.series
            .grain
            .label(self.start, self.group.scope().calendar)
    }

    /// The KPIs of the orders placed in it, less what came back in it.
    async fn kpis(&self) -> Ready<Kpis> {
        Ready(Kpis::of(Arc::clone(&self.group)))
    }

    /// The KPIs of everything from the beginning of the scope's period to the end of the bucket, counted together: distinct customers are right. Each is a pass of its own.
    async fn to_date(&self, ctx: &Context<'_>) -> Kpis {
        let from = self.series.whole.period().from;
        self.kpis_from(ctx, from)
    }

    /// The KPIs of the last few buckets up to this one, counted together: distinct customers are right. Those before the scope's period are among them. Each is a pass of its own.
    async fn trailing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many buckets, this one included, 1 to 1,000.")] count: i32,
    ) -> Result<Kpis> {
        if !(1..=MOST_TRAILING).contains(&count) {
            return Err(client_error(format!(
                "count must be between 1 and {MOST_TRAILING}: trailing(count: 1) is the bucket itself"
            )));
        }
        let calendar = self.group.scope().calendar;
        let grain = self.series.grain;
        let from = (1..count).fold(self.start, |start, _| grain.previous(start, calendar));
        let from = if count == 1 { self.counted().0 } else { from };
        Ok(self.kpis_from(ctx, Some(from)))
    }

    /// Compared with the bucket before; null where the scope has no beginning and the bucket is its first.
    async fn previous(&self, ctx: &Context<'_>) -> Option<Comparison> {
        self.compared(ctx, |grain, start, calendar| {
            grain.bucket(grain.previous(start, calendar), calendar)
        })
    }

    /// Compared with the same bucket a year before: 52 weeks for a week, and for every bucket of a retail calendar, so that the year after one of 53 weeks is compared with as many weeks; null where the scope has no beginning and that lies before its first bucket.
    async fn year_before(&self, ctx: &Context<'_>) -> Option<Comparison> {
        self.compared(ctx, Grain::year_before)
    }
}

impl AtHand for TimeBucket {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        match field.name.node.as_str() {
            "kpis" => Kpis::are_at_hand(&self.group, ctx, field),
            "previous" | "yearBefore" | "toDate" | "trailing" => false,
            _ => true,
        }
    }
}

impl TimeBucket {
    /// The ends of the whole bucket, whatever is counted of it.
    fn whole(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let calendar = self.group.scope().calendar;
        (self.start, self.series.grain.next(self.start, calendar))
    }

    /// The ends of what is counted of the bucket.
    fn counted(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let (start, end) = self.whole();
        let period = self.series.whole.period();
        (
            period.from.map_or(start, |from| from.max(start)),
            period.to.map_or(end, |to| to.min(end)),
        )
    }

    /// The KPIs from an instant to the end of what is counted of the bucket.
    fn kpis_from(&self, ctx: &Context<'_>, from: Option<DateTime<Utc>>) -> Kpis {
        let to = Some(self.counted().1);
        let group = self.series.whole.over(Interval { from, to });
        let vocabulary = State::of(ctx).vocabulary();
        let wanted = selected_with_comparisons(vocabulary, &ctx.look_ahead());
        Kpis::of(group.wanting(wanted))
    }

    /// Compared with the stretch of time that `other` says.
    fn compared(
        &self,
        ctx: &Context<'_>,
        other: fn(Grain, DateTime<Utc>, Calendar) -> Interval,
    ) -> Option<Comparison> {
        let calendar = self.group.scope().calendar;
        let then = self
            .series
            .over(other(self.series.grain, self.start, calendar))?;
        let vocabulary = State::of(ctx).vocabulary();
        let wanted = selected_to_compare(vocabulary, &ctx.look_ahead());
        Some(Comparison::between(&self.group, Some(then.wanting(wanted))))
    }
}

impl Series {
    /// The list of the buckets that start at these instants.
    fn buckets(self, starts: impl IntoIterator<Item = DateTime<Utc>>) -> Rows<TimeBucket> {
        let series = Arc::new(self);
        let bucket = |start| {
            Some(TimeBucket {
                start,
                group: Arc::new(series.at(start)?),
                series: Arc::clone(&series),
            })
        };
        Rows(starts.into_iter().filter_map(bucket).collect())
    }

    /// The group of a stretch of time, which is a bucket but where a retail calendar restates a
    /// year; none before a list that has no beginning.
    fn over(&self, period: Interval) -> Option<Group> {
        let start = period.from?;
        let calendar = self.whole.scope().calendar;
        if self
            .grain
            .bucket(self.grain.start(start, calendar), calendar)
            == period
        {
            return self.at(start);
        }
        (!self.begins_after(start)).then(|| self.whole.over(period))
    }

    /// Whether the list has no beginning of its own, and an instant lies before its first bucket.
    fn begins_after(&self, instant: DateTime<Utc>) -> bool {
        let has_beginning = self.whole.period().from.is_some();
        let first = self.counted.first().map(|(start, _)| *start);
        !has_beginning && first.is_some_and(|first| instant < first)
    }

    /// The group of the bucket that starts then: from the list itself where it is in
    /// it, else to be counted when asked for; none before a list that has no beginning.
    fn at(&self, start: DateTime<Utc>) -> Option<Group> {
        let within = |group: &Group| {
            let axis = Axis::Bucket(self.grain);
            group.within(&[axis], &[KeyPart::Time(start)])
        };
        if let Ok(at) = self
            .counted
            .binary_search_by_key(&start, |(start, _)| *start)
        {
            return Some(within(&self.whole).counted(self.counted[at].1.clone()));
        }
        if self.begins_after(start) {
            return None;
        }
        Some(within(&self.whole.over(Interval::default())))
    }
}

/// Every bucket of the group's span.
pub(super) async fn series(
    ctx: &Context<'_>,
    group: &Group,
    grain: Grain,
) -> Result<Rows<TimeBucket>> {
    let measures = wanted(ctx);
    let rows = group
        .groups(ctx, vec![Axis::Bucket(grain)], measures)
        .await?;
    let calendar = group.scope().calendar;
    let points = filled(&rows, grain, group.period(), calendar, measures).map_err(too_many)?;
    State::of(ctx).allowance.take_list(ctx, points.len())?;
    let starts: Vec<_> = points.iter().map(|point| point.start).collect();
    let series = Series {
        grain,
        whole: group.wanting(measures),
        counted: points.into_iter().map(|it| (it.start, it.values)).collect(),
    };
    Ok(series.buckets(starts))
}

/// The buckets with the highest value of a KPI.
pub(super) async fn peaks(
    ctx: &Context<'_>,
    group: &Group,
    grain: Grain,
    by: Kpi,
    first: i32,
) -> Result<Rows<TimeBucket>> {
    let first = row_limit(first)?;
    let measures = wanted(ctx).union(by.measures());
    let groups = group
        .groups(ctx, vec![Axis::Bucket(grain)], measures)
        .await?;
    let entered = groups.iter().filter(|(_, values)| has_entries(values));
    let ranking = Ranking {
        by,
        direction: Direction::Descending,
    };
    let (shown, _) = ranking.first(entered, None, first);
    State::of(ctx).allowance.take_list(ctx, shown.len())?;
    let starts = shown.into_iter().filter_map(|(key, _)| key.first()?.time());
    let mut counted: Vec<_> = groups
        .iter()
        .filter_map(|(key, values)| Some((key.first()?.time()?, values.clone())))
        .collect();
    counted.sort_unstable_by_key(|(start, _)| *start);
    let series = Series {
        grain,
        whole: group.wanting(measures),
        counted,
    };
    Ok(series.buckets(starts))
}

/// What the query asks of each bucket.
fn wanted(ctx: &Context<'_>) -> Measures {
    let vocabulary = State::of(ctx).vocabulary();
    let bucket = ctx.look_ahead();
    selected_with_comparisons(vocabulary, &bucket.field("kpis"))
        .union(selected_to_compare(vocabulary, &bucket.field("previous")))
        .union(selected_to_compare(vocabulary, &bucket.field("yearBefore")))
}
