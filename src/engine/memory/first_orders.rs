//! Each customer's first order ever.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{dictionary::MISSING, select::Selection, snapshot::Snapshot};
use crate::kpi::Dimension;

/// The first order of who never ordered.
const NEVER: i64 = i64::MIN;

/// First orders by which statuses do not count, found when first asked for; those of
/// an earlier version of the shop are put right instead of found again.
#[derive(Debug, Default)]
pub struct FirstOrders(Mutex<HashMap<Arc<[String]>, Found>>);

/// What was found in a version of the shop: times by the code of the customer.
#[derive(Clone, Debug)]
struct Found {
    version: u64,
    times: Arc<Vec<i64>>,
}

impl FirstOrders {
    /// When each customer first ordered, as [`Snapshot::first_ever`] says.
    pub fn of(&self, snapshot: &Snapshot, uncounted: &Arc<[String]>) -> Arc<Vec<i64>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = known.get(uncounted);
        let times = match earlier {
            Some(found) if found.version == snapshot.version => return Arc::clone(&found.times),
            Some(found) if found.version < snapshot.version => found.in_later(snapshot, uncounted),
            // Who asks looks at a shop that has changed since: that is soon over.
            Some(_) => return Arc::new(find(snapshot, uncounted, 0, Vec::new())),
            None => find(snapshot, uncounted, 0, Vec::new()),
        };
        let found = Found {
            version: snapshot.version,
            times: Arc::new(times),
        };
        let times = Arc::clone(&found.times);
        known.insert(Arc::clone(uncounted), found);
        times
    }
}

impl Found {
    /// The same in a later version of the shop.
    fn in_later(&self, snapshot: &Snapshot, uncounted: &[String]) -> Vec<i64> {
        let unchanged = snapshot.unchanged_since(self.version);
        let Some(last) = unchanged.checked_sub(1) else {
            return find(snapshot, uncounted, 0, Vec::new());
        };
        // An order that has gone may have been placed at the very time of one that has not.
        let (_, until) = snapshot.blocks[last].times();
        let from = snapshot.blocks.partition_point(|it| it.times().1 < until);
        let before = |time: &i64| if *time < until { *time } else { NEVER };
        let times = self.times.iter().map(before).collect();
        find(snapshot, uncounted, from, times)
    }
}

/// Finds first orders from a block on, where those of earlier blocks are known.
fn find(snapshot: &Snapshot, uncounted: &[String], from: usize, known: Vec<i64>) -> Vec<i64> {
    let mut first = known;
    first.resize(snapshot.codes(Dimension::Customer), NEVER);
    let selection = Selection::new(snapshot, uncounted, &[]);
    let mut counted = Vec::new();
    for block in &snapshot.blocks[from..] {
        selection.select_orders(block, 0..block.len(), &mut counted);
        for order in &counted {
            let first = &mut first[block.customer[*order as usize] as usize];
            if *first == NEVER {
                *first = block.time[*order as usize];
            }
        }
    }
    first[MISSING as usize] = NEVER;
    first
}
