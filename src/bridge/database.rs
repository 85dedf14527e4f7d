//! A shop's own database as the source.

use bson::{Bson, Document, Timestamp, doc};
use futures::{FutureExt, TryStreamExt};
use mongodb::{
    Cursor,
    options::{ReadConcern, SelectionCriteria},
};

use super::{Error, Result};
use crate::{
    model::{JoinId, Model, Path},
    store::Store,
};

/// Documents of one answer of a scan.
const BATCH: i32 = 2_000;
/// The server's codes where it cannot read as of an instant: it lies too far back, or the
/// server is no member of a replica set.
const NO_SNAPSHOT: [i32; 4] = [239, 20, 123, 246];

/// A shop's own database, which is only read.
#[derive(Clone, Debug)]
pub struct Database(pub Store);

impl Database {
    /// Tells one source from another.
    pub fn address(&self) -> String {
        self.0.address()
    }

    pub fn handle(&self) -> &mongodb::Database {
        self.0.database()
    }

    /// The source's own time; `None` where it keeps none, being no member of a replica set.
    pub async fn now(&self) -> Result<Option<Timestamp>> {
        self.0.cluster_time().await.map_err(Error::Source)
    }

    /// Waits for an operation, but no longer than the deadline.
    pub async fn bounded<T>(
        &self,
        operation: impl Future<Output = mongodb::error::Result<T>> + Send,
    ) -> Result<T> {
        // Boxed: the driver's futures are large, and this is a part of every step.
        self.0
            .bounded(operation.boxed())
            .await
            .map_err(Error::Source)
    }

    /// The names of the collections that are like this, in order.
    pub async fn names(&self, filter: Document) -> Result<Vec<String>> {
        let list = doc! {
            "listCollections": 1,
            "nameOnly": true,
            "authorizedCollections": true,
            "filter": filter,
        };
        let read = async {
            let cursor = self.handle().run_cursor_command(list).await?;
            cursor.try_collect::<Vec<_>>().await
        };
        let found = self.bounded(read).await?;
        let names = found.iter().filter_map(|it| it.get_str("name").ok());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Refuses a model that names collections that are not there.
    pub async fn check(&self, model: &Model) -> Result<()> {
        let names = self.names(doc! {}).await?;
        let mut sources = model.sources().iter();
        let missing = sources.find(|source| !names.contains(&source.collection));
        missing.map_or(Ok(()), |source| {
            Err(Error::NoCollection {
                place: source.place.clone(),
                collection: source.collection.clone(),
                database: self.handle().name().to_owned(),
                there: if names.is_empty() {
                    "none that this user may read".into()
                } else {
                    names.join(", ")
                },
            })
        })
    }

    /// About how many documents a collection has.
    pub async fn count(&self, collection: &str) -> Result<u64> {
        let collection = self.handle().collection::<Document>(collection);
        self.bounded(collection.estimated_document_count().into_future())
            .await
    }

    /// All documents of a collection, as they come.
    pub async fn scan(&self, collection: &str, sort: Option<&Path>) -> Result<Cursor<Document>> {
        let collection = self.handle().collection::<Document>(collection);
        let find = collection
            .find(doc! {})
            .read_concern(ReadConcern::majority())
            .batch_size(u32::try_from(BATCH).unwrap_or(u32::MAX));
        let find = match sort {
            Some(field) => find.sort(doc! { field.as_str(): 1 }).allow_disk_use(true),
            None => find,
        };
        self.bounded(find.into_future()).await
    }

    /// The documents in which a field has one of these values, as they were at an instant.
    pub async fn by_values(
        &self,
        model: &Model,
        join: JoinId,
        values: Vec<Bson>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Document>> {
        let join = &model.joins()[join];
        let collection = &model.sources()[join.source].collection;
        let filter = doc! { join.field.as_str(): { "$in": values } };
        match self.find(collection, filter.clone(), at).await {
            // What has changed since then will be heard of, and read again.
            Err(error) if at.is_some() && is_without_snapshot(&error) => {
                self.find(collection, filter, None).await
            }
            other => other,
        }
    }

    async fn find(
        &self,
        collection: &str,
        filter: Document,
        at: Option<Timestamp>,
    ) -> Result<Vec<Document>> {
        let now = || doc! { "level": "local" };
        let then = |at| doc! { "level": "snapshot", "atClusterTime": at };
        let read_concern = at.map_or_else(now, then);
        let find = doc! {
            "find": collection,
            "filter": filter,
            "batchSize": BATCH,
            "readConcern": read_concern,
            "maxTimeMS": i64::try_from(self.0.deadline().as_millis()).unwrap_or(i64::MAX),
        };
        let read = async {
            let primary =
                SelectionCriteria::ReadPreference(mongodb::options::ReadPreference::Primary);
            let command = self
                .handle()
                .run_cursor_command(find)
                .selection_criteria(primary);
            command.await?.try_collect().await
        };
        self.bounded(read).await
    }
}

fn is_without_snapshot(error: &Error) -> bool {
    matches!(error, Error::Source(error) if error.has_code(&NO_SNAPSHOT))
}
