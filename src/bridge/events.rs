//! What changed in the source, heard from its change stream.

use std::{collections::BTreeMap, time::Duration};

use bson::{Bson, Timestamp, doc};
use mongodb::{
    change_stream::{ChangeStream, event::ResumeToken},
    options::ReadConcern,
};
use serde::Deserialize;

use super::{Error, Result, database::Database};
use crate::{
    model::{Model, text},
    store::NOT_RESUMABLE,
};

/// How long the server waits for a change before it says that there is none.
const IDLE: Duration = Duration::from_millis(100);
/// How long to wait for what comes at once with a change, such as the rest of its
/// transaction, which the server sends together.
const SOON: Duration = Duration::from_millis(5);
/// Changes of one batch, roughly: one goes on to the end of its transaction.
const BATCH: usize = 1_000;

/// Where a stream begins.
#[derive(Clone, Debug)]
pub enum From {
    Time(Timestamp),
    Token(ResumeToken),
}

/// What changed: the source and the text of a document's `_id`, and the `_id` itself.
pub type Documents = BTreeMap<(usize, String), Bson>;

/// What changed since it was last asked.
#[derive(Debug, Default)]
pub struct Changes {
    pub documents: Documents,
    /// When the last of them changed; `None` where nothing did.
    pub at: Option<Timestamp>,
}

/// One change, as far as it matters here: what became of the document is read anew.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    operation_type: String,
    ns: Option<Namespace>,
    document_key: Option<DocumentKey>,
    cluster_time: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct Namespace {
    coll: Option<String>,
}

#[derive(Debug, Deserialize)]
struct DocumentKey {
    #[serde(rename = "_id")]
    id: Bson,
}

/// A change stream that is being read.
pub struct Events {
    stream: ChangeStream<Event>,
    /// A change that was read and belongs to the next batch.
    held: Option<Event>,
    token: Option<ResumeToken>,
}

impl Events {
    /// Opens the stream.
    ///
    /// # Errors
    /// [`Error::Lost`] where it cannot begin there any more.
    pub async fn open(source: &Database, model: &Model, from: From) -> Result<Self> {
        let collections: Vec<&str> = model
            .sources()
            .iter()
            .map(|source| source.collection.as_str())
            .collect();
        let of_the_sources = doc! { "$match": { "$or": [
            { "ns.coll": { "$in": collections } },
            { "operationType": { "$in": ["dropDatabase", "invalidate", "rename"] } },
        ] } };
        let slim = doc! { "$project": { "operationType": 1, "ns": 1, "documentKey": 1, "clusterTime": 1 } };
        let (token, time) = match from {
            From::Token(token) => (Some(token), None),
            From::Time(time) => (None, Some(time)),
        };
        let watch = source
            .handle()
            .watch()
            .pipeline([of_the_sources, slim])
            .read_concern(ReadConcern::majority())
            .max_await_time(IDLE)
            .resume_after(token.clone());
        let watch = match time {
            Some(time) => watch.start_at_operation_time(time),
            None => watch,
        };
        let stream = source.bounded(watch.into_future()).await.map_err(lost)?;
        Ok(Self {
            token: token.or_else(|| stream.resume_token()),
            stream: stream.with_type(),
            held: None,
        })
    }

    /// Where to go on after what has been heard.
    pub fn token(&self) -> Option<&ResumeToken> {
        self.token.as_ref()
    }

    /// What has changed since; nothing where it is quiet for a moment.
    ///
    /// No transaction is split: all its changes have one time.
    ///
    /// # Errors
    /// [`Error::Lost`] where a collection was dropped or renamed, or history is gone.
    pub async fn next(&mut self, source: &Database, model: &Model) -> Result<Changes> {
        let mut changes = Changes::default();
        loop {
            let heard = self.heard(source);
            let heard = if changes.at.is_some() {
                // Whoever waits for a figure does not wait for the next change, too.
                let soon = tokio::time::timeout(SOON, heard).await;
                soon.unwrap_or(Ok(None))?
            } else {
                heard.await?
            };
            let Some(event) = heard else {
                return Ok(changes);
            };
            let is_later = changes.at.is_some() && event.cluster_time != changes.at;
            if changes.documents.len() >= BATCH && is_later {
                self.held = Some(event);
                return Ok(changes);
            }
            self.token = self.stream.resume_token();
            changes.at = event.cluster_time.or(changes.at);
            changes.documents.extend(document(event, model)?);
        }
    }

    /// The change that comes next; `None` where it is quiet for a moment.
    async fn heard(&mut self, source: &Database) -> Result<Option<Event>> {
        if let Some(event) = self.held.take() {
            return Ok(Some(event));
        }
        let next = source.bounded(self.stream.next_if_any()).await;
        let next = next.map_err(lost)?;
        if next.is_none() {
            self.token = self.stream.resume_token();
        }
        Ok(next)
    }
}

/// The document that changed, where it is one of a source.
fn document(event: Event, model: &Model) -> Result<Option<((usize, String), Bson)>> {
    if let "drop" | "rename" | "dropDatabase" | "invalidate" = event.operation_type.as_str() {
        return Err(Error::Lost);
    }
    let collection = event.ns.and_then(|ns| ns.coll);
    let mut sources = model.sources().iter();
    let source = sources.position(|source| Some(&source.collection) == collection.as_ref());
    let id = event.document_key.map(|key| key.id);
    let id = id.and_then(|id| Some((text(&id)?, id)));
    Ok(source
        .zip(id)
        .map(|(source, (text, id))| ((source, text), id)))
}

fn lost(error: Error) -> Error {
    match error {
        Error::Source(error) if error.has_code(&NOT_RESUMABLE) => Error::Lost,
        other => other,
    }
}
