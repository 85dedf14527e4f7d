//! Cohorts: who came when, and who came back.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, Object, Result, SimpleObject, parser::types::Field,
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::{
    at_hand::{AtHand, Ready, Rows, has_all},
    error::{client_error, too_many},
    group::{Group, selected_with_comparisons},
    kpis::Kpis,
    request::State,
    scalars::Date,
};
use crate::kpi::{
    Axis, Calendar, CohortCount, Grain, Interval, KeyPart, Measures, Values, calendar, float,
    quotient,
};

/// Cells of a cohort table that one query may ask for.
const MOST_CELLS: usize = 100_000;

/// The customers whose first order ever was placed in one stretch of time.
#[derive(SimpleObject)]
pub struct Cohort {
    /// The first instant of that stretch.
    start: DateTime<Utc>,
    /// Its first day, in the scope's time zone.
    date: Date,
    /// Its short name, such as `2024-03`.
    label: String,
    /// How many customers the cohort has in all, whatever the filter.
    size: u64,
    /// Every stretch of time from that one to the last of the scope.
    periods: Rows<CohortPeriod>,
}

/// What a cohort's customers did in scope in its own or a later stretch of time.
pub struct CohortPeriod {
    table: Arc<Table>,
    /// The places of the cohort and of the stretch of time among the buckets.
    cohort: usize,
    bucket: usize,
    size: u64,
}

/// What a cohort's customers did in scope in its own or a later stretch of time.
#[Object]
impl CohortPeriod {
    /// How many stretches after the cohort's own; 0 is its own.
    async fn offset(&self) -> usize {
        self.bucket - self.cohort
    }

    /// The first day, in the scope's time zone.
    async fn date(&self) -> Date {
        self.table.buckets[self.bucket].date
    }

    /// How many of the cohort's customers ordered in scope.
    async fn customer_count(&self) -> u64 {
        self.active()
    }

    /// Their share of the cohort's size, a ratio.
    async fn share(&self) -> f64 {
        share(self.active(), self.size)
    }

    /// The KPIs of what the cohort's customers ordered in scope in that stretch, less what came back of theirs in it.
    async fn kpis(&self) -> Ready<Kpis> {
        Ready(Kpis::of(self.group()))
    }

    /// The KPIs of what the cohort's customers ordered in scope up to the end of that stretch, counted together: lifetime value is `toDate { totalSales }` over the cohort's `size`. Each stretch is a pass of its own, for all cohorts at once.
    async fn to_date(&self, ctx: &Context<'_>) -> Kpis {
        let whole = &self.table.whole;
        let end = self.table.grain.next(self.start(), self.table.calendar);
        let until = Interval {
            from: None,
            to: Some(end),
        };
        let period = whole.period().intersection(until);
        let axis = Axis::Cohort(self.table.grain);
        let group = whole.over(period).within(&[axis], &[self.key()]);
        let vocabulary = State::of(ctx).vocabulary();
        let wanted = selected_with_comparisons(vocabulary, &ctx.look_ahead());
        Kpis::of(group.wanting(wanted))
    }
}

impl AtHand for Cohort {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        if field.name.node != "periods" {
            return true;
        }
        let ctx = ctx.with_selection_set(&field.selection_set);
        let Rows(periods) = &self.periods;
        periods.iter().take(1).all(|it| has_all(it, &ctx))
    }
}

impl AtHand for CohortPeriod {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        match field.name.node.as_str() {
            "kpis" => Kpis::are_at_hand(&Arc::new(self.group()), ctx, field),
            "toDate" => false,
            _ => true,
        }
    }
}

impl CohortPeriod {
    fn start(&self) -> DateTime<Utc> {
        self.table.buckets[self.bucket].start
    }

    /// The cohort, as part of a key.
    fn key(&self) -> KeyPart {
        KeyPart::Time(self.table.buckets[self.cohort].start)
    }

    fn place(&self) -> Cell {
        (self.table.buckets[self.cohort].start, self.start())
    }

    fn active(&self) -> u64 {
        let active = self.table.active.get(&self.place());
        active.copied().unwrap_or_default()
    }

    /// What the KPIs are of, with what has been counted.
    fn group(&self) -> Group {
        let table = &*self.table;
        let axes = [Axis::Cohort(table.grain), Axis::Bucket(table.grain)];
        let key = [self.key(), KeyPart::Time(self.start())];
        let group = table.whole.within(&axes, &key);
        let Some(Counted { measures, cells }) = &table.counted else {
            return group;
        };
        let nothing = || Values::of_nothing(*measures);
        let counted = cells.get(&self.place()).cloned();
        group.counted(counted.unwrap_or_else(nothing))
    }
}

/// The cohorts that were founded before the scope ends.
pub(super) async fn cohorts(
    ctx: &Context<'_>,
    group: &Group,
    grain: Grain,
) -> Result<Rows<Cohort>> {
    if grain == Grain::Hour {
        return Err(client_error(
            "cohorts are founded in days or longer; choose a coarser grain",
        ));
    }
    let vocabulary = State::of(ctx).vocabulary();
    let kpis = ctx.look_ahead().field("periods").field("kpis");
    let measures = selected_with_comparisons(vocabulary, &kpis);
    let (counts, counted) = futures::try_join!(
        group.cohorts(ctx, grain),
        Counted::of(ctx, group, grain, measures)
    )?;
    let mut sizes = BTreeMap::new();
    let mut active = Active::default();
    for CohortCount {
        cohort,
        bucket,
        customers,
    } in counts
    {
        match bucket {
            Some(bucket) => active.insert((cohort, bucket), customers),
            None => sizes.insert(cohort, customers),
        };
    }
    let calendar = group.scope().calendar;
    let span = span(group.period(), grain, calendar, &sizes, &active)?;
    let bucket = |start| Bucket {
        start,
        date: Date(calendar::local_date(start, calendar.zone)),
    };
    let table = Arc::new(Table {
        buckets: span.into_iter().map(bucket).collect(),
        active,
        counted,
        whole: group.wanting(measures),
        grain,
        calendar,
    });
    let cells = table.cells(&sizes)?;
    State::of(ctx).allowance.take_list(ctx, cells)?;
    Ok(Rows(table.cohorts(&sizes)))
}

/// The buckets from the first cohort to the last of the scope.
fn span(
    period: Interval,
    grain: Grain,
    calendar: Calendar,
    sizes: &BTreeMap<DateTime<Utc>, u64>,
    active: &Active,
) -> Result<Vec<DateTime<Utc>>> {
    let last_active = active.keys().map(|(_, bucket)| *bucket).max();
    let end_of_last = last_active.map(|last| grain.next(last, calendar));
    match (sizes.keys().next(), period.to.or(end_of_last)) {
        (Some(first), Some(end)) => grain.starts(*first, end, calendar).map_err(too_many),
        _ => Ok(Vec::new()),
    }
}

/// The start of a cohort's bucket, and of a bucket that its customers ordered in.
type Cell = (DateTime<Utc>, DateTime<Utc>);

/// How many customers of a cohort ordered in a bucket.
type Active = FxHashMap<Cell, u64>;

/// What has been counted of each cell's orders.
struct Counted {
    measures: Measures,
    cells: FxHashMap<Cell, Values>,
}

impl Counted {
    /// Counts these measures of every cell, where there are any.
    async fn of(
        ctx: &Context<'_>,
        group: &Group,
        grain: Grain,
        measures: Measures,
    ) -> Result<Option<Self>> {
        if measures == Measures::NONE {
            return Ok(None);
        }
        let axes = vec![Axis::Cohort(grain), Axis::Bucket(grain)];
        let groups = group.groups(ctx, axes, measures).await?;
        let cell = |(key, values): &(Vec<KeyPart>, Values)| match key.as_slice() {
            [cohort, bucket] => Some(((cohort.time()?, bucket.time()?), values.clone())),
            _ => None,
        };
        let cells = groups.iter().filter_map(cell).collect();
        Ok(Some(Self { measures, cells }))
    }
}

/// What the cells of a table have in common.
struct Table {
    /// What they are cells of.
    whole: Group,
    buckets: Vec<Bucket>,
    active: Active,
    counted: Option<Counted>,
    grain: Grain,
    calendar: Calendar,
}

#[derive(Clone, Copy)]
struct Bucket {
    start: DateTime<Utc>,
    date: Date,
}

impl Table {
    /// How many cells the table has, roughly: it is a triangle.
    fn cells(&self, sizes: &BTreeMap<DateTime<Utc>, u64>) -> Result<usize> {
        let cells = sizes.len().saturating_mul(self.buckets.len()) / 2;
        if cells > MOST_CELLS {
            return Err(client_error(format!(
                "the cohort table would hold more than {MOST_CELLS} cells; choose a coarser grain or a shorter period"
            )));
        }
        Ok(cells)
    }

    fn cohorts(self: &Arc<Self>, sizes: &BTreeMap<DateTime<Utc>, u64>) -> Vec<Cohort> {
        let founded = |at: usize| {
            let size = *sizes.get(&self.buckets[at].start)?;
            Some(self.cohort(at, size))
        };
        (0..self.buckets.len()).filter_map(founded).collect()
    }

    /// The cohort that was founded in the bucket at this place.
    fn cohort(self: &Arc<Self>, at: usize, size: u64) -> Cohort {
        let Bucket { start, date } = self.buckets[at];
        let period = |bucket| CohortPeriod {
            table: Arc::clone(self),
            cohort: at,
            bucket,
            size,
        };
        Cohort {
            start,
            date,
            label: self.grain.label(start, self.calendar),
            size,
            periods: Rows((at..self.buckets.len()).map(period).collect()),
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    quotient(Decimal::from(part), Decimal::from(whole)).map_or(0.0, float)
}
