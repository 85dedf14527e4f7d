//! The cohort of every customer: the bucket of their first order ever.

use std::{convert::Infallible, sync::Arc};

use quick_cache::{Weighter, sync::Cache};

use super::{
    cache::one_pot,
    snapshot::Snapshot,
    spans::{Spans, Stretch},
};
use crate::kpi::{Calendar, Grain};

/// All of time.
const ALWAYS: Stretch = (i64::MIN, i64::MAX);

/// The cohort of every customer.
#[derive(Debug)]
pub struct Members {
    /// The buckets that anybody's first order falls into.
    pub cohorts: Spans,
    /// By the code of the customer.
    pub cohort_of: Vec<u32>,
    /// How many customers each cohort has, whatever the scope.
    pub sizes: Vec<u64>,
}

/// The members of a snapshot's cohorts, by which statuses do not count and how time is cut;
/// found when first asked for. Clients may name any of hundreds of time zones, so that not
/// all can be kept.
#[derive(Debug)]
pub struct AllMembers(Cache<Cut, Arc<Members>, BySize>);

#[derive(Clone, Debug)]
struct BySize;

impl Weighter<Cut, Arc<Members>> for BySize {
    fn weight(&self, _: &Cut, members: &Arc<Members>) -> u64 {
        let bytes =
            size_of_val(members.cohort_of.as_slice()) + size_of_val(members.sizes.as_slice());
        bytes.max(1) as u64
    }
}

impl Default for AllMembers {
    fn default() -> Self {
        /// What a dashboard asks for: months, say, and weeks.
        const CUTS: usize = 4;
        /// Enough for four cuts of four million customers.
        const BYTES: u64 = 64 << 20;
        Self(one_pot(CUTS, BYTES, BySize))
    }
}

type Cut = (Arc<[String]>, Grain, Calendar);

/// The cohort of who never ordered.
pub const NO_COHORT: u32 = u32::MAX;

impl AllMembers {
    /// The members, where orders of these statuses do not count.
    pub fn of(
        &self,
        snapshot: &Snapshot,
        uncounted: &Arc<[String]>,
        grain: Grain,
        calendar: Calendar,
    ) -> Arc<Members> {
        let cut = (Arc::clone(uncounted), grain, calendar);
        let found = || {
            let history = snapshot.history(uncounted);
            let members = Members::new(snapshot, history.first(), grain, calendar);
            Ok::<_, Infallible>(Arc::new(members))
        };
        let Ok(members) = self.0.get_or_insert_with(&cut, found);
        members
    }
}

impl Members {
    fn new(snapshot: &Snapshot, first_ever: &[i64], grain: Grain, calendar: Calendar) -> Self {
        let cohorts = Spans::buckets(&snapshot.orders, &[ALWAYS], grain, calendar);
        let cohort_of: Vec<u32> = first_ever
            .iter()
            .map(|time| cohorts.code_at(*time).unwrap_or(NO_COHORT))
            .collect();
        let mut sizes = vec![0; cohorts.parts.len()];
        for cohort in cohort_of.iter().filter(|it| **it != NO_COHORT) {
            sizes[*cohort as usize] += 1;
        }
        Self {
            cohorts,
            cohort_of,
            sizes,
        }
    }
}
