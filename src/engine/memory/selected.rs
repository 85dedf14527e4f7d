//! What is selected of a block.

use std::ops::Range;

use super::{amount::row, block::Block};

/// The orders and lines of a block that are in scope, by their numbers in it.
#[derive(Debug, Default)]
pub struct Selected {
    pub orders: Orders,
    /// Which lines; `None` for every line of these orders.
    pub lines: Option<Lines>,
}

/// Which orders of a block.
#[derive(Debug)]
pub enum Orders {
    /// These.
    These(Vec<u32>),
    /// Nearly all of a range: what little is in between is looked at as well, but left out
    /// of every group. The columns need not be copied then.
    Nearly {
        all: Range<usize>,
        /// Counted from the start of the range.
        but: Vec<u32>,
    },
}

/// Lines of a block, by their numbers in it.
#[derive(Debug, Default)]
pub struct Lines {
    pub numbers: Vec<u32>,
    /// For each, the place of its order among the selected ones.
    pub owners: Vec<u32>,
}

impl Default for Orders {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Orders {
    /// Room for the next ones.
    pub fn take(&mut self) -> Vec<u32> {
        match std::mem::take(self) {
            Self::These(room) | Self::Nearly { but: room, .. } => room,
        }
    }
}

impl Selected {
    /// Whether orders are in scope with all of their lines or not at all.
    pub fn is_whole(&self) -> bool {
        self.lines.is_none()
    }
}

impl Lines {
    /// Selects lines of orders, and keeps the orders that have one.
    pub fn select(
        &mut self,
        block: &Block,
        orders: &mut Vec<u32>,
        matches: impl Fn(usize, usize) -> bool,
    ) {
        let Self { numbers, owners } = self;
        numbers.resize(block.product.len(), 0);
        owners.resize(block.product.len(), 0);
        let (mut selected, mut kept) = (0, 0);
        for place in 0..orders.len() {
            let order = orders[place];
            let before = selected;
            for line in block.lines_of(order as usize) {
                // Written each time and kept only if it matches, as in `retain`.
                numbers[selected] = row(line);
                owners[selected] = row(kept);
                selected += usize::from(matches(order as usize, line));
            }
            orders[kept] = order;
            kept += usize::from(selected > before);
        }
        numbers.truncate(selected);
        owners.truncate(selected);
        orders.truncate(kept);
    }
}
