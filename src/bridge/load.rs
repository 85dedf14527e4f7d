//! The first load: everything is copied beside what is served, brought up to date
//! there, and put into its place.

use std::{
    collections::BTreeSet,
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
};

use bson::{Document, Timestamp, doc};
use futures::TryStreamExt;
use mongodb::{IndexModel, change_stream::event::ResumeToken};
use tokio::task::JoinSet;

use super::{
    Bridge, Error, Progress, Result,
    builder::{self, Chunk},
    canonical::{self, PARTS, Place, READS, State, Writes, latest_of_each, part},
    database::Database,
    events::{Events, From},
    follow,
    source::Documents,
};
use crate::{
    model::{Part, Target},
    store::{REJECTS, incoming},
};

/// Documents that are built and written together.
pub const CHUNK: usize = 1_000;
/// Chunks at work at the same time; with two thousand bytes a document, 16 MB.
const AT_WORK: usize = 4;

/// Places that are remembered as written.
const PLACES: usize = 100_000;

/// The bridge's own collections that are loaded.
const OWN: [&str; 3] = [READS, PARTS, REJECTS];

/// Loads everything, and tells where the change stream goes on from there.
pub async fn load(bridge: &Bridge, progress: &Progress) -> Result<Option<ResumeToken>> {
    // Before they are read: files that change meanwhile are others.
    let address = bridge.source.address(&bridge.model);
    let documents = bridge.source.open(&bridge.model).await?;
    let store = &bridge.store;
    incoming::prepare(store).await?;
    for collection in OWN {
        let beside = store
            .database()
            .collection::<Document>(&incoming::name(collection));
        store.bounded(beside.drop()).await?;
    }
    let began = bridge.source.now().await?;
    copy(bridge, &documents, progress).await?;
    index(bridge).await?;
    describe(bridge).await?;
    let ended = bridge.source.now().await?;
    let token = match (bridge.source.database(), began, ended) {
        (Some(database), Some(began), Some(ended)) => {
            Some(catch_up(bridge, database, began, ended).await?)
        }
        _ => None,
    };
    store.save_settings(bridge.model.settings()).await?;
    incoming::take_over(store, &OWN).await?;
    State::of(bridge, address, token.clone())
        .save(bridge)
        .await?;
    Ok(token)
}

/// Copies every source that targets are made of.
async fn copy(bridge: &Bridge, documents: &Documents, progress: &Progress) -> Result<()> {
    let sources = 0..bridge.model.sources().len();
    let mut total = 0;
    for source in sources.clone() {
        tell_broken(bridge, documents.broken(source)).await?;
        if bridge.model.is_root(source) {
            total += documents.count(&bridge.model, source).await?;
        }
    }
    let mut done = 0;
    let places = Arc::new(Places::default());
    for source in sources {
        if bridge.model.is_root(source) {
            copy_source(bridge, documents, (source, &places), &mut |count| {
                done += count;
                progress(done.min(total), total);
            })
            .await?;
        }
    }
    Ok(())
}

/// Tells of what cannot be read.
async fn tell_broken(bridge: &Bridge, broken: &[(String, String)]) -> Result<()> {
    for broken in broken.chunks(CHUNK) {
        let mut writes = Writes::default();
        for (row, reason) in broken {
            canonical::tell_broken(&mut writes, row, reason);
        }
        writes.send_new(&bridge.store).await?;
    }
    Ok(())
}

/// The places that have been written, of those that follow from their ids: most orders name
/// one that another named before.
#[derive(Debug, Default)]
struct Places(Mutex<BTreeSet<Target>>);

impl Places {
    /// Whether a place has still to be written, as it will be then.
    fn is_new(&self, place: &Part) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.len() < PLACES {
            written.insert(place.target.clone())
        } else {
            !written.contains(&place.target)
        }
    }
}

async fn copy_source(
    bridge: &Bridge,
    documents: &Documents,
    (source, places): (usize, &Arc<Places>),
    tell: &mut (dyn FnMut(u64) + Send),
) -> Result<()> {
    let mut scan = documents.scan(&bridge.model, source).await?;
    // Tasks, so that building takes the other core.
    let mut tasks = JoinSet::new();
    loop {
        let next = scan.next().await?;
        if next.is_none() || tasks.len() >= AT_WORK {
            while let Some(done) = tasks.join_next().await {
                tell(done.unwrap_or_else(|error| resume_unwind(error.into_panic()))?);
                if next.is_some() {
                    break;
                }
            }
        }
        let Some(chunk) = next else {
            return Ok(());
        };
        let (bridge, documents) = (bridge.clone(), documents.clone());
        let places = Arc::clone(places);
        tasks.spawn(async move {
            let count = chunk.len() as u64;
            let copied = copy_chunk(&bridge, &documents, (source, &places), chunk).await;
            copied.map(|()| count)
        });
    }
}

async fn copy_chunk(
    bridge: &Bridge,
    documents: &Documents,
    (source, places): (usize, &Places),
    chunk: Vec<Document>,
) -> Result<()> {
    let model = &bridge.model;
    let chunk = Chunk::of(model, source, chunk);
    let mut built = builder::build(model, documents, chunk.targets, chunk.known, None).await?;
    for (_, built) in &mut built {
        built.parts.retain(|it| !it.is_plain || places.is_new(it));
    }
    let (mut writes, parts) = canonical::writes(model, built);
    for id in chunk.nameless {
        canonical::tell_nameless(&mut writes, &id, true);
    }
    for (owner, description) in parts {
        let (id, document) = part(&owner, &description);
        writes.put(PARTS, id, Some(document));
    }
    writes.send_new(&bridge.store).await
}

/// The indexes by which the bridge finds its own.
async fn index(bridge: &Bridge) -> Result<()> {
    let keys = [
        (READS, doc! { "reads": 1 }),
        (PARTS, latest_of_each()),
        (PARTS, doc! { "owner": 1 }),
        (REJECTS, doc! { "of": 1 }),
    ];
    let database = bridge.store.database();
    for (collection, keys) in keys {
        let collection = database.collection::<Document>(&incoming::name(collection));
        let index = IndexModel::builder().keys(keys).build();
        // As long as it takes: a million orders have a million descriptions.
        collection
            .create_index(index)
            .await
            .map_err(crate::store::Error::from)?;
    }
    Ok(())
}

/// Makes customers, products and places of what orders say of them.
async fn describe(bridge: &Bridge) -> Result<()> {
    if !bridge.model.has_parts() {
        return Ok(());
    }
    let store = &bridge.store;
    let parts = store
        .database()
        .collection::<Document>(&incoming::name(PARTS));
    let sorted = parts.find(doc! {}).sort(latest_of_each());
    let mut sorted = store
        .bounded(sorted)
        .await?
        .map_err(crate::store::Error::from);
    let mut last = String::new();
    let mut writes = Writes::default();
    let mut count = 0;
    while let Some(found) = sorted.try_next().await? {
        let of = found.get_str("of").unwrap_or_default();
        if of == last {
            continue;
        }
        of.clone_into(&mut last);
        writes.describe(&last, Some(&found));
        count += 1;
        if count % CHUNK == 0 {
            std::mem::take(&mut writes).send_new(store).await?;
        }
    }
    writes.send_new(store).await
}

/// Applies what changed while all was copied: what was read at different times is then as
/// it was at one. A busy shop changes on; that is left to who follows it.
async fn catch_up(
    bridge: &Bridge,
    database: &Database,
    began: Timestamp,
    ended: Timestamp,
) -> Result<ResumeToken> {
    let documents = Documents::Database(database.clone());
    let mut events = Events::open(database, &bridge.model, From::Time(began)).await?;
    loop {
        let changes = events.next(database, &bridge.model).await?;
        if let Some(at) = changes.at {
            let step = (changes.documents, at);
            follow::apply(bridge, &documents, Place::Beside, step, None).await?;
        }
        if changes.at.is_none_or(|at| at > ended) {
            return events.token().cloned().ok_or(Error::Lost);
        }
    }
}
