//! Documents into the database, replaced by their ids.

use std::time::Duration;

use bson::{Document, raw::cstr, rawdoc};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::{Error, report::Written};
use crate::store::{self, Customer, Location, Order, Product, Replacements, Store, refusal};

/// While the server works on one batch the next is being made and sent.
const BATCHES_IN_FLIGHT: usize = 2;
/// A large batch with a majority's acknowledgement outlasts a query's deadline.
const BATCH_PATIENCE: Duration = Duration::from_secs(120);

/// A document with its place in the database.
pub(super) trait Canonical: Serialize {
    const COLLECTION: &'static str;
    fn id(&self) -> &str;
}

macro_rules! canonical {
    ($($document:ty => $collection:literal),*) => {
        $(impl Canonical for $document {
            const COLLECTION: &'static str = $collection;
            fn id(&self) -> &str {
                &self.id
            }
        })*
    };
}

canonical!(Order => "orders", Customer => "customers", Product => "products", Location => "locations");

/// Writes every document over the one of its id in the collection; `done`
/// hears how many of each batch.
pub(super) async fn replace_all<D: Canonical>(
    store: &Store,
    collection: &str,
    documents: impl Iterator<Item = D>,
    done: impl Fn(u64),
) -> Result<Written, Error> {
    let batches = Batches { documents }.map(|batch| send::<D>(store, collection, batch));
    stream::iter(batches)
        .buffer_unordered(BATCHES_IN_FLIGHT)
        .inspect_ok(|written| done(written.total))
        .try_fold(Written::default(), |sum, batch| async move {
            Ok(Written {
                total: sum.total + batch.total,
                new: sum.new + batch.new,
                ..sum
            })
        })
        .await
}

struct Batches<I> {
    documents: I,
}

impl<I: Iterator<Item: Canonical>> Iterator for Batches<I> {
    type Item = Result<Replacements, bson::error::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Replacements::default();
        while batch.has_room() {
            let Some(document) = self.documents.next() else {
                break;
            };
            if let Err(error) = batch.push(document.id(), &document) {
                return Some(Err(error));
            }
        }
        (batch.count() > 0).then_some(Ok(batch))
    }
}

async fn send<D: Canonical>(
    store: &Store,
    collection: &str,
    batch: Result<Replacements, bson::error::Error>,
) -> Result<Written, Error> {
    let failed = |error: bson::error::Error| Error::from(store::Error::Failed(error.into()));
    let batch = batch.map_err(failed)?;
    let total = batch.count() as u64;
    let mut command = batch.command(collection);
    command.append(cstr!("writeConcern"), rawdoc! { "w": "majority" });
    let reply = store.database().run_raw_command(command);
    let reply = tokio::time::timeout(BATCH_PATIENCE, reply)
        .await
        .map_err(|_| Error::Slow {
            collection: D::COLLECTION,
            seconds: BATCH_PATIENCE.as_secs(),
        })?
        .map_err(store::Error::from)?;
    if let Some(refusal) = refusal(&reply) {
        return Err(Error::Refused {
            collection: D::COLLECTION,
            refused: refusal.count,
            reason: refusal.reason,
        });
    }
    Ok(Written {
        total,
        new: reply.get_array("upserted").map_or(0, Vec::len) as u64,
        not_in_file: 0,
    })
}

/// How many documents a collection has.
pub(super) async fn count<D: Canonical>(store: &Store) -> Result<u64, Error> {
    let documents = store.database().collection::<Document>(D::COLLECTION);
    let all = documents.count_documents(Document::new());
    // Along the ids, which costs a fraction of walking the documents.
    let all = all.hint(mongodb::options::Hint::Name("_id_".into()));
    Ok(store.bounded(all).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let products = (0..4_500).map(|number| Product {
            id: format!("P-{number}"),
            name: "x".into(),
            category: None,
            sub_category: None,
        });
        let batches = Batches {
            documents: products,
        };
        let counts: Vec<usize> = batches.map(|batch| batch.unwrap().count()).collect();
        assert_eq!(counts, [2_000, 2_000, 500]);
    }
}
