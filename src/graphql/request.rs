//! What one request carries along: the shop's settings, the time, the loaders.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{ContextBase, Result};
use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use super::{
    allowance::{Allowance, AnswerLimits},
    entity::Entities,
    error::failed,
    loader::{Counts, Names},
};
use crate::{
    asking::Shop,
    auth,
    engine::{Session, Settings},
    kpi::Vocabulary,
    store::{End, Store},
};

/// What the schema is built over.
#[derive(Clone)]
pub struct Setup {
    /// The shop.
    pub shop: Shop,
    /// The most that one answer may cost.
    pub limits: AnswerLimits,
}

/// The state of one request.
pub(super) struct State {
    setup: Setup,
    /// The database, as far as one request may ask it.
    store: Store,
    settings: OnceCell<Settings>,
    /// When the first order was placed that counts, and the last one.
    ends: OnceCell<[Option<DateTime<Utc>>; 2]>,
    /// What whoever asks may see.
    pub scope: Arc<auth::Scope>,
    /// How long a subscription waits at least before it is run again, once that is known.
    pub min_interval: Arc<OnceLock<Duration>>,
    pub allowance: Arc<Allowance>,
    pub session: Arc<Session>,
    pub counts: Counts,
    pub names: Names,
    pub entities: Entities,
}

impl State {
    /// The state of a request that may see so much.
    pub async fn new(setup: Setup, scope: Arc<auth::Scope>) -> Self {
        let (store, session) = setup.shop.open(&scope).await;
        let session = Arc::new(session);
        let allowance = Arc::new(Allowance::new(setup.limits));
        Self {
            counts: Counts::new(
                Arc::clone(&session),
                Arc::clone(&allowance),
                Arc::clone(&scope),
                setup.shop.vocabulary,
            ),
            scope,
            min_interval: Arc::default(),
            allowance,
            names: Names::new(Arc::clone(&session)),
            session,
            entities: Entities::new(&store),
            settings: OnceCell::new(),
            ends: OnceCell::new(),
            store,
            setup,
        }
    }

    /// The state that [`Api`](super::Api) gives to every request.
    pub fn of<'a, T>(ctx: &ContextBase<'a, T>) -> &'a Self {
        ctx.data_unchecked()
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What the shop can be asked about.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.setup.shop.vocabulary
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.setup.shop.clock)()
    }

    /// The shop's settings, read once a request.
    pub async fn settings(&self) -> Result<&Settings> {
        let read = || async {
            let settings = self.session.settings(&self.setup.shop.overrides).await;
            settings.map_err(|error| failed(&error))
        };
        self.settings.get_or_try_init(read).await
    }

    /// When the first order was placed that counts, and the last one; each asked for once.
    pub async fn ends(&self) -> Result<&[Option<DateTime<Utc>>; 2]> {
        let read = || async {
            let uncounted = &self.settings().await?.uncounted;
            let time = |end| self.store.order_time(end, uncounted);
            let ends = futures::try_join!(time(End::First), time(End::Last));
            ends.map(<[_; 2]>::from).map_err(|error| failed(&error))
        };
        self.ends.get_or_try_init(read).await
    }
}
