//! Cohorts: who came when, and who came back.

use std::collections::BTreeMap;

use async_graphql::{Context, Result, SimpleObject};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::{
    at_hand::{AtHand, Rows},
    error::{client_error, too_many},
    group::Group,
    request::State,
    scalars::Date,
};
use crate::kpi::{CohortCount, Grain, Interval, calendar, float, quotient};

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

/// How many of a cohort's customers ordered in scope in a later stretch of time.
#[derive(SimpleObject)]
pub struct CohortPeriod {
    /// How many stretches after the cohort's own; 0 is its own.
    offset: usize,
    /// The first day, in the scope's time zone.
    date: Date,
    /// How many of the cohort's customers ordered in scope.
    customer_count: u64,
    /// Their share of the cohort's size, a ratio.
    share: f64,
}

impl AtHand for Cohort {}
impl AtHand for CohortPeriod {}

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
    let counts = group.cohorts(ctx, grain).await?;
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
    let zone = group.scope().zone;
    let span = span(group.period(), grain, zone, &sizes, &active)?;
    let bucket = |start| Bucket {
        start,
        date: Date(calendar::local_date(start, zone)),
    };
    let table = Table {
        buckets: span.into_iter().map(bucket).collect(),
        active,
        grain,
        zone,
    };
    let cells = table.cells(&sizes)?;
    State::of(ctx).allowance.take_list(ctx, cells)?;
    Ok(Rows(table.cohorts(&sizes)))
}

/// The buckets from the first cohort to the last of the scope.
fn span(
    period: Interval,
    grain: Grain,
    zone: Tz,
    sizes: &BTreeMap<DateTime<Utc>, u64>,
    active: &Active,
) -> Result<Vec<DateTime<Utc>>> {
    let last_active = active.keys().map(|(_, bucket)| *bucket).max();
    let end_of_last = last_active.map(|last| grain.next(last, zone));
    match (sizes.keys().next(), period.to.or(end_of_last)) {
        (Some(first), Some(end)) => grain.starts(*first, end, zone).map_err(too_many),
        _ => Ok(Vec::new()),
    }
}

/// How many customers of the cohort that was founded then ordered in the bucket that starts then.
type Active = FxHashMap<(DateTime<Utc>, DateTime<Utc>), u64>;

struct Table {
    buckets: Vec<Bucket>,
    active: Active,
    grain: Grain,
    zone: Tz,
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

    fn cohorts(&self, sizes: &BTreeMap<DateTime<Utc>, u64>) -> Vec<Cohort> {
        let founded = |at: usize| {
            let size = *sizes.get(&self.buckets[at].start)?;
            Some(self.cohort(at, size))
        };
        (0..self.buckets.len()).filter_map(founded).collect()
    }

    /// The cohort that was founded in the bucket at this place.
    fn cohort(&self, at: usize, size: u64) -> Cohort {
        let Bucket { start, date } = self.buckets[at];
        let period = |(offset, bucket): (usize, &Bucket)| {
            let active = self.active.get(&(start, bucket.start));
            let customer_count = active.copied().unwrap_or_default();
            CohortPeriod {
                offset,
                date: bucket.date,
                customer_count,
                share: share(customer_count, size),
            }
        };
        Cohort {
            start,
            date,
            label: self.grain.label(start, self.zone),
            size,
            periods: Rows(self.buckets[at..].iter().enumerate().map(period).collect()),
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    quotient(Decimal::from(part), Decimal::from(whole)).map_or(0.0, float)
}
