//! What a pass found, and the parts of it that each request asked for.

use std::{collections::HashMap, sync::Arc};

use super::{
    bought::Buyers,
    measures::Values,
    pairs::Pairs,
    plan::Request,
    scope::{Key, KeyPart},
};

/// What a pass found, a row for each group that has an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Count::Measures`](super::Count::Measures).
    Measures(Vec<(Key, Values)>),
    /// To [`Count::Cohorts`](super::Count::Cohorts).
    Cohorts(Vec<(Key, CohortCount)>),
    /// To [`Count::Distances`](super::Count::Distances).
    Distances(Vec<(Key, DistanceCount)>),
    /// To [`Count::Pairs`](super::Count::Pairs); a row for each group.
    Pairs(Vec<(Key, Pairs)>),
    /// To [`Count::Customers`](super::Count::Customers); a row for each group.
    Customers(Buyers),
}

/// How many customers of a cohort ordered in a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CohortCount {
    /// The start of the bucket of the customers' first order ever.
    pub cohort: chrono::DateTime<chrono::Utc>,
    /// The start of the bucket that they ordered in; `None` for the cohort's size.
    pub bucket: Option<chrono::DateTime<chrono::Utc>>,
    /// How many customers.
    pub customers: u64,
}

/// How many orders travel a distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DistanceCount {
    /// In kilometres; `None` where it cannot be measured.
    pub km: Option<f64>,
    /// How many orders.
    pub orders: u64,
}

impl Answer {
    /// The part of the answer that each of the requests asked for, in their order.
    ///
    /// Requests of the whole scope share the answer: it may have hundreds of thousands of rows.
    #[must_use]
    pub fn split(self: &Arc<Self>, requests: &[&Request]) -> Vec<Arc<Self>> {
        let depth = requests.first().map_or(0, |request| request.slice.len());
        if depth == 0 {
            return requests.iter().map(|_| Arc::clone(self)).collect();
        }
        match &**self {
            Self::Measures(rows) => split(rows, depth, requests, Self::Measures),
            Self::Cohorts(rows) => split(rows, depth, requests, Self::Cohorts),
            Self::Distances(rows) => split(rows, depth, requests, Self::Distances),
            Self::Pairs(rows) => split(rows, depth, requests, Self::Pairs),
            Self::Customers(rows) => split(rows, depth, requests, Self::Customers),
        }
    }
}

/// The rows of each request's slice, by their place within it.
fn split<T: Clone>(
    rows: &[(Key, T)],
    depth: usize,
    requests: &[&Request],
    answer: fn(Vec<(Key, T)>) -> Answer,
) -> Vec<Arc<Answer>> {
    let mut slices: HashMap<&[KeyPart], Vec<(Key, T)>> = HashMap::new();
    for (key, row) in rows {
        let (slice, rest) = key.split_at(depth);
        let rows = slices.entry(slice).or_default();
        rows.push((rest.to_vec(), row.clone()));
    }
    let slices: HashMap<&[KeyPart], Arc<Answer>> = slices
        .into_iter()
        .map(|(slice, rows)| (slice, Arc::new(answer(rows))))
        .collect();
    let nothing = Arc::new(answer(Vec::new()));
    let of = |request: &&Request| {
        let rows = slices.get(request.slice_key().as_slice());
        Arc::clone(rows.unwrap_or(&nothing))
    };
    requests.iter().map(of).collect()
}
