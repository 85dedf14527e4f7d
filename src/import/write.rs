//! Documents into the database, replaced by their ids.
//!
//! The driver's own bulk write needs MongoDB 8.0, so this sends `update`
//! commands. A replacement by `_id` can be sent twice without harm.

use std::{borrow::Cow, time::Duration};

use bson::{Document, RawArrayBuf, RawDocumentBuf, rawdoc, serialize_to_raw_document_buf};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::{Error, report::Written};
use crate::store::{self, Customer, Location, Order, Product, Store};

/// A batch is sent when it holds this many documents …
const BATCH_DOCUMENTS: usize = 2_000;
/// … or this many bytes; the server takes 48 MB.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
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

/// One `update` statement: a document over the one of its id, or as a new one.
#[derive(Serialize)]
struct Replacement<'d, D> {
    q: ById<'d>,
    u: &'d D,
    upsert: bool,
}

#[derive(Serialize)]
struct ById<'d> {
    #[serde(rename = "_id")]
    id: &'d str,
}

#[derive(Default)]
struct Batch {
    replacements: RawArrayBuf,
    count: usize,
    bytes: usize,
}

struct Batches<I> {
    documents: I,
}

impl<I: Iterator<Item: Canonical>> Iterator for Batches<I> {
    type Item = Result<Batch, bson::error::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Batch::default();
        while batch.has_room() {
            let Some(document) = self.documents.next() else {
                break;
            };
            match replacement(&document) {
                Ok(replacement) => batch.push(replacement),
                Err(error) => return Some(Err(error)),
            }
        }
        (batch.count > 0).then_some(Ok(batch))
    }
}

impl Batch {
    fn has_room(&self) -> bool {
        self.count < BATCH_DOCUMENTS && self.bytes < BATCH_BYTES
    }

    fn push(&mut self, replacement: RawDocumentBuf) {
        self.count += 1;
        self.bytes += replacement.as_bytes().len();
        self.replacements.push(replacement);
    }
}

fn replacement<D: Canonical>(document: &D) -> bson::error::Result<RawDocumentBuf> {
    serialize_to_raw_document_buf(&Replacement {
        q: ById { id: document.id() },
        u: document,
        upsert: true,
    })
}

async fn send<D: Canonical>(
    store: &Store,
    collection: &str,
    batch: Result<Batch, bson::error::Error>,
) -> Result<Written, Error> {
    let batch = batch.map_err(|error| Error::from(store::Error::Failed(error.into())))?;
    let command = rawdoc! {
        "update": collection,
        "updates": batch.replacements,
        "ordered": false,
        "writeConcern": { "w": "majority" },
    };
    let reply = store.database().run_raw_command(command);
    let reply = tokio::time::timeout(BATCH_PATIENCE, reply)
        .await
        .map_err(|_| Error::Slow {
            collection: D::COLLECTION,
            seconds: BATCH_PATIENCE.as_secs(),
        })?
        .map_err(store::Error::from)?;
    check(&reply, D::COLLECTION)?;
    Ok(Written {
        total: batch.count as u64,
        new: array_length(&reply, "upserted") as u64,
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

/// A command that failed for some documents is still `ok`.
fn check(reply: &Document, collection: &'static str) -> Result<(), Error> {
    let first_refused = reply
        .get_array("writeErrors")
        .ok()
        .and_then(|errors| errors.first())
        .and_then(|error| error.as_document());
    let Some(error) = first_refused.or(reply.get_document("writeConcernError").ok()) else {
        return Ok(());
    };
    let reason = error
        .get_str("errmsg")
        .map_or_else(|_| Cow::Owned(error.to_string()), Cow::Borrowed);
    Err(Error::Refused {
        collection,
        refused: array_length(reply, "writeErrors"),
        reason: reason.into(),
    })
}

fn array_length(reply: &Document, key: &str) -> usize {
    reply.get_array(key).map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_reply_that_is_ok_may_still_tell_of_refused_documents() {
        assert!(check(&doc! { "ok": 1, "n": 2 }, "orders").is_ok());
        let refused = doc! { "ok": 1, "writeErrors": [{ "index": 3, "errmsg": "too large" }] };
        assert_eq!(
            check(&refused, "orders").unwrap_err().to_string(),
            "the database refused 1 of the orders, first because: too large"
        );
        let not_replicated = doc! { "ok": 1, "writeConcernError": { "errmsg": "no majority" } };
        assert!(check(&not_replicated, "orders").is_err());
    }

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
        let counts: Vec<usize> = batches.map(|batch| batch.unwrap().count).collect();
        assert_eq!(counts, [2_000, 2_000, 500]);
    }
}
