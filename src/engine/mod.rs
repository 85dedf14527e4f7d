//! Engines: what counts a pass.
//!
//! An engine knows what to count from [`kpi`](crate::kpi) and where the orders
//! are from [`store`], and nothing of who asks. There are two, which give the same
//! answers to the last digit:
//!
//! - `mongo` turns each pass into an aggregation. It is always there.
//! - [`memory`] walks through a replica of the orders in this server's memory. It
//!   answers when that is loaded, fresh and within its budget.
//!
//! Both say what they hold as it grows, and stop where that is more than the request's
//! [`allotment`], or nobody waits for it any more.

pub mod allotment;
mod change;
pub mod memory;
pub mod metrics;
mod mongo;
mod rows;
mod session;
mod settings;

use std::sync::Arc;

use self::{
    allotment::{Allotment, Stopped},
    memory::{Replica, View},
};
pub use self::{
    session::{Session, Work, Works},
    settings::{Settings, SettingsOverrides},
};
use crate::{
    kpi::{Answer, Predicate, Vocabulary},
    store::{self, Store},
};

/// Counts passes, with whichever engine can.
#[derive(Clone, Debug)]
pub struct Engine {
    choice: Choice,
    /// What all requests may hold together.
    allotment: Arc<Allotment>,
}

/// The most bytes that one request may hold while it is counted, unless told otherwise.
pub const COUNTING_BYTES: usize = 256 << 20;

/// Which engine answers.
#[derive(Clone, Debug)]
pub enum Choice {
    /// MongoDB does.
    Mongo,
    /// Memory does, and nothing else may.
    Memory(Replica),
    /// Memory does where it can, and otherwise MongoDB; a load that has begun is waited for.
    Auto(Replica),
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
    /// Only the memory engine may answer, and it is not ready or cannot count this.
    #[error("memory cannot answer: {0}")]
    NotInMemory(String),
    /// Memory numbers groups in 64 bits, and there may be more of these.
    #[error("groups by so many dimensions cannot be numbered")]
    TooManyGroups,
    /// It would take more memory than it may, or nobody waits for it any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// What a pass found, or why it was not counted.
pub type Counted = Result<Arc<Answer>, Error>;

impl Engine {
    /// An engine of which each request may hold so many bytes while it is counted, and all
    /// together four times as many.
    #[must_use]
    pub fn new(choice: Choice, counting_bytes: usize) -> Self {
        Self {
            choice,
            allotment: Allotment::of_all_requests(counting_bytes),
        }
    }

    /// What counts the passes of one request, so that all of them see the same shop; MongoDB
    /// is asked through `store`.
    ///
    /// It counts nothing but the rows that match `rows`, as if there were no others; `store`
    /// must see the same.
    #[must_use]
    pub async fn session(
        &self,
        store: Store,
        rows: Vec<Predicate>,
        vocabulary: &'static Vocabulary,
    ) -> Session {
        Session::new(
            self.choice.clone(),
            store,
            vocabulary,
            Allotment::of_one_request(&self.allotment),
            self.view_of(&rows).await,
            rows,
        )
    }

    /// What of the shop in memory has these rows.
    async fn view_of(&self, rows: &[Predicate]) -> Option<View> {
        let view = self.view().await?;
        match &self.choice {
            _ if rows.is_empty() => Some(view),
            Choice::Mongo => None,
            Choice::Memory(replica) | Choice::Auto(replica) => {
                let scoped = replica.scoped(view, rows.to_vec()).await;
                let scoped = scoped.inspect_err(|why| {
                    tracing::warn!("memory cannot hold what a request may see: {why}");
                });
                scoped.ok()
            }
        }
    }

    /// The shop in memory, where memory is to answer. As long as the database is not heard
    /// of, what is known of it is better than nothing.
    async fn view(&self) -> Option<View> {
        match &self.choice {
            Choice::Mongo => None,
            Choice::Memory(replica) => replica.view().or_else(|| replica.stale_view()),
            Choice::Auto(replica) => match replica.loaded_view().await {
                Some(view) => Some(view),
                None => replica.view_of_the_lost().await,
            },
        }
    }
}
