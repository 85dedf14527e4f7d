//! The shop in memory as one request sees it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{cache::Answers, kept::Kept, snapshot::Snapshot, tally::grouped_by};
use crate::{
    kpi::{Axis, Count, Dimension, Pass},
    store::ShopSettings,
};

/// The shop as of an instant.
#[derive(Clone, Debug)]
pub struct View {
    /// The shop.
    pub snapshot: Arc<Snapshot>,
    /// What holds for the whole of it.
    pub settings: Arc<ShopSettings>,
    /// Every change up to this instant is in it.
    pub as_of: DateTime<Utc>,
    /// What has been asked of the shop before.
    pub answers: Arc<Answers>,
    /// What has been counted of the part that does not change.
    pub kept: Arc<Kept>,
}

/// What tells the shop in memory from what it was: two that are equal give the same figures.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Version {
    snapshot: u64,
    settings: Arc<ShopSettings>,
}

impl View {
    /// The version of the shop.
    #[must_use]
    pub fn version(&self) -> Version {
        Version {
            snapshot: self.snapshot.version,
            settings: Arc::clone(&self.settings),
        }
    }

    /// Whether memory can count the passes.
    #[must_use]
    pub fn can_count(&self, passes: &[Pass]) -> bool {
        let can_number = |pass: &Pass| match pass.count {
            // A pair of each group has a number of its own.
            Count::Pairs(_) => {
                let products = [Axis::Dimension(Dimension::PRODUCT); 2];
                let axes = [pass.line_axes(), &products].concat();
                self.snapshot.can_number(&axes)
            }
            Count::Measures(_) | Count::Cohorts(_) | Count::Distances | Count::Customers => {
                self.snapshot.can_number(&grouped_by(pass))
            }
        };
        passes.iter().all(can_number)
    }
}
