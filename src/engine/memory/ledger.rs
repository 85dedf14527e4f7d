//! Ledgers: orders, or return records, in blocks by time and then by id.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use rustc_hash::FxHashSet;

use super::{
    Unheld,
    amount::common_scale,
    block::{Block, Builder, Line, ORDERS, Order},
    columns::Addend,
    own_numbers::OwnScales,
};
use crate::kpi::Interval;

/// Blocks that have not changed for so many versions are likely to stay as they are.
const SETTLED_AFTER: u64 = 32;

/// A number that no snapshot has had before.
pub fn next_version() -> u64 {
    static VERSIONS: AtomicU64 = AtomicU64::new(0);
    VERSIONS.fetch_add(1, Ordering::Relaxed)
}

/// Orders with their lines, by time, those of one instant by id; a return record stands in one as an order of its own
/// with one line. It never changes.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The version of the shop that it is of.
    version: u64,
    /// By time, and then by id.
    pub blocks: Vec<Arc<Block>>,
    pub scales: Scales,
    /// For each number of leading blocks, the version since which they are what they are.
    since: Vec<u64>,
}

/// What the amounts of all blocks have in common, which sums rely on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scales {
    /// The decimals that each is counted in.
    pub quantity: u32,
    /// Those of discounts, too.
    pub revenue: u32,
    pub profit: u32,
    pub cost: u32,
    pub tax: u32,
    pub shipping: u32,
    /// Those of the shop's own numbers.
    pub own: OwnScales,
    /// Whether every line has a profit, so that nobody needs to count those that do.
    has_every_profit: bool,
    has_every_quantity: bool,
}

impl Scales {
    /// # Errors
    /// When a sum could leave 63 bits.
    fn of(blocks: &[Arc<Block>]) -> Result<Self, Unheld> {
        let lines = || blocks.iter().map(|it| &it.of_lines);
        // Sums of times must be as exact as those of amounts.
        common_scale(blocks.iter().map(|it| &it.shipping))?;
        let revenue = lines().map(|it| &it.revenue);
        let discount = lines().map(|it| &it.discount);
        Ok(Self {
            quantity: common_scale(lines().map(|it| &it.quantity))?,
            revenue: common_scale(revenue.chain(discount))?,
            profit: common_scale(lines().map(|it| &it.profit))?,
            cost: common_scale(lines().map(|it| &it.cost))?,
            tax: common_scale(lines().map(|it| &it.tax))?,
            shipping: common_scale(lines().map(|it| &it.shipping))?,
            own: OwnScales::of(blocks)?,
            has_every_profit: lines().all(|it| it.profit.is_complete),
            has_every_quantity: lines().all(|it| it.quantity.is_complete),
        })
    }

    /// What tells whether a group has a profit.
    pub fn profits(&self) -> Addend {
        if self.has_every_profit {
            Addend::Orders
        } else {
            Addend::Profits
        }
    }

    /// What tells whether a group has a quantity.
    pub fn quantities(&self) -> Addend {
        if self.has_every_quantity {
            Addend::Orders
        } else {
            Addend::Quantities
        }
    }
}

impl Ledger {
    /// A ledger of orders that come in the order of their time, and of their ids.
    ///
    /// # Errors
    /// When the amounts cannot be held exactly.
    pub fn new<L: IntoIterator<Item = Line>>(
        version: u64,
        orders: impl Iterator<Item = (Order, L)>,
    ) -> Result<Self, Unheld> {
        Self::of(version, built(orders)?, &[])
    }

    /// A ledger of these blocks, the first of which have been like this for longer.
    ///
    /// # Errors
    /// As [`Ledger::new`].
    pub fn of(version: u64, blocks: Vec<Arc<Block>>, since: &[u64]) -> Result<Self, Unheld> {
        let mut since = since.to_vec();
        since.resize(blocks.len() + 1, version);
        Ok(Self {
            version,
            scales: Scales::of(&blocks)?,
            since,
            blocks,
        })
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

    /// The time of the first order at or after an instant.
    pub fn next_time(&self, instant: i64) -> Option<i64> {
        let at = self.blocks.partition_point(|it| it.times().1 < instant);
        let times = &self.blocks.get(at)?.time;
        let order = times.partition_point(|time| *time < instant);
        times.get(order).copied()
    }

    /// How many orders.
    pub fn orders(&self) -> usize {
        self.blocks.iter().map(|it| it.len()).sum()
    }

    /// How many lines they have.
    pub fn lines(&self) -> usize {
        self.blocks.iter().map(|it| it.product.len()).sum()
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

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|it| it.bytes()).sum()
    }

    /// The ledger of a later version, without the orders of these ids, and with others.
    ///
    /// # Errors
    /// When the amounts can no longer be held exactly.
    pub fn changed(
        &self,
        version: u64,
        ids: &FxHashSet<u64>,
        mut arriving: Vec<(Order, Vec<Line>)>,
    ) -> Result<Self, Unheld> {
        arriving.sort_by(|(one, _), (two, _)| one.place().cmp(&two.place()));
        let mut arriving = arriving.into_iter().peekable();
        let mut blocks = Vec::with_capacity(self.blocks.len() + 1);
        let mut unchanged = None;
        for (at, block) in self.blocks.iter().enumerate() {
            // An order between two blocks goes to the earlier one, and the last takes the rest.
            let next = self.blocks.get(at + 1);
            let mut joining = Vec::new();
            while let Some(order) =
                arriving.next_if(|(order, _)| next.is_none_or(|next| next.comes_after(0, order)))
            {
                joining.push(order);
            }
            let leaving = block.id.iter().any(|id| ids.contains(id));
            if joining.is_empty() && !leaving {
                blocks.push(Arc::clone(block));
            } else {
                unchanged.get_or_insert(at);
                blocks.extend(rebuilt(block, ids, joining)?.into_iter().map(Arc::new));
            }
        }
        if self.blocks.is_empty() {
            blocks.extend(built(arriving)?);
        }
        let unchanged = unchanged.unwrap_or(self.blocks.len());
        Self::of(version, blocks, &self.since[..=unchanged])
    }
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
        while let Some((order, lines)) = joining.next_if(|(it, _)| block.comes_after(at, it)) {
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

fn built<L: IntoIterator<Item = Line>>(
    orders: impl Iterator<Item = (Order, L)>,
) -> Result<Vec<Arc<Block>>, Unheld> {
    let mut builder = Builder::new(ORDERS);
    for (order, lines) in orders {
        builder.push(order, lines)?;
    }
    Ok(builder.finish()?.into_iter().map(Arc::new).collect())
}
