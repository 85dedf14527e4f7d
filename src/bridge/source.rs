//! The source: a shop's own database or folder of files, which is only read.

use std::{panic::resume_unwind, path::PathBuf, sync::Arc, vec};

use bson::{Bson, Document, Timestamp};
use futures::{TryStreamExt, stream::TryChunks};
use mongodb::Cursor;

use super::{Result, database::Database, load::CHUNK, tables::Tables};
use crate::{
    files::Folder,
    model::{JoinId, Model},
    store::{self, Store},
};

/// Where a shop's own documents are.
#[derive(Clone, Debug)]
pub struct Source(Place);

#[derive(Clone, Debug)]
enum Place {
    Database(Database),
    Folder(Folder),
}

impl Source {
    /// A handle on a database; no connection is made until it is used.
    ///
    /// # Errors
    /// When the connection string cannot be parsed.
    pub async fn connect(options: &store::Options) -> Result<Self, store::Error> {
        let store = Store::connect(options).await?;
        Ok(Self(Place::Database(Database(store))))
    }

    /// A folder of files; it is not looked into until it is used.
    #[must_use]
    pub fn folder(path: PathBuf) -> Self {
        Self(Place::Folder(Folder(path)))
    }

    /// Tells one source from another, and files from what they were before.
    pub(super) fn address(&self, model: &Model) -> String {
        match &self.0 {
            Place::Database(database) => database.address(),
            Place::Folder(folder) => Tables::address(folder, model),
        }
    }

    /// The database, where it is one.
    pub(super) fn database(&self) -> Option<&Database> {
        match &self.0 {
            Place::Database(database) => Some(database),
            Place::Folder(_) => None,
        }
    }

    /// The source's own time; `None` where it keeps none, being no member of a replica set.
    pub(super) async fn now(&self) -> Result<Option<Timestamp>> {
        match self.database() {
            Some(database) => database.now().await,
            None => Ok(None),
        }
    }

    /// The documents of the source, once it is known to have those that the model names;
    /// files are read now, all of them.
    ///
    /// # Errors
    /// When the model names what is not there, or files cannot be read.
    pub(super) async fn open(&self, model: &Arc<Model>) -> Result<Documents> {
        match &self.0 {
            Place::Database(database) => {
                // What is not there, in the middle of a restored backup say, is no empty shop.
                database.check(model).await?;
                Ok(Documents::Database(database.clone()))
            }
            Place::Folder(folder) => {
                let (folder, model) = (folder.clone(), Arc::clone(model));
                // Gone when nobody waits any more: a blocking task cannot be ended from outside.
                let caller = Arc::new(());
                let waiting = Arc::downgrade(&caller);
                let tables = blocking(move || Tables::read(&folder, &model, &waiting)).await?;
                drop(caller);
                Ok(Documents::Tables(Arc::new(tables)))
            }
        }
    }
}

/// What a source holds, by the model's numbers of its sources.
#[derive(Clone, Debug)]
pub enum Documents {
    Database(Database),
    /// Files as they were when they were read.
    Tables(Arc<Tables>),
}

impl Documents {
    /// About how many documents a source of the model has.
    pub async fn count(&self, model: &Model, source: usize) -> Result<u64> {
        match self {
            Self::Database(database) => {
                let collection = &model.sources()[source].collection;
                database.count(collection).await
            }
            Self::Tables(tables) => Ok(tables.of[source].count()),
        }
    }

    /// What of a source cannot be read: where it stands, and why.
    pub fn broken(&self, source: usize) -> &[(String, String)] {
        match self {
            Self::Database(_) => &[],
            Self::Tables(tables) => &tables.of[source].broken,
        }
    }

    /// All documents of a source of the model, those of one order one after the other.
    pub async fn scan(&self, model: &Model, source: usize) -> Result<Scan> {
        match self {
            Self::Database(database) => {
                let collection = &model.sources()[source].collection;
                let sort = model
                    .group_of(source)
                    .map(|join| &model.joins()[join].field);
                let cursor = database.scan(collection, sort).await?;
                Ok(Scan::Database(
                    database.clone(),
                    Box::new(cursor.try_chunks(CHUNK)),
                ))
            }
            Self::Tables(tables) => {
                let numbers = tables.of[source].order(model.group_of(source));
                Ok(Scan::Tables {
                    tables: Arc::clone(tables),
                    source,
                    numbers: numbers.into_iter(),
                })
            }
        }
    }

    /// The documents in which a join's field has one of the values that keys stand for, as
    /// they were at an instant.
    pub async fn by_values(
        &self,
        model: &Model,
        join: JoinId,
        keys: &[(String, Vec<Bson>)],
        at: Option<Timestamp>,
    ) -> Result<Vec<Document>> {
        match self {
            Self::Database(database) => {
                let values = keys.iter().flat_map(|(_, values)| values.clone());
                database.by_values(model, join, values.collect(), at).await
            }
            Self::Tables(tables) => {
                let tables = Arc::clone(tables);
                let source = model.joins()[join].source;
                let keys: Vec<String> = keys.iter().map(|(key, _)| key.clone()).collect();
                blocking(move || tables.of[source].by_keys(join, &keys)).await
            }
        }
    }
}

/// Documents that come chunk by chunk.
pub enum Scan {
    Database(Database, Box<TryChunks<Cursor<Document>>>),
    Tables {
        tables: Arc<Tables>,
        source: usize,
        numbers: vec::IntoIter<usize>,
    },
}

impl Scan {
    /// The next of them, or `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Document>>> {
        match self {
            Self::Database(database, chunks) => {
                let next = async { chunks.try_next().await.map_err(|error| error.1) };
                database.bounded(next).await
            }
            Self::Tables {
                tables,
                source,
                numbers,
            } => {
                let next: Vec<usize> = numbers.take(CHUNK).collect();
                if next.is_empty() {
                    return Ok(None);
                }
                let (tables, source) = (Arc::clone(tables), *source);
                blocking(move || tables.of[source].documents(&next))
                    .await
                    .map(Some)
            }
        }
    }
}

/// Does what waits for a disk where nobody else waits.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|died| resume_unwind(died.into_panic()))
}
