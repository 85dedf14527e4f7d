//! A shop at one instant, as columns.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustc_hash::FxHashSet;

use super::{
    Unheld,
    amount::common_scale,
    attributes::Attributes,
    block::{Block, Builder, Line, ORDERS, Order},
    dictionary::Dictionaries,
    history::{Histories, History},
    members::AllMembers,
};
use crate::kpi::{Axis, Dimension, Interval};

/// Blocks that have not changed for so many versions are likely to stay as they are.
const SETTLED_AFTER: u64 = 32;

/// Everything that passes are counted from. It never changes: a change of the shop
/// makes a new one, which shares with it the blocks that have not changed.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// No other snapshot has this number.
    pub version: u64,
    /// By time.
    pub blocks: Vec<Arc<Block>>,
    pub dictionaries: Dictionaries,
    pub attributes: Attributes,
    pub scales: Scales,
    /// For each number of leading blocks, the version since which they are what they are.
    since: Vec<u64>,
    /// How many codes each dimension has in it; the dictionaries go on growing.
    codes: [usize; Dimension::ALL.len()],
    histories: Arc<Histories>,
    pub members: Arc<AllMembers>,
}

/// What the amounts of all blocks have in common, which sums rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scales {
    /// The decimals that each is counted in.
    pub quantity: u32,
    pub revenue: u32,
    pub profit: u32,
    /// Whether every line has a profit, so that nobody needs to count those that do.
    pub has_every_profit: bool,
}

/// Orders as they arrive, in no order.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Each with the place where its lines end.
    orders: Vec<(Order, usize)>,
    pub lines: Vec<Line>,
}

/// What becomes of an order: its new state, or `None` where it is gone.
pub type Change = Option<(Order, Vec<Line>)>;

impl Arrivals {
    /// Takes an order whose lines have been appended.
    pub fn push(&mut self, order: Order) {
        self.orders.push((order, self.lines.len()));
    }

    pub fn len(&self) -> usize {
        self.orders.len()
    }

    pub fn bytes(&self) -> usize {
        self.orders.capacity() * size_of::<(Order, usize)>()
            + self.lines.capacity() * size_of::<Line>()
    }

    /// # Errors
    /// When the amounts of a block cannot be held exactly.
    fn into_blocks(self) -> Result<Vec<Arc<Block>>, Unheld> {
        let mut by_time: Vec<usize> = (0..self.orders.len()).collect();
        by_time.sort_unstable_by_key(|at| (self.orders[*at].0.time, *at));
        let mut builder = Builder::new(ORDERS);
        for at in by_time {
            let (order, end) = self.orders[at];
            let start = at.checked_sub(1).map_or(0, |before| self.orders[before].1);
            builder.push(order, self.lines[start..end].iter().copied())?;
        }
        Ok(builder.finish()?.into_iter().map(Arc::new).collect())
    }
}

impl Snapshot {
    /// # Errors
    /// When the shop's amounts cannot be held exactly.
    pub fn new(
        arrivals: Arrivals,
        dictionaries: Dictionaries,
        attributes: Attributes,
    ) -> Result<Self, Unheld> {
        let blocks = arrivals.into_blocks()?;
        Self::of(blocks, &[], dictionaries, attributes)
    }

    /// A shop of these blocks, the first of which have been like this for longer.
    fn of(
        blocks: Vec<Arc<Block>>,
        since: &[u64],
        dictionaries: Dictionaries,
        mut attributes: Attributes,
    ) -> Result<Self, Unheld> {
        static VERSIONS: AtomicU64 = AtomicU64::new(0);
        let version = VERSIONS.fetch_add(1, Ordering::Relaxed);
        attributes.cover(&dictionaries);
        // Sums of times must be as exact as those of amounts.
        common_scale(blocks.iter().map(|it| &it.shipping))?;
        let mut since = since.to_vec();
        since.resize(blocks.len() + 1, version);
        Ok(Self {
            version,
            scales: Scales {
                quantity: common_scale(blocks.iter().map(|it| &it.of_lines.quantity))?,
                revenue: common_scale(blocks.iter().map(|it| &it.of_lines.revenue))?,
                profit: common_scale(blocks.iter().map(|it| &it.of_lines.profit))?,
                has_every_profit: blocks.iter().all(|it| it.of_lines.profit.is_complete),
            },
            since,
            codes: Dimension::ALL.map(|it| dictionaries.of(it).codes()),
            blocks,
            dictionaries,
            attributes,
            histories: Arc::default(),
            members: Arc::default(),
        })
    }

    /// A shop of these blocks alone, with the same customers, places and products.
    ///
    /// # Errors
    /// When the shop's amounts cannot be held exactly.
    pub fn with_blocks(&self, blocks: Vec<Arc<Block>>) -> Result<Self, Unheld> {
        let (dictionaries, attributes) = (self.dictionaries.clone(), self.attributes.clone());
        Self::of(blocks, &[], dictionaries, attributes)
    }

    /// How many of the first blocks are what they were in an earlier version of this shop.
    pub fn unchanged_since(&self, version: u64) -> usize {
        let prefixes = self.since.partition_point(|since| *since <= version);
        prefixes.saturating_sub(1)
    }

    /// How many of the first blocks have not changed for a while.
    pub fn settled(&self) -> usize {
        let version = self.version.checked_sub(SETTLED_AFTER);
        version.map_or(0, |version| self.unchanged_since(version))
    }

    /// One more than the greatest code of a dimension.
    pub fn codes(&self, dimension: Dimension) -> usize {
        self.codes[dimension as usize]
    }

    /// How many codes of a dimension to make room for.
    pub fn room(&self, dimension: Dimension) -> usize {
        room(self.codes(dimension))
    }

    /// Whether the groups of these axes can be numbered in 64 bits: those of all dimensions
    /// of a large shop cannot.
    pub fn can_number(&self, axes: &[Axis]) -> bool {
        /// A day with an order has all of its hours.
        const BUCKETS_PER_ORDER: usize = 24;
        let codes = |axis: &Axis| match axis {
            Axis::Dimension(dimension) => self.room(*dimension),
            Axis::Bucket(_) | Axis::Slot(_) => room(BUCKETS_PER_ORDER * self.orders()),
        };
        let mut codes = axes.iter().map(codes);
        let numbers = codes.try_fold(1_u64, |all, it| all.checked_mul(it.max(1) as u64));
        numbers.is_some()
    }

    /// The time of the first order at or after an instant.
    pub fn next_time(&self, instant: i64) -> Option<i64> {
        let at = self.blocks.partition_point(|it| it.times().1 < instant);
        let times = &self.blocks.get(at)?.time;
        let order = times.partition_point(|time| *time < instant);
        times.get(order).copied()
    }

    /// Who had ordered before, where orders of these statuses do not count.
    pub fn history(&self, uncounted: &Arc<[String]>) -> Arc<History> {
        self.histories.of(self, uncounted)
    }

    /// How many orders.
    pub fn orders(&self) -> usize {
        self.blocks.iter().map(|it| it.len()).sum()
    }

    /// How many orders lie in the blocks that a period reaches.
    pub fn orders_about(&self, period: Interval) -> usize {
        let blocks = &self.blocks;
        let first = period.from.map_or(0, |from| {
            blocks.partition_point(|it| it.times().1 < from.timestamp_millis())
        });
        let last = period.to.map_or(blocks.len(), |to| {
            blocks.partition_point(|it| it.times().0 < to.timestamp_millis())
        });
        last.saturating_sub(first) * ORDERS
    }

    /// How much memory it takes, with the history that somebody will soon ask for.
    pub fn bytes(&self) -> usize {
        self.bytes_of_orders() + self.dictionaries.bytes() + self.attributes.bytes()
    }

    /// How much of it the orders take, with their history.
    pub fn bytes_of_orders(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|it| it.bytes()).sum();
        blocks + History::bytes(self.orders(), self.codes(Dimension::Customer))
    }

    /// The shop after these changes of orders, by the hash of their ids.
    ///
    /// # Errors
    /// When the shop's amounts can no longer be held exactly.
    pub fn changed(
        &self,
        mut changes: HashMap<u64, Change>,
        attributes: Attributes,
    ) -> Result<Self, Unheld> {
        let ids: FxHashSet<u64> = changes.keys().copied().collect();
        let mut arriving: Vec<(Order, Vec<Line>)> =
            changes.drain().filter_map(|(_, change)| change).collect();
        arriving.sort_unstable_by_key(|(order, _)| (order.time, order.id));
        let mut arriving = arriving.into_iter().peekable();
        let mut blocks = Vec::with_capacity(self.blocks.len() + 1);
        let mut unchanged = None;
        for (at, block) in self.blocks.iter().enumerate() {
            // An order between two blocks goes to the earlier one, and the last takes the rest.
            let until = self.blocks.get(at + 1).map(|next| next.times().0);
            let mut joining = Vec::new();
            while let Some(order) =
                arriving.next_if(|(order, _)| until.is_none_or(|until| order.time < until))
            {
                joining.push(order);
            }
            let leaving = block.id.iter().any(|id| ids.contains(id));
            if joining.is_empty() && !leaving {
                blocks.push(Arc::clone(block));
            } else {
                unchanged.get_or_insert(at);
                blocks.extend(rebuilt(block, &ids, joining)?.into_iter().map(Arc::new));
            }
        }
        if self.blocks.is_empty() {
            let rest = rebuilt_from_nothing(arriving)?;
            blocks.extend(rest.into_iter().map(Arc::new));
        }
        let unchanged = unchanged.unwrap_or(self.blocks.len());
        let since = &self.since[..=unchanged];
        let after = Self::of(blocks, since, self.dictionaries.clone(), attributes)?;
        let histories = Arc::clone(&self.histories);
        Ok(Self { histories, ..after })
    }
}

/// Room for so many things, and for some more to come: what is laid out by it seldom
/// has to be laid out anew.
pub fn room(things: usize) -> usize {
    const FEW: usize = 64;
    if things < FEW {
        return things;
    }
    things.next_multiple_of((things / 8).next_power_of_two())
}

/// A block without the orders that change, with those that join it.
fn rebuilt(
    block: &Block,
    leaving: &FxHashSet<u64>,
    joining: Vec<(Order, Vec<Line>)>,
) -> Result<Vec<Block>, Unheld> {
    let size = block.len() + joining.len();
    // Appending must not leave a trail of half blocks: full ones are closed as they are.
    let most = if size < 2 * ORDERS { size } else { ORDERS };
    let mut builder = Builder::new(most.max(1));
    let mut joining = joining.into_iter().peekable();
    for at in 0..block.len() {
        while let Some((order, lines)) = joining.next_if(|(it, _)| it.time < block.time[at]) {
            builder.push(order, lines)?;
        }
        if !leaving.contains(&block.id[at]) {
            builder.copy(block, at)?;
        }
    }
    for (order, lines) in joining {
        builder.push(order, lines)?;
    }
    builder.finish()
}

fn rebuilt_from_nothing(
    orders: impl Iterator<Item = (Order, Vec<Line>)>,
) -> Result<Vec<Block>, Unheld> {
    let mut builder = Builder::new(ORDERS);
    for (order, lines) in orders {
        builder.push(order, lines)?;
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_more_than_64_bits_cannot_be_numbered() {
        let dictionaries = Dictionaries::default();
        let axes = Dimension::ALL.map(Axis::Dimension);
        for dimension in &Dimension::ALL[..6] {
            for value in 0..2048 {
                dictionaries.of(*dimension).intern(&value.to_string());
            }
        }
        let shop = Snapshot::new(Arrivals::default(), dictionaries, Attributes::default());
        let shop = shop.unwrap();
        assert!(shop.can_number(&axes[..5]));
        assert!(!shop.can_number(&axes[..6]));
    }
}
