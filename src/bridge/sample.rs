//! Some documents of each collection of a source, for a first model.

use bson::{Document, doc};
use futures::TryStreamExt;
use mongodb::options::ReadConcern;

use super::{Progress, Result, Source, database::Database};
use crate::{
    inspect::{Sample, Sampled},
    model::text,
};

/// Documents that are read of a collection from either end of its ids: the oldest and the
/// newest, where ids tell their time.
const OF_EITHER_END: u32 = 500;
/// Bytes that these may take.
const MOST_BYTES: usize = 8 << 20;
/// Collections that are looked at, by their names.
const MOST_COLLECTIONS: usize = 200;
/// Ids that are looked for in one go.
const BATCH: usize = 1_000;

/// Reads some documents of each collection: of the same database always the same.
///
/// `progress` hears how many of how many collections have been read.
///
/// Of files, which have no collections, there is nothing to read.
///
/// # Errors
/// When the source fails.
pub async fn sample(source: &Source, progress: Progress) -> Result<Sample> {
    let mut sample = Sample::default();
    let Some(source) = source.database() else {
        return Ok(sample);
    };
    // Views and the like are made of collections.
    let mut names = source.names(doc! { "type": "collection" }).await?;
    names.retain(|name| !name.starts_with("system."));
    sample.left_out = names.len().saturating_sub(MOST_COLLECTIONS);
    names.truncate(MOST_COLLECTIONS);
    let collections = names.len() as u64;
    for (done, name) in (1..).zip(names) {
        let count = source.count(&name).await?;
        let mut documents = source.end(&name, 1).await?;
        let read = documents.len() as u64;
        if read >= u64::from(OF_EITHER_END) || read < count {
            let newest = source.end(&name, -1).await?;
            let known: Vec<_> = documents
                .iter()
                .filter_map(|it| it.get("_id").cloned())
                .collect();
            let newest = newest.into_iter().rev();
            documents
                .extend(newest.filter(|it| !it.get("_id").is_some_and(|id| known.contains(id))));
        }
        // An estimate may be too low.
        let total = count.max(documents.len() as u64);
        sample
            .collections
            .push(Sampled::new(name, documents, total));
        progress(done, collections);
    }
    for (number, wanted) in sample.ids_to_look_for() {
        for ids in wanted.chunks(BATCH) {
            let found = source.ids(&sample.collections[number].name, ids).await?;
            let found = found.iter().filter_map(|it| text(it.get("_id")?));
            sample.collections[number].others.extend(found);
        }
    }
    Ok(sample)
}

impl Database {
    /// The documents from one end of a collection's ids.
    async fn end(&self, collection: &str, direction: i32) -> Result<Vec<Document>> {
        let collection = self.handle().collection::<Document>(collection);
        let read = async {
            let mut found = collection
                .find(doc! {})
                .sort(doc! { "_id": direction })
                .limit(OF_EITHER_END.into())
                .read_concern(ReadConcern::local())
                .max_time(self.0.deadline())
                .await?;
            let (mut documents, mut bytes) = (Vec::new(), 0);
            while bytes < MOST_BYTES && found.advance().await? {
                bytes += found.current().as_bytes().len();
                documents.push(found.deserialize_current()?);
            }
            Ok(documents)
        };
        self.bounded(read).await
    }

    /// Those of these ids that a collection has.
    async fn ids(&self, collection: &str, ids: &[bson::Bson]) -> Result<Vec<Document>> {
        let collection = self.handle().collection::<Document>(collection);
        let read = async {
            let found = collection
                .find(doc! { "_id": { "$in": ids } })
                .projection(doc! { "_id": 1 })
                .max_time(self.0.deadline())
                .await?;
            found.try_collect().await
        };
        self.bounded(read).await
    }
}
