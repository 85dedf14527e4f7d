//! The fast engine: a replica of the shop as columns, in this server's own memory.
//!
//! | what | where |
//! |---|---|
//! | the shop at one instant: orders, and what came back, in blocks by time | `snapshot`, `ledger`, `block`, `amount`, `order_ids` |
//! | texts as codes, and what customers, products and places are and are called | `dictionary`, `attributes`, `names` |
//! | how it gets here, and keeps up with the database | `decode`, `replica`: `load`, `follower`: `stream`, `changes` |
//! | what a request sees of it; the part of it that a scope holds | `view`; `scoped` |
//! | answers that need no counting again, tallies to go on from | `cache`, `kept` |
//! | one walk over the orders for many passes, on all cores | `threads`, `walk`: `reach`, `pieces`, `select`: `condition`, `semi_join`, `selected`, `columns`, `picks` |
//! | who had ordered before, and which order was each customer's first | `history` |
//! | which group each order and line belongs to | `axes`: `own_axis`, `spans`, `grouping`, `grouped` |
//! | what a pass counts on the way | `tally`: `totals`, `sums`, `own_numbers`, `customers`: `distinct`, `visits` or `returns`, `visitors`, `loyalty`, `medians`, `cohorts`: `members`, `distances`, `pairs`, `buyers`; `cells`; `answering` |
//!
//! A snapshot never changes, so queries take no lock while they count and see
//! no change by halves. It holds canonical documents only: what is not exactly
//! as [`store`](crate::store) describes it, `mongo` counts.

mod amount;
mod answering;
mod attributes;
mod axes;
mod block;
mod buyers;
mod cache;
mod cells;
mod changes;
mod cohorts;
mod columns;
mod condition;
mod customers;
mod decode;
mod dictionary;
mod distances;
mod distinct;
mod follower;
mod grouped;
mod grouping;
mod history;
mod ids;
mod kept;
mod ledger;
mod load;
mod loyalty;
mod medians;
mod members;
mod names;
mod order_ids;
mod own_axis;
mod own_numbers;
mod pairs;
mod picks;
mod pieces;
mod reach;
mod replica;
mod returns;
#[cfg(test)]
mod sample;
mod scoped;
mod select;
mod selected;
mod semi_join;
mod snapshot;
mod spans;
mod stream;
mod sums;
mod tally;
mod threads;
mod totals;
mod view;
mod visitors;
mod visits;
mod walk;

pub use replica::{Options, Replica};
pub(super) use threads::lane_of;
pub use view::{Version, View};

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use tokio::sync::oneshot;

use self::{cache::Extent, threads::Lane};
use super::allotment::{Hold, Stopped};
use crate::kpi::{Answer, Pass};

/// Tells the time.
pub type Clock = fn() -> chrono::DateTime<chrono::Utc>;

/// Counts passes on all cores, while the caller's thread serves others; what has been
/// counted since the shop last changed is not counted again.
///
/// # Errors
/// When that takes more memory than it may.
pub async fn counted(
    view: View,
    passes: Vec<Pass>,
    hold: Hold,
    lane: Lane,
) -> Result<Counted, Stopped> {
    let version = view.snapshot.version;
    let known = passes
        .iter()
        .map(|pass| view.answers.known(version, Extent::Counted, pass));
    let known: Vec<Option<Arc<Answer>>> = known.collect();
    let unknown = passes.into_iter().zip(&known);
    let unknown: Vec<Pass> = unknown
        .filter_map(|(pass, known)| known.is_none().then_some(pass))
        .collect();
    let fresh = if unknown.is_empty() {
        Counted::default()
    } else {
        counted_afresh(view, unknown, hold, lane).await?
    };
    let mut answers = fresh.answers.into_iter();
    let answers = known
        .into_iter()
        .filter_map(|known| known.or_else(|| answers.next()));
    Ok(Counted {
        answers: answers.collect(),
        orders: fresh.orders,
    })
}

/// Somebody who waits for what is counted; when this is dropped, nobody does.
struct Waiting(Arc<Hold>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.leave();
    }
}

async fn counted_afresh(
    view: View,
    passes: Vec<Pass>,
    hold: Hold,
    lane: Lane,
) -> Result<Counted, Stopped> {
    let turn = lane.turn().await;
    let waiting = Waiting(Arc::new(hold));
    let hold = Arc::clone(&waiting.0);
    let (sender, receiver) = oneshot::channel();
    lane.spawn(move || {
        let counted = catch_unwind(AssertUnwindSafe(|| remembered(&view, &passes, &hold)));
        // What it held is free again before the next one starts.
        drop((view, hold, turn));
        // Whoever asked may have gone.
        drop(sender.send(counted));
    });
    match receiver.await {
        Ok(Ok(counted)) => counted,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => resume_unwind(Box::new("the thread that counts has gone")),
    }
}

/// Counts passes and remembers their answers for as long as the shop does not change.
fn remembered(view: &View, passes: &[Pass], hold: &Hold) -> Result<Counted, Stopped> {
    let passes: Vec<&Pass> = passes.iter().collect();
    let counted = walk::count(&view.snapshot, &passes, &view.kept, hold)?;
    let answers = passes.into_iter().zip(counted.answers);
    let remember = |(pass, answer)| {
        let answer = Arc::new(answer);
        let (version, extent) = (view.snapshot.version, Extent::Counted);
        let (answers, kept) = (&view.answers, Arc::clone(&answer));
        answers.remember(version, extent, pass, kept);
        answer
    };
    Ok(Counted {
        answers: answers.map(remember).collect(),
        orders: counted.orders,
    })
}

/// About how much there is to do for these passes: the orders that each reaches, more of
/// them where it groups them by more.
pub fn cost(view: &View, passes: &[Pass]) -> usize {
    let cost = |pass: &Pass| {
        let orders = view.snapshot.ledger(pass).orders_about(pass.scope.period);
        let looked_up = pass
            .scope
            .semi_joins()
            .saturating_mul(view.snapshot.orders.orders());
        let counted = orders.saturating_mul(1 + pass.axes.len());
        counted.saturating_add(looked_up)
    };
    passes.iter().map(cost).fold(0, usize::saturating_add)
}

/// The answers to passes, and what they cost.
#[derive(Debug, Default)]
pub struct Counted {
    /// In the order of the passes.
    pub answers: Vec<Arc<Answer>>,
    /// Orders that were looked at, once for each walk.
    pub orders: usize,
}

/// Why a shop cannot be held in memory; `mongo` answers instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unheld {
    /// A sum of amounts could not be held exactly.
    #[error(
        "amounts or shipping times are too large, or have too many decimals, to be summed in 63 bits"
    )]
    TooLarge,
    /// A field that should tell a few kinds of orders apart has too many values.
    #[error("`{0}` has more than 65,535 different values")]
    TooManyValues(&'static str),
    /// It takes more memory than it may.
    #[error("the shop takes more memory than --memory-budget allows")]
    OverBudget,
}
