//! The replica: loads the shop, keeps up with it, and says how far it is.

use std::{error::Error as _, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
    time::{Instant, timeout},
};

use super::{
    Clock, Unheld,
    cache::Answers,
    decode::Decoder,
    follower::Follower,
    kept::Kept,
    load::{Failure, Loaded, blocking, load},
    scoped::Scopes,
    snapshot::Snapshot,
    stream::Changing,
    threads,
    view::{Version, View},
};
use crate::{
    engine::metrics,
    kpi::{Predicate, Vocabulary},
    store::{Pauses, ShopSettings, Store},
};

/// How much memory the replica may take, and how often it is renewed.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The most bytes that the columns may take.
    pub budget: usize,
    /// How often to load the shop afresh where the server has no change streams, or
    /// to see whether it can be held by now where it could not.
    pub reload_every: Duration,
    /// What time it is.
    pub clock: Clock,
    /// What the shop can be asked about.
    pub vocabulary: &'static Vocabulary,
}

/// How old the shop may be where MongoDB gives no sign of life and so cannot answer either.
pub const STALE_FOR: Duration = Duration::from_secs(600);
/// How long a request may wait for a load that has begun: before it is through, MongoDB would
/// read as many orders for that request alone, and slow the load down.
const LOADED_WITHIN: Duration = Duration::from_secs(20);
/// How far behind the database a replica that follows it may be.
const FRESH_FOR: Duration = Duration::from_secs(5);
/// Tallies that are kept may take this part of the budget, beside it.
const KEPT: usize = 16;

/// How far the replica is.
#[derive(Clone, Debug)]
enum State {
    /// The database does not let itself be read, or not yet.
    Away,
    Loading,
    Ready(Ready),
    Unheld(Unheld),
}

#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub snapshot: Arc<Snapshot>,
    pub settings: Arc<ShopSettings>,
    /// Every change up to this instant is in it.
    pub as_of: DateTime<Utc>,
    /// When the database was last heard; `None` where it is not followed.
    pub heard: Option<Instant>,
}

/// A replica that keeps itself up to date until the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Replica(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    store: Store,
    state: watch::Receiver<State>,
    reload: Arc<Notify>,
    answers: Arc<Answers>,
    kept: Arc<Kept>,
    scopes: Arc<Scopes>,
    clock: Clock,
    keeper: AbortHandle,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Replica {
    /// Starts to load the shop, and follows it from then on.
    #[must_use]
    pub fn start(store: Store, options: Options) -> Self {
        threads::start();
        let (sender, state) = watch::channel(State::Away);
        let reload = Arc::new(Notify::new());
        let keeper = Keeper {
            store: store.clone(),
            options,
            state: sender,
            reload: Arc::clone(&reload),
        };
        let keeper = tokio::spawn(keeper.run()).abort_handle();
        Self(Arc::new(Handle {
            store,
            state,
            reload,
            answers: Arc::default(),
            kept: Arc::new(Kept::within(options.budget / KEPT)),
            scopes: Arc::new(Scopes::within(options.budget)),
            clock: options.clock,
            keeper,
        }))
    }

    /// The shop, where it is loaded and not behind the database.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        self.view_up_to(FRESH_FOR)
    }

    /// The shop as it was when the database was last heard, where that is not too long ago.
    #[must_use]
    pub fn stale_view(&self) -> Option<View> {
        self.view_up_to(STALE_FOR)
    }

    /// The shop once it is loaded, where that is going on and does not take too long.
    pub async fn loaded_view(&self) -> Option<View> {
        let mut state = self.0.state.clone();
        let is_over = |state: &State| !matches!(state, State::Loading);
        // An error means that nobody loads it any more.
        drop(timeout(LOADED_WITHIN, state.wait_for(is_over)).await);
        self.view()
    }

    /// The stale shop, where the database gives no sign of life.
    pub async fn view_of_the_lost(&self) -> Option<View> {
        /// How long it may take to give one.
        const PATIENCE: Duration = Duration::from_secs(1);
        let view = self.stale_view()?;
        self.0.store.ping(PATIENCE).await.is_err().then_some(view)
    }

    /// What of a view a scope sees, whose rows match these predicates.
    ///
    /// # Errors
    /// When it cannot be held.
    pub async fn scoped(&self, view: View, predicates: Vec<Predicate>) -> Result<View, Unheld> {
        let scopes = Arc::clone(&self.0.scopes);
        if let Some(view) = scopes.known(&view, &predicates) {
            return Ok(view);
        }
        let made = blocking(move || scopes.view(&view, &predicates)).await;
        // Only where the runtime ends, and nobody waits any more.
        made.unwrap_or(Err(Unheld::OverBudget))
    }

    /// Waits until the shop that may answer is another than this one, or none where it is `None`.
    pub async fn changed(&self, since: Option<&Version>) {
        let version = |state: &State| self.of_state(state, FRESH_FOR).map(|it| it.version());
        let mut state = self.0.state.clone();
        // An error means that nobody keeps it up to date any more: it changes no more.
        drop(state.wait_for(|it| version(it).as_ref() != since).await);
    }

    fn view_up_to(&self, oldest: Duration) -> Option<View> {
        self.of_state(&self.0.state.borrow(), oldest)
    }

    fn of_state(&self, state: &State, oldest: Duration) -> Option<View> {
        let State::Ready(ready) = state else {
            return None;
        };
        let age = ((self.0.clock)() - ready.as_of)
            .to_std()
            .unwrap_or_default();
        let is_fresh = |heard: Instant| heard.elapsed() < oldest && age < oldest;
        ready.heard.is_none_or(is_fresh).then(|| View {
            snapshot: Arc::clone(&ready.snapshot),
            settings: Arc::clone(&ready.settings),
            as_of: ready.as_of,
            answers: Arc::clone(&self.0.answers),
            kept: Arc::clone(&self.0.kept),
        })
    }

    /// Why the shop is not held in memory, where that is known.
    #[must_use]
    pub fn unheld(&self) -> Option<Unheld> {
        match &*self.0.state.borrow() {
            State::Unheld(why) => Some(*why),
            State::Away | State::Loading | State::Ready(_) => None,
        }
    }

    /// Waits until every change up to an instant is in the shop.
    pub async fn has_caught_up_with(&self, instant: DateTime<Utc>) {
        let caught_up = |state: &State| match state {
            State::Ready(ready) => ready.as_of >= instant,
            State::Unheld(_) => true,
            State::Away | State::Loading => false,
        };
        let mut state = self.0.state.clone();
        // An error means that nobody keeps it up to date any more: there is nothing to wait for.
        drop(state.wait_for(caught_up).await);
    }

    /// Loads the shop afresh, where it is not followed.
    pub fn reload(&self) {
        self.0.reload.notify_one();
    }
}

/// The task behind a replica.
pub(super) struct Keeper {
    store: Store,
    pub options: Options,
    state: watch::Sender<State>,
    reload: Arc<Notify>,
}

impl Keeper {
    async fn run(self) {
        let mut pauses = Pauses::default();
        loop {
            pauses.wait().await;
            match Box::pin(self.round()).await {
                Ok(()) => {}
                Err(Failure::Store(error)) => {
                    let cause = error.source().map(ToString::to_string);
                    tracing::warn!(cause, "the shop cannot be loaded into memory now: {error}");
                    self.withdraw(State::Away);
                }
                Err(Failure::Unheld(why)) => {
                    tracing::warn!("MongoDB answers instead of the memory engine: {why}");
                    self.withdraw(State::Unheld(why));
                    self.wait().await;
                }
            }
        }
    }

    /// Waits for the next load.
    async fn wait(&self) {
        drop(timeout(self.options.reload_every, self.reload.notified()).await);
    }

    /// Loads the shop and follows it as long as that goes well.
    async fn round(&self) -> Result<(), Failure> {
        let as_of = (self.options.clock)();
        // Whatever changes from here on is heard, however long the load takes.
        let changing = Changing::of(&self.store, self.options.clock).await?;
        if matches!(*self.state.borrow(), State::Away) {
            self.state.send_replace(State::Loading);
        }
        let decoder = Decoder::new(self.options.vocabulary);
        let Loaded { snapshot, settings } =
            load(&self.store, &decoder, self.options.budget).await?;
        metrics::holds(snapshot.orders.orders(), snapshot.bytes());
        let Some(changing) = changing else {
            let snapshot = Arc::new(snapshot);
            self.publish(Ready {
                snapshot,
                settings,
                as_of,
                heard: None,
            });
            self.wait().await;
            return Ok(());
        };
        let follower = Follower::new(self, changing, decoder, snapshot, settings);
        let outcome = follower.run().await;
        // What has been loaded is no longer known to be right.
        self.withdraw(State::Away);
        tracing::info!("the shop is loaded into memory afresh");
        outcome
    }

    pub fn publish(&self, ready: Ready) {
        metrics::ready(Some(ready.as_of));
        self.state.send_replace(State::Ready(ready));
    }

    /// The shop is in memory no longer, or not yet.
    fn withdraw(&self, state: State) {
        metrics::ready(None);
        self.state.send_replace(state);
    }
}
