//! API keys: made, kept as hashes in the shop's database, revoked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bson::{Bson, Document, doc};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use mongodb::Collection;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BadScope, Scope};
use crate::store::{self, Store};

/// The collection of keys.
const COLLECTION: &str = "api_keys";
/// What every key starts with, so that one that has leaked can be found.
const PREFIX: &str = "sg_";
/// MongoDB's code for a second document with the same id.
const DUPLICATE: i32 = 11000;

/// A key as whoever asks holds it; it is nowhere kept.
pub struct Key(String);

/// What is kept of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// What it is called.
    pub name: String,
    /// Of the key's text; of nothing where that cannot be read.
    pub(super) hash: String,
    /// When it was made, where that can be read.
    pub created_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// What it may see, or why that cannot be read: then the key opens nothing. Whether the
    /// shop has what it names is for who knows [the shop's words](Scope::check).
    pub scope: Result<Scope, BadKey>,
}

/// Why a key that is kept opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// It is not known what it may see.
    #[error(transparent)]
    Scope(#[from] BadScope),
    /// It was written by another hand, or is damaged.
    #[error("what is kept of it cannot be read: {0}")]
    Record(String),
}

/// A key as it stands in the database.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(rename = "_id")]
    name: String,
    hash: String,
    created_at: bson::DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<bson::DateTime>,
    scope: Document,
}

/// Why a key was not added.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is one of this name.
    #[error("there is a key `{0}` already; revoke it first, or give another name")]
    Taken(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// The database does not take it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Key {
    /// A new one, of 256 random bits.
    fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits))))
    }

    /// The key as text, to be shown once.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What is kept of a key's text.
pub(super) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// The keys of a shop.
#[derive(Clone, Debug)]
pub struct Keys(Store);

impl Keys {
    /// Those in this database.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(store)
    }

    /// Makes a key and keeps its hash.
    ///
    /// # Errors
    /// When there is one of this name, or the database does not take it.
    pub async fn add(
        &self,
        name: &str,
        scope: &Scope,
        created_at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Key, KeyError> {
        let key = Key::random().map_err(KeyError::NoRandomness)?;
        let scope = bson::serialize_to_document(scope).map_err(mongodb::error::Error::from);
        let stored = Stored {
            name: name.to_owned(),
            hash: hash(key.text()),
            created_at: created_at.into(),
            expires_at: expires_at.map(Into::into),
            scope: scope.map_err(store::Error::from)?,
        };
        let collection = self.collection();
        match self.0.bounded(collection.insert_one(stored)).await {
            Ok(_) => Ok(key),
            Err(error) if is_duplicate(&error) => Err(KeyError::Taken(name.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Every key, by name. Each is read by itself: one that is damaged must not keep the others
    /// from being revoked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self) -> store::Result<Vec<KeyRecord>> {
        let collection = self.collection().clone_with_type::<Document>();
        let find = async {
            let find = collection.find(doc! {}).sort(doc! { "_id": 1 });
            let cursor = find.max_time(self.0.deadline()).await?;
            cursor.try_collect::<Vec<_>>().await
        };
        let stored = self.0.bounded(find).await?;
        Ok(stored.into_iter().map(KeyRecord::of).collect())
    }

    /// Ends a key; whether there was one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke(&self, name: &str) -> store::Result<bool> {
        let collection = self.collection();
        let delete = collection.delete_one(doc! { "_id": name });
        let deleted = self.0.bounded(delete).await?;
        Ok(deleted.deleted_count > 0)
    }

    fn collection(&self) -> Collection<Stored> {
        self.0.database().collection(COLLECTION)
    }
}

fn is_duplicate(error: &store::Error) -> bool {
    use mongodb::error::{ErrorKind, WriteFailure};

    let store::Error::Failed(error) = error else {
        return false;
    };
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(it)) if it.code == DUPLICATE)
}

impl KeyRecord {
    /// What a document says of a key.
    fn of(document: Document) -> Self {
        let name = match document.get("_id") {
            Some(Bson::String(name)) => name.clone(),
            other => other.map(Bson::to_string).unwrap_or_default(),
        };
        match bson::deserialize_from_document::<Stored>(document) {
            Ok(stored) => stored.into(),
            Err(error) => Self {
                name,
                hash: String::new(),
                created_at: None,
                expires_at: None,
                scope: Err(BadKey::Record(error.to_string())),
            },
        }
    }
}

impl From<Stored> for KeyRecord {
    fn from(stored: Stored) -> Self {
        let scope = bson::deserialize_from_document::<Scope>(stored.scope);
        let scope = scope.map_err(|error| BadScope::Unreadable(error.to_string()));
        Self {
            name: stored.name,
            hash: stored.hash,
            created_at: Some(stored.created_at.to_chrono()),
            expires_at: stored.expires_at.map(bson::DateTime::to_chrono),
            scope: scope.map_err(BadKey::from),
        }
    }
}
