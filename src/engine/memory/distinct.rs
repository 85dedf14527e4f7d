//! Distinct customers of each group, where nothing else is asked about them.

use std::ops::Range;

use super::{
    attributes::Base, columns::Columns, grouped::Groups, grouping::Grouping, visitors::named,
};

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
            met: vec![0; (cells * share.len()).div_ceil(WORD).max(1)],
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

    /// Meets the customers of those of a block's orders that are met in a group.
    pub fn absorb(
        &mut self,
        columns: &Columns<'_>,
        groups: Groups<'_>,
        is_met: impl Fn(usize, usize) -> bool,
    ) {
        let customers = columns.codes(Base::Customer);
        let Range { start, end } = named(&self.share);
        let size = end - start;
        let (starts, met) = (self.starts.as_slice(), self.met.as_mut_slice());
        let counts = self.counts.as_mut_slice();
        groups.for_each(|order, group| {
            let customer = customers[order];
            let of_share = customer.wrapping_sub(start);
            let is_of_share = of_share < size;
            // A branch could not be foreseen: who does not count is looked up somewhere, too,
            // not all in one place, where each would have to wait for the one before.
            let somewhere = (u64::from(of_share) * u64::from(size)) >> u32::BITS;
            let of_share = if is_of_share {
                of_share.into()
            } else {
                somewhere
            };
            let place = starts[group] + usize::try_from(of_share).unwrap_or_default();
            let word = &mut met[place / WORD];
            let is_met = u64::from(is_of_share & is_met(order, group));
            counts[group] += (!*word >> (place % WORD)) & is_met;
            *word |= is_met << (place % WORD);
        });
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
