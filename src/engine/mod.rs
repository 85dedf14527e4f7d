//! Engines: what counts a pass.
//!
//! An engine knows what to count from [`kpi`](crate::kpi) and where the orders
//! are from [`store`], and nothing of who asks.

mod mongo;

use std::sync::Arc;

use crate::{
    kpi::{Answer, Pass},
    store::{self, Store},
};

/// Counts passes by aggregation pipelines in MongoDB.
#[derive(Clone, Debug)]
pub struct Engine {
    store: Store,
}

/// Why a pass could not be counted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The database failed, or did not answer in time.
    #[error(transparent)]
    Store(#[from] Arc<store::Error>),
    /// The database answered something that no canonical collection holds.
    #[error("the database answered what cannot be read: {0}")]
    Unreadable(String),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl Engine {
    /// An engine over the shop's database.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Counts a pass.
    ///
    /// # Errors
    /// When the database fails or does not answer before its deadline.
    pub async fn answer(&self, pass: &Pass) -> Result<Answer, Error> {
        mongo::answer(&self.store, pass).await
    }
}
