//! Distinct customers of each group, where nothing else is asked about them.

use std::ops::Range;

use super::{block::Block, dictionary::MISSING, grouping::Grouped, grouping::Grouping};

/// The most bits that are worth keeping: eight megabytes.
const MOST_BITS: u64 = 1 << 26;
/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// A bit for each customer of the share in each group: whether the customer has been met.
///
/// A bit is a thirty-second of a [visit](super::visits), and stays near the processor.
#[derive(Clone, Debug)]
pub struct Distinct {
    share: Range<u32>,
    met: Vec<u64>,
    /// For each group, where its bits start.
    starts: Vec<usize>,
    counts: Vec<u64>,
}

impl Distinct {
    /// Whether there are few enough groups.
    pub fn fits(grouping: &Grouping, customers: usize) -> bool {
        grouping.cells().saturating_mul(customers as u64) <= MOST_BITS
    }

    /// Nobody met yet, of this share of the customers.
    pub fn new(grouping: &Grouping, share: Range<u32>) -> Self {
        let cells = usize::try_from(grouping.cells()).unwrap_or(usize::MAX);
        Self {
            met: vec![0; (cells * share.len()).div_ceil(WORD)],
            share,
            starts: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// The same customers, to go on with in a later version of the shop.
    pub fn resumed(&self, share: &Range<u32>) -> Option<Self> {
        (self.share == *share).then(|| self.clone())
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&*self.met)
    }

    /// Makes room for the groups that there are.
    pub fn grow(&mut self, grouping: &Grouping) {
        for group in self.starts.len()..grouping.len() {
            let cell = usize::try_from(grouping.cell(group)).unwrap_or_default();
            self.starts.push(cell * self.share.len());
        }
        self.counts.resize(grouping.len(), 0);
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, block: &Block, grouped: &Grouped) {
        for (order, group) in grouped.orders.iter().zip(&grouped.groups) {
            let customer = block.customer[*order as usize];
            if customer == MISSING || !self.share.contains(&customer) {
                continue;
            }
            let group = *group as usize;
            let place = self.starts[group] + (customer - self.share.start) as usize;
            let word = &mut self.met[place / WORD];
            let is_new = !*word >> (place % WORD) & 1;
            self.counts[group] += is_new;
            *word |= 1 << (place % WORD);
        }
    }

    /// Adds another share of the customers; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, groups: usize, place: impl Fn(usize) -> usize) {
        self.counts.resize(groups.max(self.counts.len()), 0);
        for (group, customers) in other.counts.iter().enumerate() {
            self.counts[place(group)] += customers;
        }
    }

    /// How many customers a group has.
    pub fn customers(&self, group: usize) -> u64 {
        self.counts[group]
    }
}
