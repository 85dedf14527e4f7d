//! Transactions that nobody ends: those of a process that was killed, or of a step that was
//! given up in the middle.
//!
//! The server ends them after a minute. Until then nobody can drop or rename a collection that
//! they wrote to, nor change what they changed. So the session that transactions belong to is
//! noted before the first of them, and what comes after it ends it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bson::{Document, doc};
use mongodb::Collection;

use super::Result;
use crate::store::Store;

const COLLECTION: &str = "bridge_session";
const ID: &str = "session";

/// The session of the bridge's transactions.
#[derive(Clone, Debug, Default)]
pub struct Session(Arc<Mutex<Option<Document>>>);

impl Session {
    /// Takes note of the session whose transaction is about to begin; most often it is the one
    /// before.
    pub async fn note(&self, store: &Store, id: &Document) -> Result<()> {
        if self.noted().as_ref() == Some(id) {
            return Ok(());
        }
        let noted = doc! { "_id": ID, "lsid": id.clone() };
        let collection = collection(store);
        let note = collection.replace_one(doc! { "_id": ID }, noted);
        store.bounded(note.upsert(true)).await?;
        *self.noted() = Some(id.clone());
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Option<Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the transaction of the session that was noted last, where it is still open. A user who
/// may read and write may do that: the session is its own. Where it cannot be done, the server
/// will, after a minute.
pub async fn end_last(store: &Store) {
    if let Err(error) = ended(store).await {
        tracing::debug!(cause = ?error, "an open transaction may stand in the way");
    }
}

async fn ended(store: &Store) -> Result<()> {
    let collection = collection(store);
    let noted = collection.find_one(doc! { "_id": ID });
    let noted = store.bounded(noted).await?;
    let Some(id) = noted.as_ref().and_then(|it| it.get_document("lsid").ok()) else {
        return Ok(());
    };
    let end = doc! { "killSessions": [id] };
    store.bounded(store.database().run_command(end)).await?;
    Ok(())
}

fn collection(store: &Store) -> Collection<Document> {
    store.database().collection(COLLECTION)
}
