//! Answers that have been given already.

use std::{hash::Hash, sync::Arc};

use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};

use crate::kpi::{Answer, Pass};

/// The most bytes that answers may take, roughly.
const BYTES: u64 = 128 << 20;
/// Answers that are expected, for the tables to start with.
const ANSWERS: usize = 10_000;

/// What of a pass has been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// What one walk counts of it: orders or return records, under one condition.
    Counted,
    /// All of it, put together.
    Whole,
}

/// Which answer: of which snapshot, how much of it, to which pass.
type Question = (u64, Extent, Pass);

/// The answers to recent passes, for as long as the shop does not change.
#[derive(Debug)]
pub struct Answers(Cache<Question, Arc<Answer>, ByRows>);

#[derive(Clone, Debug)]
struct ByRows;

impl Weighter<Question, Arc<Answer>> for ByRows {
    fn weight(&self, _: &Question, answer: &Arc<Answer>) -> u64 {
        /// The question, and what holds an answer together.
        const BASE: u64 = 1000;
        /// A key's vector and text, and a handful of values.
        const ROW: u64 = 150;
        let rows = match &**answer {
            Answer::Measures(rows) => rows.len(),
            Answer::Cohorts(rows) => rows.len(),
            Answer::Distances(rows) => rows.len(),
            Answer::Pairs(rows) => rows.iter().map(|(_, pairs)| 1 + pairs.first.len()).sum(),
            Answer::Customers(rows) => rows.iter().map(|(_, buyers)| 1 + buyers.len()).sum(),
        };
        BASE + ROW * rows as u64
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self(one_pot(ANSWERS, BYTES, ByRows))
    }
}

impl Answers {
    /// The answer that a snapshot has given to a pass.
    pub fn known(&self, version: u64, extent: Extent, pass: &Pass) -> Option<Arc<Answer>> {
        self.0.get(&(version, extent, pass.clone()))
    }

    /// Remembers an answer; those to older snapshots make room in time.
    pub fn remember(&self, version: u64, extent: Extent, pass: &Pass, answer: Arc<Answer>) {
        self.0.insert((version, extent, pass.clone()), answer);
    }
}

/// A cache of so many bytes in which one large thing may take what many small ones leave:
/// in parts, none could hold a breakdown by customer.
pub fn one_pot<Key, Value, Weight>(
    things: usize,
    bytes: u64,
    weight: Weight,
) -> Cache<Key, Value, Weight>
where
    Key: Eq + Hash,
    Value: Clone,
    Weight: Weighter<Key, Value> + Clone,
{
    let mut options = OptionsBuilder::new();
    options
        .shards(1)
        .estimated_items_capacity(things)
        .weight_capacity(bytes);
    Cache::with_options(
        options.build().expect("both capacities are given"),
        weight,
        DefaultHashBuilder::default(),
        DefaultLifecycle::default(),
    )
}
