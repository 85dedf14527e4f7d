//! Cohorts: who came when, and who came back.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, Result, SimpleObject};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    error::{client_error, too_many},
    group::Group,
    kpis::float,
    scalars::Date,
};
use crate::kpi::{CohortCount, Grain, Interval, calendar, quotient};

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
    periods: Vec<CohortPeriod>,
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

/// The cohorts that were founded before the scope ends.
pub(super) async fn cohorts(ctx: &Context<'_>, group: &Group, grain: Grain) -> Result<Vec<Cohort>> {
    if grain == Grain::Hour {
        return Err(client_error(
            "cohorts are founded in days or longer; choose a coarser grain",
        ));
    }
    let counts = group.cohorts(ctx, grain).await?;
    let mut sizes = BTreeMap::new();
    let mut active = HashMap::new();
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
    let table = Table {
        buckets: span(group.period(), grain, group.scope().zone, &sizes, &active)?,
        active,
        grain,
        zone: group.scope().zone,
    };
    table.cohorts(&sizes)
}

/// The buckets from the first cohort to the last of the scope.
fn span(
    period: Interval,
    grain: Grain,
    zone: Tz,
    sizes: &BTreeMap<DateTime<Utc>, u64>,
    active: &HashMap<(DateTime<Utc>, DateTime<Utc>), u64>,
) -> Result<Vec<DateTime<Utc>>> {
    let last_active = active
        .keys()
        .map(|(_, bucket)| grain.next(*bucket, zone))
        .max();
    match (sizes.keys().next(), period.to.or(last_active)) {
        (Some(first), Some(end)) => grain.starts(*first, end, zone).map_err(too_many),
        _ => Ok(Vec::new()),
    }
}

struct Table {
    buckets: Vec<DateTime<Utc>>,
    active: HashMap<(DateTime<Utc>, DateTime<Utc>), u64>,
    grain: Grain,
    zone: Tz,
}

impl Table {
    fn cohorts(&self, sizes: &BTreeMap<DateTime<Utc>, u64>) -> Result<Vec<Cohort>> {
        let cells = sizes.len().saturating_mul(self.buckets.len());
        if cells > 2 * MOST_CELLS {
            return Err(client_error(format!(
                "the cohort table would hold more than {MOST_CELLS} cells; choose a coarser grain or a shorter period"
            )));
        }
        let founded = |(at, start): (usize, &DateTime<Utc>)| {
            let size = *sizes.get(start)?;
            Some(self.cohort(at, *start, size))
        };
        Ok(self
            .buckets
            .iter()
            .enumerate()
            .filter_map(founded)
            .collect())
    }

    fn cohort(&self, at: usize, start: DateTime<Utc>, size: u64) -> Cohort {
        let period = |(offset, bucket): (usize, &DateTime<Utc>)| {
            let customer_count = self
                .active
                .get(&(start, *bucket))
                .copied()
                .unwrap_or_default();
            CohortPeriod {
                offset,
                date: self.date(*bucket),
                customer_count,
                share: share(customer_count, size),
            }
        };
        Cohort {
            start,
            date: self.date(start),
            label: self.grain.label(start, self.zone),
            size,
            periods: self.buckets[at..].iter().enumerate().map(period).collect(),
        }
    }

    fn date(&self, start: DateTime<Utc>) -> Date {
        Date(calendar::local_date(start, self.zone))
    }
}

fn share(part: u64, whole: u64) -> f64 {
    quotient(Decimal::from(part), Decimal::from(whole)).map_or(0.0, float)
}
