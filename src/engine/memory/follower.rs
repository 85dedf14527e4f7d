//! Follows the database: applies changes as they are heard, and shows the shop with them.

use std::{sync::Arc, time::Duration};

use bson::Document;
use chrono::{DateTime, Utc};
use tokio::time::{Instant, timeout_at};

use super::{
    Unheld,
    changes::{Changes, Effect, Event},
    decode::Decoder,
    load::{Failure, blocking},
    replica::{Keeper, Ready},
    snapshot::Snapshot,
    stream::{Asked, Changing, Heard},
};
use crate::{engine::metrics, store::ShopSettings};

/// Changes are shown after this long, or as soon as there are no more.
const SHOWN_AFTER: Duration = Duration::from_millis(40);

/// What tells transactions apart: the session, and its count of them. Every new session
/// counts from one.
type Transaction = (Option<Document>, i64);

fn transaction(event: &Event) -> Option<Transaction> {
    Some((event.lsid.clone(), event.txn_number?))
}

/// Applies changes as they are heard.
pub struct Follower<'a> {
    keeper: &'a Keeper,
    changing: Changing,
    decoder: Decoder,
    snapshot: Arc<Snapshot>,
    settings: Arc<ShopSettings>,
    changes: Changes,
    /// The load saw some documents as late as this: before every change up to here
    /// is applied too, it is a shop that never was.
    whole_since: Asked,
    is_whole: bool,
    /// The transaction that the last change was part of: there may be more of it.
    transaction: Option<Transaction>,
}

impl<'a> Follower<'a> {
    /// One that goes on from what has just been loaded.
    pub fn new(
        keeper: &'a Keeper,
        changing: Changing,
        decoder: Decoder,
        snapshot: Snapshot,
        settings: Arc<ShopSettings>,
    ) -> Self {
        Self {
            keeper,
            changing,
            decoder,
            changes: Changes::since(&snapshot),
            snapshot: Arc::new(snapshot),
            settings,
            whole_since: Asked::now(keeper.options.clock),
            is_whole: false,
            transaction: None,
        }
    }

    /// # Errors
    /// When the shop can no longer be held.
    pub async fn run(mut self) -> Result<(), Failure> {
        let mut as_of = None;
        let mut due = None;
        loop {
            let heard = match due {
                Some(due) if self.transaction.is_none() => {
                    timeout_at(due, self.changing.hear()).await.ok()
                }
                _ => Some(self.changing.hear().await),
            };
            match heard {
                Some(Heard::Change(event, at)) => {
                    let is_next =
                        self.transaction.is_some() && self.transaction != transaction(&event);
                    if is_next && due.is_some_and(|due| due <= Instant::now()) {
                        self.show(as_of).await?;
                        due = None;
                    }
                    if self.gather(&event)? == Effect::Reload {
                        return Ok(());
                    }
                    as_of = as_of.max(Some(at));
                    due = due.or_else(|| Some(Instant::now() + SHOWN_AFTER));
                }
                Some(Heard::Nothing(asked)) => {
                    self.is_whole |= asked.when >= self.whole_since.when;
                    // Not the later of both: the clock may have been set back.
                    as_of = Some(asked.at);
                    self.transaction = None;
                    self.show(as_of).await?;
                    due = None;
                }
                Some(Heard::Lost) => return Ok(()),
                None => {
                    self.show(as_of).await?;
                    due = None;
                }
            }
        }
    }

    fn gather(&mut self, event: &Event) -> Result<Effect, Unheld> {
        self.transaction = transaction(event);
        self.changes.gather(&self.decoder, event)
    }

    /// Lets readers see what has changed.
    async fn show(&mut self, as_of: Option<DateTime<Utc>>) -> Result<(), Failure> {
        if let Some(settings) = self.changes.take_settings() {
            self.settings = Arc::new(settings);
        }
        if !self.changes.is_empty() {
            let next = Changes::since(&self.snapshot);
            let changes = std::mem::replace(&mut self.changes, next);
            let before = Arc::clone(&self.snapshot);
            let after = blocking(move || changes.applied_to(&before)).await??;
            let bytes = after.bytes();
            if bytes > self.keeper.options.budget {
                return Err(Unheld::OverBudget.into());
            }
            metrics::holds(after.orders.orders(), bytes);
            self.snapshot = Arc::new(after);
            self.changes = Changes::since(&self.snapshot);
        }
        self.is_whole |= as_of.is_some_and(|as_of| as_of >= self.whole_since.at);
        if let Some(as_of) = as_of.filter(|_| self.is_whole) {
            self.keeper.publish(Ready {
                snapshot: Arc::clone(&self.snapshot),
                settings: Arc::clone(&self.settings),
                as_of,
                heard: Some(Instant::now()),
            });
        }
        Ok(())
    }
}
