//! The cohort of every customer: the bucket of their first order ever.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono_tz::Tz;

use super::{
    snapshot::Snapshot,
    spans::{Spans, Stretch},
};
use crate::kpi::Grain;

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
/// found when first asked for.
#[derive(Debug, Default)]
pub struct AllMembers(Mutex<HashMap<Cut, Arc<Members>>>);

type Cut = (Arc<[String]>, Grain, Tz);

/// The cohort of who never ordered.
pub const NO_COHORT: u32 = u32::MAX;

impl AllMembers {
    /// The members, where orders of these statuses do not count.
    pub fn of(
        &self,
        snapshot: &Snapshot,
        uncounted: &Arc<[String]>,
        grain: Grain,
        zone: Tz,
    ) -> Arc<Members> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = (Arc::clone(uncounted), grain, zone);
        let found = || {
            let history = snapshot.history(uncounted);
            Arc::new(Members::new(snapshot, history.first(), grain, zone))
        };
        Arc::clone(known.entry(cut).or_insert_with(found))
    }
}

impl Members {
    fn new(snapshot: &Snapshot, first_ever: &[i64], grain: Grain, zone: Tz) -> Self {
        let cohorts = Spans::buckets(snapshot, &[ALWAYS], grain, zone);
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
