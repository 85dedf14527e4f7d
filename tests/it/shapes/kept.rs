//! A database that is changed as programs change theirs: document by document.

use std::collections::BTreeMap;

use mongodb::{
    ClientSession,
    bson::{Bson, Document, doc},
};
use salesgraph::store::Store;

use super::written::Documents;
use crate::engines::dice::Dice;

/// A database, and what stands in it.
pub struct Kept {
    store: Store,
    documents: BTreeMap<(&'static str, String), Document>,
}

/// A command that changes one document.
fn change(
    collection: &str,
    before: Option<&Document>,
    now: Option<&Document>,
    sets: bool,
) -> Document {
    let by_id = |document: &Document| doc! { "_id": document.get("_id").cloned() };
    match (before, now) {
        (None, Some(now)) => doc! { "insert": collection, "documents": [now.clone()] },
        (Some(before), None) => {
            doc! { "delete": collection, "deletes": [{ "q": by_id(before), "limit": 1 }] }
        }
        (Some(before), Some(now)) => {
            let update = if sets {
                difference(before, now)
            } else {
                now.clone()
            };
            doc! { "update": collection, "updates": [{ "q": by_id(before), "u": update }] }
        }
        (None, None) => unreachable!("nothing is no change"),
    }
}

/// What turns one document into the other, field by field.
fn difference(before: &Document, now: &Document) -> Document {
    let changed = now
        .iter()
        .filter(|(field, value)| before.get(*field) != Some(value));
    let set: Document = changed
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    let gone = before.keys().filter(|field| !now.contains_key(*field));
    let unset: Document = gone.map(|field| (field.clone(), Bson::from(""))).collect();
    let parts = [("$set", set), ("$unset", unset)];
    let parts = parts.into_iter().filter(|(_, fields)| !fields.is_empty());
    parts
        .map(|(operator, fields)| (operator.to_owned(), fields.into()))
        .collect()
}

impl Kept {
    /// An empty database with these collections.
    pub async fn new(store: Store, collections: &[&str]) -> Self {
        for collection in collections {
            store
                .database()
                .create_collection(*collection)
                .await
                .unwrap();
        }
        Self {
            store,
            documents: BTreeMap::new(),
        }
    }

    /// Changes what has to be changed for these documents to stand there, in any order, at
    /// once or one after the other.
    pub async fn becomes(&mut self, documents: Documents, dice: &mut Dice) {
        let named = documents.into_iter().map(|(collection, document)| {
            let id = document.get("_id").unwrap().to_string();
            ((collection, id), document)
        });
        let now: BTreeMap<_, _> = named.collect();
        let mut changes = Vec::new();
        let keys = self
            .documents
            .keys()
            .chain(now.keys().filter(|it| !self.documents.contains_key(*it)));
        for key in keys {
            let (before, after) = (self.documents.get(key), now.get(key));
            if before != after {
                changes.push(change(key.0, before, after, dice.percent(50)));
            }
        }
        self.documents = now;
        let mut session = self.session(dice.percent(30)).await;
        while !changes.is_empty() {
            let change = changes.swap_remove(dice.below(changes.len()));
            self.run(change, session.as_mut()).await;
        }
        if let Some(mut session) = session {
            session.commit_transaction().await.unwrap();
        }
    }

    /// Drops a collection and writes it anew, as a backup that is restored does.
    pub async fn restored(&mut self, collection: &'static str, dice: &mut Dice) {
        let (restored, others) = std::mem::take(&mut self.documents)
            .into_iter()
            .partition(|(key, _)| key.0 == collection);
        self.documents = others;
        let database = self.store.database();
        database
            .collection::<Document>(collection)
            .drop()
            .await
            .unwrap();
        database.create_collection(collection).await.unwrap();
        let all = [restored, self.documents.clone()].into_iter().flatten();
        let all = all.map(|((collection, _), document)| (collection, document));
        self.becomes(all.collect(), dice).await;
    }

    async fn session(&self, transaction: bool) -> Option<ClientSession> {
        if !transaction {
            return None;
        }
        let mut session = self
            .store
            .database()
            .client()
            .start_session()
            .await
            .unwrap();
        session.start_transaction().await.unwrap();
        Some(session)
    }

    async fn run(&self, change: Document, session: Option<&mut ClientSession>) {
        let text = change.to_string();
        let command = self.store.database().run_command(change);
        let reply = match session {
            Some(session) => command.session(session).await,
            None => command.await,
        };
        assert_eq!(reply.unwrap().get_i32("n").unwrap(), 1, "{text}");
    }
}
