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
    auth,
    engine::{Engine, Session, Settings, SettingsOverrides},
    kpi::Vocabulary,
    store::Store,
};

/// Tells the time; tests set it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What the schema is built over.
#[derive(Clone)]
pub struct Setup {
    /// The shop's database.
    pub store: Store,
    /// What counts KPIs.
    pub engine: Engine,
    /// What this server says instead of the settings in the database.
    pub overrides: SettingsOverrides,
    /// What the shop can be asked about.
    pub vocabulary: &'static Vocabulary,
    /// The most that one answer may cost.
    pub limits: AnswerLimits,
    /// What time it is.
    pub clock: Clock,
}

/// The state of one request.
pub(super) struct State {
    setup: Setup,
    /// The database, as far as one request may ask it.
    store: Store,
    settings: OnceCell<Settings>,
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
        let store = setup.store.for_request(scope.rows(setup.vocabulary));
        let session = setup.engine.session(
            store.clone(),
            scope.predicates(setup.vocabulary),
            setup.vocabulary,
        );
        let session = Arc::new(session.await);
        let allowance = Arc::new(Allowance::new(setup.limits));
        Self {
            counts: Counts::new(
                Arc::clone(&session),
                Arc::clone(&allowance),
                Arc::clone(&scope),
                setup.vocabulary,
            ),
            scope,
            min_interval: Arc::default(),
            allowance,
            names: Names::new(Arc::clone(&session), store.clone()),
            session,
            entities: Entities::new(&store),
            settings: OnceCell::new(),
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
        self.setup.vocabulary
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.setup.clock)()
    }

    /// The shop's settings, read once a request.
    pub async fn settings(&self) -> Result<&Settings> {
        let read = || async {
            let settings = self.session.settings(&self.setup.overrides).await;
            settings.map_err(|error| failed(&error))
        };
        self.settings.get_or_try_init(read).await
    }
}
