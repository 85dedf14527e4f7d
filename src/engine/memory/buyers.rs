//! Customers one by one, from the sums of groups by customer.

use std::{collections::BTreeMap, sync::Arc};

use super::{grouping::Grouping, snapshot::Snapshot, totals::Totals};
use crate::kpi::{Bought, Buyers, Dimension, Measure, in_order};

impl Totals {
    /// The customers of each group; theirs is the last axis.
    pub fn buyers(&self, snapshot: &Snapshot, grouping: &Grouping) -> Buyers {
        let texts = snapshot.dictionaries.of(Dimension::CUSTOMER).translator();
        // By the code of the group's other axes, with one group that stands for it.
        let mut buyers: BTreeMap<u64, (usize, Vec<Bought>)> = BTreeMap::new();
        let groups = (0..self.groups()).filter(|it| *it != grouping.left_out());
        for group in groups.filter(|it| self.orders(*it) > 0) {
            let (others, customer) = grouping.codes_but_last(group);
            if let Some(id) = texts.text(customer) {
                let of_others = buyers.entry(others).or_insert_with(|| (group, Vec::new()));
                of_others.1.push(Bought {
                    id: Arc::clone(id),
                    last_order: self.last_order(group),
                    orders: self.orders(group),
                    sales: self.value(Measure::Revenue, group).unwrap_or_default(),
                });
            }
        }
        let (standing, buyers): (Vec<usize>, Vec<_>) = buyers.into_values().unzip();
        let keys = grouping.keys(snapshot, &standing).into_iter();
        let keys = keys.map(|mut key| {
            key.pop();
            key
        });
        keys.zip(buyers.into_iter().map(in_order)).collect()
    }
}
