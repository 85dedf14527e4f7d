//! Following the source.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bson::{Bson, Document, Timestamp, doc};
use futures::{FutureExt, TryStreamExt};
use mongodb::change_stream::event::ResumeToken;
use tokio::time::{Instant, sleep};

use super::{
    Bridge, Error, Progress, Result, builder,
    canonical::{self, Place, READS, State, read},
    events::{Events, From},
    load,
};
use crate::model::{Known, Target};

/// How long to wait after a failure: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));
/// How often to take note of how far the stream is while nothing of the shop changes: what
/// else is written to the source's server makes an old token unusable.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// Targets that are replaced in one transaction; it must end within a minute.
const TOGETHER: usize = 5_000;

/// What follows the source, from where the canonical documents are.
#[derive(Debug)]
pub struct Following {
    bridge: Bridge,
    token: Option<ResumeToken>,
}

impl Following {
    pub(super) fn new(bridge: Bridge, token: Option<ResumeToken>) -> Self {
        Self { bridge, token }
    }

    /// Follows the source for as long as it is polled: failures are waited out, and what
    /// cannot be followed is loaded again, every `reload_every` where the source has no
    /// change stream.
    pub async fn run(mut self, reload_every: Duration) {
        let mut pause = PAUSES.0;
        loop {
            let began = Instant::now();
            let error = if let Some(token) = self.token.clone() {
                let Err(error) = self.follow(token).await;
                error
            } else {
                sleep(reload_every).await;
                Error::Lost
            };
            let loaded = match error {
                Error::Lost => {
                    tracing::info!("the source is loaded again");
                    load::load(&self.bridge, &(Arc::new(|_, _| {}) as Progress)).await
                }
                other => Err(other),
            };
            match loaded {
                Ok(token) => self.token = token,
                Err(error) => {
                    tracing::warn!(cause = ?error, "the source cannot be followed, trying again: {error}");
                    // What went on for a while is a new failure, not the next one in a row.
                    if began.elapsed() > PAUSES.1 {
                        pause = PAUSES.0;
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    async fn follow(&mut self, token: ResumeToken) -> Result<std::convert::Infallible> {
        let bridge = &self.bridge;
        let mut events = Events::open(&bridge.source, &bridge.model, From::Token(token)).await?;
        let mut noted = Instant::now();
        loop {
            let changes = events.next(&bridge.source, &bridge.model).await?;
            let token = events.token().cloned();
            if let Some(at) = changes.at {
                apply(bridge, Place::Served, changes.documents, at, token.clone()).await?;
            } else if noted.elapsed() >= NOTED_EVERY {
                State::save(&bridge.store, &bridge.model, token.clone()).await?;
                noted = Instant::now();
            }
            self.token = token.or(self.token.take());
        }
    }
}

/// Builds again what changed documents touch, as all of it was at `at`.
pub async fn apply(
    bridge: &Bridge,
    place: Place,
    documents: BTreeSet<(usize, String)>,
    at: Timestamp,
    token: Option<ResumeToken>,
) -> Result<()> {
    let (known, targets) = touched(bridge, place, documents, at).await?;
    let (model, source) = (&bridge.model, &bridge.source);
    let mut known = Some(known);
    let targets: Vec<Target> = targets.into_iter().collect();
    let mut chunks = targets.chunks(TOGETHER).peekable();
    while let Some(chunk) = chunks.next() {
        let known = known.take().unwrap_or_default();
        let targets = chunk.iter().cloned().collect();
        let built = builder::build(model, source, targets, known, Some(at)).await?;
        // Only with the last of them is all of it there.
        let token = if chunks.peek().is_none() {
            token.clone()
        } else {
            None
        };
        canonical::replace(&bridge.store, model, place, built, token).await?;
    }
    Ok(())
}

/// The targets that the documents are part of, or were.
async fn touched(
    bridge: &Bridge,
    place: Place,
    documents: BTreeSet<(usize, String)>,
    at: Timestamp,
) -> Result<(Known, BTreeSet<Target>)> {
    let model = &bridge.model;
    let mut known = Known::default();
    let by_id = documents.iter();
    let by_id = by_id.map(|(source, id)| (model.id_join(*source), id.clone()));
    let by_id: BTreeSet<_> = by_id.collect();
    builder::fetch(model, &bridge.source, &mut known, by_id.clone(), Some(at)).await?;
    let mut targets = BTreeSet::new();
    let mut keys = by_id;
    for (source, id) in &documents {
        targets.extend(model.targets_of_id(*source, id));
        for document in known.find(model.id_join(*source), id) {
            targets.extend(model.targets_of(*source, document));
            keys.extend(model.keys_of(*source, document));
        }
    }
    let reads: Vec<String> = keys.iter().map(|key| read(model, key)).collect();
    targets.extend(readers(bridge, place, &reads).await?);
    Ok((known, targets))
}

/// The targets that were built from these keys.
async fn readers(bridge: &Bridge, place: Place, reads: &[String]) -> Result<Vec<Target>> {
    let kept = bridge.store.database();
    let kept = kept.collection::<Document>(&place.name(READS));
    let find = kept.find(doc! { "reads": { "$in": reads } });
    let found = async {
        find.projection(doc! { "_id": 1 })
            .await?
            .try_collect()
            .await
    };
    let found: Vec<Document> = bridge.store.bounded(found.boxed()).await?;
    let tags = found.iter().filter_map(|it| match it.get("_id") {
        Some(Bson::String(tag)) => canonical::target_of(tag),
        _ => None,
    });
    Ok(tags.collect())
}
