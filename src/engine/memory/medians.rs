//! Medians of what customers add to groups.

use rust_decimal::Decimal;

use crate::kpi::Percent;

/// For each group, a number of each customer, in no order.
#[derive(Clone, Debug, Default)]
pub struct Medians(Vec<Vec<i64>>);

impl Medians {
    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        self.0.resize(groups.max(self.0.len()), Vec::new());
    }

    pub fn bytes(&self) -> usize {
        let numbers = self.0.iter().map(Vec::capacity).sum::<usize>();
        size_of_val(&*self.0) + numbers * size_of::<i64>()
    }

    /// Adds a number to a group.
    pub fn push(&mut self, group: usize, number: i64) {
        self.0[group].push(number);
    }

    /// Adds another share; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        for (group, more) in other.0.iter().enumerate() {
            self.0[place(group)].extend_from_slice(more);
        }
    }

    /// The median of a group's numbers; `None` where there are none.
    pub fn of(&self, group: usize) -> Option<Decimal> {
        Percent::MEDIAN.of_whole(&mut self.0[group].clone())
    }
}
