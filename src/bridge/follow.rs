//! Following the source.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bson::{Bson, Document, Timestamp, doc};
use futures::{FutureExt, TryStreamExt};
use mongodb::change_stream::event::ResumeToken;
use tokio::time::{Instant, sleep};

use super::{
    Bridge, Error, Progress, Result, builder,
    canonical::{self, Place, READS, State, read},
    events::{Documents, Events, From},
    load,
    replace::{Step, replace},
    session, source,
};
use crate::{
    model::{Known, Target},
    store::Pauses,
};

/// How often to take note of how far the stream is while nothing of the shop changes: what
/// else is written to the source's server makes an old token unusable.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// How often files are looked at, whether they have changed.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(2);
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
        let mut pauses = Pauses::default();
        loop {
            pauses.wait().await;
            let error = if let Some(token) = self.token.clone() {
                let Err(error) = self.follow(token).await;
                error
            } else {
                match self.outdated(reload_every).await {
                    Ok(()) => Error::Lost,
                    Err(error) => error,
                }
            };
            session::end_last(&self.bridge.store).await;
            let loaded = match error {
                Error::Lost => {
                    tracing::info!("the source is loaded again");
                    let quietly = Arc::new(|_, _| {}) as Progress;
                    Box::pin(load::load(&self.bridge, &quietly)).await
                }
                other => Err(other),
            };
            match loaded {
                Ok(token) => self.token = token,
                Err(error) => {
                    tracing::debug!(cause = ?error, "the source cannot be followed");
                    tracing::warn!("the source cannot be followed, trying again: {error}");
                }
            }
        }
    }

    /// Waits until all has to be loaded again that has no change stream: files are looked
    /// at, a database has its time.
    async fn outdated(&self, reload_every: Duration) -> Result<()> {
        let Bridge { source, model, .. } = &self.bridge;
        if source.database().is_some() {
            sleep(reload_every).await;
            return Ok(());
        }
        loop {
            let before = source.address(model);
            sleep(LOOKED_AT_EVERY).await;
            // What somebody is writing is left alone.
            let is_at_rest = source.address(model) == before;
            if is_at_rest && State::read(&self.bridge).await?.is_none() {
                return Ok(());
            }
        }
    }

    async fn follow(&mut self, token: ResumeToken) -> Result<std::convert::Infallible> {
        let bridge = &self.bridge;
        let database = bridge.source.database().ok_or(Error::Lost)?;
        let documents = source::Documents::Database(database.clone());
        let mut events = Events::open(database, &bridge.model, From::Token(token)).await?;
        let mut noted = Instant::now();
        loop {
            let changes = events.next(database, &bridge.model).await?;
            let token = events.token().cloned();
            if let Some(at) = changes.at {
                let step = (changes.documents, at);
                apply(bridge, &documents, Place::Served, step, token.clone()).await?;
            } else if noted.elapsed() >= NOTED_EVERY {
                let address = bridge.source.address(&bridge.model);
                let state = State::of(bridge, address, token.clone());
                state.save(bridge).await?;
                noted = Instant::now();
            }
            self.token = token.or(self.token.take());
        }
    }
}

/// Builds again what changed documents touch, as all of it was at `at`.
pub async fn apply(
    bridge: &Bridge,
    source: &source::Documents,
    place: Place,
    (documents, at): (Documents, Timestamp),
    token: Option<ResumeToken>,
) -> Result<()> {
    let touched = touched(bridge, source, place, (documents, at)).await?;
    let model = &bridge.model;
    let mut known = touched.known;
    let targets: Vec<Target> = touched.targets.into_iter().collect();
    let mut nameless = touched.nameless;
    let mut chunks = targets.chunks(TOGETHER).peekable();
    loop {
        let targets = chunks.next().unwrap_or_default().iter().cloned().collect();
        let known = std::mem::take(&mut known);
        let built = builder::build(model, source, targets, known, Some(at)).await?;
        let is_last = chunks.peek().is_none();
        let step = Step {
            built,
            nameless: std::mem::take(&mut nameless),
            // Only with the last of them is all of it there.
            token: token.clone().filter(|_| is_last),
        };
        replace(bridge, place, step).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// What changed documents are part of, or were.
struct Touched {
    known: Known,
    targets: BTreeSet<Target>,
    nameless: Vec<(String, bool)>,
}

async fn touched(
    bridge: &Bridge,
    source: &source::Documents,
    place: Place,
    (documents, at): (Documents, Timestamp),
) -> Result<Touched> {
    let model = &bridge.model;
    let mut known = Known::default();
    let mut ids: BTreeMap<usize, Vec<(String, Vec<Bson>)>> = BTreeMap::new();
    for ((source, text), id) in documents {
        ids.entry(source).or_default().push((text, vec![id]));
    }
    let mut targets = BTreeSet::new();
    let mut nameless = Vec::new();
    let mut keys = BTreeSet::new();
    for (number, ids) in ids {
        let by_id = model.id_join(number);
        builder::fetch_values(model, source, &mut known, by_id, ids.clone(), Some(at)).await?;
        for (id, _) in ids {
            let found = known.find(by_id, &id);
            targets.extend(model.targets_of_id(number, &id));
            for document in found {
                targets.extend(model.targets_of(number, document));
                keys.extend(model.keys_of(number, document));
            }
            if number == model.order_source() {
                let is_one = found.iter().any(|it| model.is_nameless(number, it));
                nameless.push((id.clone(), is_one));
            }
            keys.insert((by_id, id));
        }
    }
    let reads: Vec<String> = keys.iter().map(|key| read(model, key)).collect();
    targets.extend(readers(bridge, place, &reads).await?);
    Ok(Touched {
        known,
        targets,
        nameless,
    })
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
