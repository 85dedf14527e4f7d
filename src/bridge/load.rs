//! The first load: everything is copied beside what is served, brought up to date
//! there, and put into its place.

use std::{collections::BTreeSet, sync::LazyLock};

use bson::{Document, doc};
use futures::{FutureExt, TryStreamExt};
use mongodb::{IndexModel, change_stream::event::ResumeToken};
use tokio::task::JoinSet;

use super::{
    Bridge, Error, Progress, Result, builder,
    canonical::{self, Nameless, PARTS, Place, READS, State, Writes, part},
    events::{Events, From},
    follow,
};
use crate::{
    model::{Known, Target, text},
    store::{REJECTS, incoming},
};

/// Documents that are built and written together.
pub const CHUNK: usize = 1_000;
/// Chunks at work at the same time; with two thousand bytes a document, 16 MB.
const AT_WORK: usize = 4;

/// Of several orders' descriptions the latest, and among equals that of the greatest id.
pub static LATEST: LazyLock<Document> = LazyLock::new(|| doc! { "at": -1, "_id": -1 });

/// The bridge's own collections that are loaded.
const OWN: [&str; 3] = [READS, PARTS, REJECTS];

/// Loads everything, and tells where the change stream goes on from there.
pub async fn load(bridge: &Bridge, progress: &Progress) -> Result<Option<ResumeToken>> {
    let store = &bridge.store;
    incoming::prepare(store).await?;
    for collection in OWN {
        let beside = store
            .database()
            .collection::<Document>(&incoming::name(collection));
        store.bounded(beside.drop()).await?;
    }
    let began = bridge.source.now().await?;
    copy(bridge, progress).await?;
    index(bridge).await?;
    describe(bridge).await?;
    let token = match began {
        Some(time) => Some(catch_up(bridge, From::Time(time)).await?),
        None => None,
    };
    store.save_settings(bridge.model.settings()).await?;
    incoming::take_over(store, &OWN).await?;
    State::save(bridge, token.clone()).await?;
    Ok(token)
}

/// Copies every source that targets are made of.
async fn copy(bridge: &Bridge, progress: &Progress) -> Result<()> {
    let sources = 0..bridge.model.sources().len();
    let mut total = 0;
    for source in sources.clone() {
        if bridge.model.is_root(source) {
            total += bridge
                .source
                .count(&bridge.model.sources()[source].collection)
                .await?;
        }
    }
    let mut done = 0;
    for source in sources {
        if bridge.model.is_root(source) {
            copy_source(bridge, source, &mut |count| {
                done += count;
                progress(done.min(total), total);
            })
            .await?;
        }
    }
    Ok(())
}

async fn copy_source(
    bridge: &Bridge,
    source: usize,
    tell: &mut (dyn FnMut(u64) + Send),
) -> Result<()> {
    let model = &bridge.model;
    let collection = &model.sources()[source].collection;
    let scan = bridge
        .source
        .scan(collection, model.sort_of(source))
        .await?;
    let mut chunks = scan.try_chunks(CHUNK);
    // Tasks, so that building takes the other core.
    let mut tasks = JoinSet::new();
    loop {
        let next = async { chunks.try_next().await.map_err(|error| error.1) };
        let next = bridge.source.bounded(next.boxed()).await?;
        if next.is_none() || tasks.len() >= AT_WORK {
            while let Some(done) = tasks.join_next().await {
                tell(done.unwrap_or(Err(Error::Lost))?);
                if next.is_some() {
                    break;
                }
            }
        }
        let Some(documents) = next else {
            return Ok(());
        };
        let bridge = bridge.clone();
        tasks.spawn(async move {
            let count = documents.len() as u64;
            copy_chunk(&bridge, source, documents).await.map(|()| count)
        });
    }
}

async fn copy_chunk(bridge: &Bridge, source: usize, documents: Vec<Document>) -> Result<()> {
    let model = &bridge.model;
    let by_id = model.id_join(source);
    let mut known = Known::default();
    let mut targets: BTreeSet<Target> = BTreeSet::new();
    let mut nameless = Nameless::default();
    for document in documents {
        targets.extend(model.targets_of(source, &document));
        if let Some(id) = document.get("_id").and_then(text) {
            if model.is_nameless(source, &document) {
                nameless.heard_of(&id, true);
            }
            known.push(by_id, id, document);
        }
    }
    let built = builder::build(model, &bridge.source, targets, known, None).await?;
    let (mut writes, parts) = canonical::writes(model, built);
    nameless.write(&mut writes);
    for (owner, description) in parts {
        let (id, document) = part(&owner, &description);
        writes.put(PARTS, id, Some(document));
    }
    writes.send(&bridge.store, Place::Beside, None).await
}

/// The indexes by which the bridge finds its own.
async fn index(bridge: &Bridge) -> Result<()> {
    let keys = [
        (READS, doc! { "reads": 1 }),
        (PARTS, doc! { "of": 1, "at": -1, "_id": -1 }),
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
    let sorted = parts
        .find(doc! {})
        .sort(doc! { "of": 1, "at": -1, "_id": -1 });
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
            std::mem::take(&mut writes)
                .send(store, Place::Beside, None)
                .await?;
        }
    }
    writes.send(store, Place::Beside, None).await
}

/// Applies what has changed since, until nothing has for a moment.
async fn catch_up(bridge: &Bridge, from: From) -> Result<ResumeToken> {
    let mut events = Events::open(&bridge.source, &bridge.model, from).await?;
    loop {
        let changes = events.next(&bridge.source, &bridge.model).await?;
        let Some(at) = changes.at else {
            return events.token().cloned().ok_or(Error::Lost);
        };
        follow::apply(bridge, Place::Beside, changes.documents, at, None).await?;
    }
}
