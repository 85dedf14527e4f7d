//! Distinct customers of each group, where nothing else is asked about them.

use std::ops::Range;

use super::{
    amount::fitting, attributes::Base, columns::Columns, grouped::Groups, grouping::Grouping,
    visitors::named,
};

/// The most words of bits that are worth keeping: eight megabytes.
const MOST_WORDS: u64 = 1 << 20;
/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// A bit for each customer of the share in each group: whether the customer has been met.
///
/// A bit is a thirty-second of a [visit](super::visits), and stays near the processor. They
/// are counted in the end: to count on the way, each order would have to wait for the one
/// before it.
#[derive(Clone, Debug)]
pub struct Distinct {
    share: Range<u32>,
    met: Vec<u64>,
    /// For each group, where its words start.
    starts: Vec<usize>,
    /// How many customers of other shares each group has.
    others: Vec<u64>,
}

impl Distinct {
    /// Whether there are few enough groups.
    pub fn fits(grouping: &Grouping, customers: usize) -> bool {
        let words = customers.div_ceil(WORD) as u64;
        grouping.axis_codes().saturating_mul(words) <= MOST_WORDS
    }

    /// Nobody met yet, of this share of the customers.
    pub fn new(grouping: &Grouping, share: Range<u32>) -> Self {
        let codes = usize::try_from(grouping.axis_codes()).unwrap_or(usize::MAX);
        Self {
            // The last are of what is left out, whatever its code.
            met: vec![0; ((codes + 1) * words(&share)).max(1)],
            share,
            starts: Vec::new(),
            others: Vec::new(),
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
            let code = grouping.code_of(group).min(grouping.axis_codes());
            let code = usize::try_from(code).unwrap_or_default();
            self.starts.push(code * words(&self.share));
        }
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
        let (starts, met) = (self.starts.as_slice(), self.met.as_mut_slice());
        let size = end - start;
        groups.for_each(|order, group| {
            let customer = customers[order].wrapping_sub(start);
            let is_of_share = customer < size;
            // A branch could not be foreseen: who does not count is looked up somewhere, too,
            // not all in one place, where each would have to wait for the one before.
            let somewhere = fitting((u64::from(customer) * u64::from(size)) >> u32::BITS);
            let place = if is_of_share { customer } else { somewhere } as usize;
            let is_met = is_of_share & is_met(order, group);
            let word = &mut met[starts[group] + place / WORD];
            *word |= u64::from(is_met) << (place % WORD);
        });
    }

    /// Adds another share of the customers; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, groups: usize, place: impl Fn(usize) -> usize) {
        self.others.resize(groups.max(self.others.len()), 0);
        for group in 0..other.starts.len() {
            self.others[place(group)] += other.customers(group);
        }
    }

    /// How many customers a group has.
    pub fn customers(&self, group: usize) -> u64 {
        let others = self.others.get(group).copied().unwrap_or_default();
        let words = |start: &usize| &self.met[*start..start + words(&self.share)];
        let met = self.starts.get(group).map_or(&[][..], words);
        others + met.iter().map(|it| u64::from(it.count_ones())).sum::<u64>()
    }
}

/// How many words the bits of a share fill.
fn words(share: &Range<u32>) -> usize {
    share.len().div_ceil(WORD)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            attributes::Attributes,
            dictionary::Dictionaries,
            snapshot::{Arrivals, Snapshot},
        },
        *,
    };
    use crate::kpi::{Axis, Dimension, Vocabulary};

    #[test]
    fn a_word_for_each_of_too_many_groups_does_not_fit() {
        let dictionaries = Dictionaries::new(Vocabulary::built_in());
        let axes = [Dimension::REGION, Dimension::CITY].map(Axis::Dimension);
        for value in 0..2048 {
            dictionaries
                .of(Dimension::REGION)
                .intern(&value.to_string());
            dictionaries.of(Dimension::CITY).intern(&value.to_string());
        }
        let shop = Snapshot::new(
            Arrivals::default(),
            dictionaries,
            Attributes::new(Vocabulary::built_in()),
        );
        let shop = shop.unwrap();
        let by = |axes: &[Axis]| Grouping::new(&shop, axes, 1, |_| unreachable!());
        assert!(Distinct::fits(&by(&axes[..1]), 1));
        assert!(!Distinct::fits(&by(&axes), 1));
    }
}
