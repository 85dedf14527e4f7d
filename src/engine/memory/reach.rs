//! What is read in a walk.

use super::{grouping::Grouping, spans::Stretch};

/// What the passes of a walk have in common.
#[derive(Debug)]
pub struct Reach<'r> {
    /// What is read, by time.
    pub stretches: &'r [Stretch],
    /// How many orders there are in it.
    pub orders: usize,
    /// Whether all that a customer ordered in it is selected.
    pub has_whole_customers: bool,
}

impl Reach<'_> {
    /// The one stretch that is read, where all that a customer ordered in it is selected and
    /// belongs to one group within a bucket.
    pub fn whole(&self, grouping: &Grouping) -> Option<Stretch> {
        let is_whole = self.has_whole_customers && grouping.keeps_customers_whole();
        match self.stretches {
            [stretch] if is_whole => Some(*stretch),
            _ => None,
        }
    }
}
