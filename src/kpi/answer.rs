//! What a pass found, and the parts of it that each request asked for.

use std::{collections::HashMap, sync::Arc};

use super::{
    bought::Buyers,
    measures::Values,
    pairs::Pairs,
    plan::Request,
    scope::{Key, KeyPart},
};

/// What a pass found: what an engine owes whoever asked, whichever engine it is.
///
/// - *Groups.* At the most one row of each group, in any order. A group is there where an order
///   of the scope is in it; a bucket of time also where nobody ordered in it, but somebody did
///   in the one before, and its [`PreviousCustomers`](super::Measure::PreviousCustomers) are
///   asked for. What has neither is left out, but for the scope itself, where the pass has no
///   axes, and its slices ([`Pass::is_of_slices`](super::Pass::is_of_slices)): an engine may
///   leave out or hand over their rows of nothing, and whoever reads takes a row that is
///   missing for one of nothing.
/// - *Slices.* Where the pass wants some keys on its first axes only, there may be rows of
///   others, which [`split`](Self::split) leaves out; nobody who asked sees them.
/// - *Keys.* A part for each axis of the pass, in its order: a text as it is stored, the start
///   of a bucket, and [`Missing`](super::KeyPart::Missing) where there is no value. Whoever
///   sorts by keys puts that last.
/// - *Values.* All measures that the pass counts, and perhaps more that it needed. `None` is
///   what is not known: an amount that no line has. What nothing is counted of is 0, as the
///   measure [says](super::Measure::of_nothing).
/// - *Digits.* Sums are exact; two that are equal may have more or fewer zeros at their end.
///
/// The engines are held against each other over random shops and queries (`tests/it/engines`);
/// a third one would join them there.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Count::Measures`](super::Count::Measures).
    Measures(Vec<(Key, Values)>),
    /// To [`Count::Cohorts`](super::Count::Cohorts): with each key, a row for each cohort and
    /// bucket that somebody of it ordered in, and one for the cohort's size, which is that of
    /// the whole scope and repeated with each key.
    Cohorts(Vec<(Key, CohortCount)>),
    /// To [`Count::Distances`](super::Count::Distances): a row for each distance, or several.
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
