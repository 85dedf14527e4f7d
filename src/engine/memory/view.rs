//! The shop in memory as one request sees it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    cache::{Answers, Extent},
    kept::Kept,
    snapshot::Snapshot,
    tally::grouped_by,
};
use crate::{
    kpi::{Answer, Axis, Count, Dimension, Pass},
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

    /// The whole answer that has been given to a pass.
    #[must_use]
    pub fn known(&self, pass: &Pass) -> Option<Arc<Answer>> {
        let version = self.snapshot.version;
        self.answers.known(version, Extent::Whole, pass)
    }

    /// Remembers the whole answer to a pass: what is put together of two hundred thousand
    /// customers takes as long as counting them does.
    pub fn remember(&self, pass: &Pass, answer: &Arc<Answer>) {
        let version = self.snapshot.version;
        let answer = Arc::clone(answer);
        self.answers.remember(version, Extent::Whole, pass, answer);
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
