//! The bridge: a shop's own MongoDB, read by a model and followed.
//!
//! The source is only read. Its documents become canonical ones by the
//! [model](crate::model), in a database that is ours:
//!
//! 1. *First load.* All is copied into collections beside the canonical ones,
//!    then what has changed in the meantime is applied there, then the collections
//!    take their places.
//! 2. *Following.* The source's change stream says which documents changed, not how.
//!    The targets that they touch are found by what each was built from, read again
//!    as they all were at the last change's time, and replaced whole, together with
//!    the stream's token, in one transaction. So a transaction of the source shows
//!    whole, and a restart goes on where it stopped.
//! 3. Where the stream cannot be taken up again, since its history is gone or a
//!    collection was dropped or renamed, all is loaded again beside what is served.
//!
//! Beside the canonical collections stand `bridge_state` (the token),
//! `bridge_reads` (what a target was built from, where that is more than its own
//! document), `bridge_parts` (customers, products and places as single orders describe
//! them), `bridge_rejects` and `bridge_session` (whose transaction may be left open).
//!
//! | module | does |
//! |---|---|
//! | `source` | reads the source |
//! | `database` | a database, at an instant where it can |
//! | `tables` | a folder of files |
//! | `events` | hears what changed, in batches that split no transaction |
//! | `builder` | builds targets, fetching what they need |
//! | `session` | ends what transaction was left open |
//! | `canonical`, `replace` | write what was built: beside what is served, or in its place in one step |
//! | `check` | tries a model out, writing nothing |
//! | `sample` | reads some documents, for a first model |
//! | `load`, `follow` | the first load, and all that comes after |

mod builder;
mod canonical;
mod check;
mod database;
mod events;
mod follow;
mod load;
mod replace;
mod sample;
mod session;
mod source;
mod tables;

use std::{sync::Arc, time::Duration};

use mongodb::change_stream::event::ResumeToken;

pub use check::{Checked, check};
pub use follow::Following;
pub use sample::sample;
pub use source::Source;

use self::session::Session;
use crate::{
    files,
    model::Model,
    store::{self, Store},
};

/// What can go wrong between a source and its canonical copy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model names a collection that is not there.
    #[error(
        "{place}: there is no collection `{collection}` in the database `{database}`; it has {there}"
    )]
    NoCollection {
        /// File and line.
        place: String,
        /// The collection.
        collection: String,
        /// The source's database.
        database: String,
        /// What there is instead.
        there: String,
    },
    /// A file that the model names cannot be used.
    #[error("{place}: {error}")]
    Files {
        /// Where the model names it.
        place: String,
        /// Why not.
        error: files::Error,
    },
    /// What was read of files cannot be read again.
    #[error("cannot read the temporary file of the source's documents: {0}")]
    Kept(#[source] std::io::Error),
    /// The source failed.
    #[error("the source: {0}")]
    Source(#[source] store::Error),
    /// The canonical database failed.
    #[error("the canonical database: {0}")]
    Store(#[from] store::Error),
    /// What follows the source cannot be written in one step.
    #[error(
        "the server of the canonical database is no member of a replica set, and has no \
         transactions: start it with --replSet (a set of one will do), or leave --mongo-uri out \
         for a private one"
    )]
    NoTransactions,
    /// The change stream cannot be taken up where it was left.
    #[error("the source's changes since the last run are not known any more")]
    Lost,
}

impl Error {
    /// Whether what was given is wrong, rather than something that failed meanwhile.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::NoCollection { .. } | Self::NoTransactions => true,
            Self::Files { error, .. } => error.is_usage(),
            Self::Kept(_) | Self::Source(_) | Self::Store(_) | Self::Lost => false,
        }
    }

    /// Whether waiting may help; a source that changed its collections under a load may rest.
    fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Source(store::Error::Unavailable(_))
                | Self::Store(store::Error::Unavailable(_))
                | Self::Lost
        )
    }
}

/// How long to wait for a database that is away.
const PAUSE: Duration = Duration::from_secs(2);

/// The result of a step of the bridge.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Hears how many of how many documents have been read.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// A source, its model, and the database for its canonical documents.
#[derive(Clone, Debug)]
pub struct Bridge {
    model: Arc<Model>,
    source: Source,
    store: Store,
    session: Session,
}

impl Bridge {
    /// Puts the three together; nothing is read yet.
    #[must_use]
    pub fn new(model: Model, source: Source, store: Store) -> Self {
        Self {
            model: Arc::new(model),
            source,
            store,
            session: Session::default(),
        }
    }

    /// Sees to it that the canonical documents are there, by loading them where they are
    /// not, and hands out what follows the source from there.
    ///
    /// `progress` hears how many of how many documents have been read. Databases that are
    /// away are waited for; where the documents are there, the source is not needed yet.
    ///
    /// # Errors
    /// When the model does not fit the source, or a database fails.
    pub async fn start(self, progress: Progress) -> Result<Following> {
        loop {
            match self.token(&progress).await {
                Ok(token) => return Ok(Following::new(self, token)),
                Err(error) if error.may_pass() => {
                    tracing::warn!("waiting: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where the change stream goes on; `None` where the source has none.
    async fn token(&self, progress: &Progress) -> Result<Option<ResumeToken>> {
        session::end_last(&self.store).await;
        if let Some(state) = canonical::State::read(self).await? {
            // Files that have not changed are not read again.
            if state.token.is_some() || self.source.database().is_none() {
                return Ok(state.token);
            }
        }
        if self.source.now().await?.is_some() && self.store.cluster_time().await?.is_none() {
            return Err(Error::NoTransactions);
        }
        Box::pin(load::load(self, progress)).await
    }
}
