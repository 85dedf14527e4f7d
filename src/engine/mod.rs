//! Engines: what counts a pass.
//!
//! An engine knows what to count from [`kpi`](crate::kpi) and where the orders
//! are from [`store`], and nothing of who asks. There are two, which give the same
//! answers to the last digit:
//!
//! - `mongo` turns each pass into an aggregation. It is always there.
//! - [`memory`] walks through a replica of the orders in this server's memory. It
//!   answers when that is loaded, fresh and within its budget.

pub mod memory;
pub mod metrics;
mod mongo;
mod rows;

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures::future::join_all;

use self::memory::{Replica, View};
use crate::{
    kpi::{Answer, Dimension, Pass},
    store::{self, ShopSettings, Store},
};

/// Counts passes, with whichever engine can.
#[derive(Clone, Debug)]
pub struct Engine {
    store: Store,
    choice: Choice,
}

/// Which engine answers.
#[derive(Clone, Debug)]
pub enum Choice {
    /// MongoDB does.
    Mongo,
    /// Memory does, and nothing else may.
    Memory(Replica),
    /// Memory does where it can, and otherwise MongoDB.
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
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// What an engine has done for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Passes that it counted.
    pub passes: usize,
    /// From the first of a batch until all of it was answered, all batches together.
    pub time: Duration,
    /// Orders that it read; MongoDB does not say.
    pub orders: Option<usize>,
}

/// What each engine has done for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Works {
    /// The memory engine.
    pub memory: Work,
    /// MongoDB.
    pub mongo: Work,
}

impl Engine {
    /// An engine over the shop's database.
    #[must_use]
    pub fn new(store: Store, choice: Choice) -> Self {
        Self { store, choice }
    }

    /// What counts the passes of one request, so that all of them see the same shop.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            engine: self.clone(),
            view: OnceLock::new(),
            works: Mutex::default(),
        }
    }
}

/// Counts the passes of one request.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    /// The shop in memory as it was when the request first looked.
    view: OnceLock<Option<View>>,
    works: Mutex<Works>,
}

impl Session {
    /// Counts passes, at once.
    ///
    /// # Errors
    /// Each pass has its own: the database fails or does not answer before its
    /// deadline, or only memory may answer and is not ready.
    pub async fn answers(&self, passes: Vec<Pass>) -> Vec<Result<Arc<Answer>, Error>> {
        let started = Instant::now();
        let count = passes.len();
        if let Some(view) = self.view().filter(|view| view.can_count(&passes)) {
            let counted = memory::counted(view.clone(), passes).await;
            let work = Work::of(count, started, Some(counted.orders));
            metrics::counted("memory", work.passes, work.time, work.orders);
            self.lock().memory.add(work);
            return counted.answers.into_iter().map(Ok).collect();
        }
        if let Choice::Memory(replica) = &self.engine.choice {
            let why = match (self.view(), replica.unheld()) {
                (Some(_), _) => "groups by so many dimensions cannot be numbered in 64 bits".into(),
                (None, Some(why)) => why.to_string(),
                (None, None) => "it is still being loaded".into(),
            };
            return vec![Err(Error::NotInMemory(why)); count];
        }
        let answers = passes
            .iter()
            .map(|pass| mongo::answer(&self.engine.store, pass));
        let answers = join_all(answers).await;
        let work = Work::of(count, started, None);
        metrics::counted("mongo", work.passes, work.time, work.orders);
        self.lock().mongo.add(work);
        answers.into_iter().map(|it| it.map(Arc::new)).collect()
    }

    /// The instant up to which memory holds every change; `None` where MongoDB answers, as of now.
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        self.view().map(|view| view.as_of)
    }

    /// The shop's settings as of then; `None` where MongoDB has to be asked.
    pub fn settings(&self) -> Option<&ShopSettings> {
        self.view().map(|view| &*view.settings)
    }

    /// Whether memory knows what products and customers are called.
    pub fn knows_names(&self) -> bool {
        self.view().is_some()
    }

    /// What the product or customer with this id is called, as far as memory knows.
    pub fn name(&self, dimension: Dimension, id: &str) -> Option<String> {
        self.view()?.snapshot.dictionaries.name(dimension, id)
    }

    /// What has been done for the request so far.
    pub fn works(&self) -> Works {
        *self.lock()
    }

    fn view(&self) -> Option<&View> {
        let view = || match &self.engine.choice {
            Choice::Mongo => None,
            Choice::Memory(replica) | Choice::Auto(replica) => replica.view(),
        };
        self.view.get_or_init(view).as_ref()
    }

    fn lock(&self) -> MutexGuard<'_, Works> {
        self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn of(passes: usize, since: Instant, orders: Option<usize>) -> Self {
        Self {
            passes,
            time: since.elapsed(),
            orders,
        }
    }

    fn add(&mut self, more: Self) {
        self.passes += more.passes;
        self.time += more.time;
        if let Some(orders) = more.orders {
            *self.orders.get_or_insert_default() += orders;
        }
    }
}
