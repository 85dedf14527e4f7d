//! A shop that takes the place of the one in the database, once all of it is written.
//!
//! The documents are written into collections of their own, beside those that
//! are read. When all are there, each is renamed over the one it replaces,
//! which is one step for the server, with a replica set or without; the orders
//! come last. The four renames take some milliseconds together. A transaction
//! would have them all at one instant, but a standalone server has none, and
//! nowhere does one last for as long as a million orders take. A query that the
//! server is counting when its collection goes is ended with an error.

use bson::{Bson, Document, doc};
use futures::TryStreamExt;

use super::{Customer, Entity, Location, Order, Product, Result, Store};

/// Where the documents wait that will replace a collection.
#[must_use]
pub fn name(collection: &str) -> String {
    format!("{collection}_incoming")
}

/// In the order in which they are replaced.
const COLLECTIONS: [&str; 4] = [
    Location::COLLECTION,
    Product::COLLECTION,
    Customer::COLLECTION,
    Order::COLLECTION,
];

/// Makes the collections to write into, empty, with the options and indexes of
/// those that they will replace.
///
/// # Errors
/// When the database does not answer.
pub async fn prepare(store: &Store) -> Result<()> {
    discard(store).await?;
    for collection in COLLECTIONS {
        let held = options(store, collection).await?;
        let is_there = held.is_some();
        let mut create = doc! { "create": name(collection) };
        create.extend(held.unwrap_or_default());
        run(store, create).await?;
        if is_there {
            copy_indexes(store, collection).await?;
        }
    }
    Ok(())
}

/// Puts the collections into their places, after `others` that were written in the same way.
///
/// # Errors
/// When the database does not answer.
pub async fn take_over(store: &Store, others: &[&str]) -> Result<()> {
    let database = store.database();
    for collection in others.iter().copied().chain(COLLECTIONS) {
        let from = format!("{}.{}", database.name(), name(collection));
        let to = format!("{}.{collection}", database.name());
        let rename = doc! { "renameCollection": from, "to": to, "dropTarget": true };
        let admin = database.client().database("admin");
        store.bounded(admin.run_command(rename)).await?;
    }
    Ok(())
}

/// Takes away what did not come to its end.
///
/// # Errors
/// When the database does not answer.
pub async fn discard(store: &Store) -> Result<()> {
    for collection in COLLECTIONS {
        let waiting = store.database().collection::<Document>(&name(collection));
        store.bounded(waiting.drop()).await?;
    }
    Ok(())
}

/// The options that a collection was made with; `None` where there is no such collection.
async fn options(store: &Store, collection: &str) -> Result<Option<Document>> {
    let named = doc! { "name": collection };
    let listed = async {
        let mut listed = store.database().list_collections().filter(named).await?;
        listed.try_next().await
    };
    let Some(found) = store.bounded(listed).await? else {
        return Ok(None);
    };
    let options =
        bson::serialize_to_document(&found.options).map_err(mongodb::error::Error::from)?;
    Ok(Some(options))
}

/// Makes the collection's indexes on the one that will replace it, as the server describes
/// them, but for that of the ids, which all have.
async fn copy_indexes(store: &Store, collection: &str) -> Result<()> {
    let listed = async {
        let command = doc! { "listIndexes": collection };
        let cursor = store.database().run_cursor_command(command).await?;
        cursor.try_collect().await
    };
    let mut indexes: Vec<Document> = store.bounded(listed).await?;
    indexes.retain(|index| index.get("name") != Some(&Bson::from("_id_")));
    if indexes.is_empty() {
        return Ok(());
    }
    let create = doc! { "createIndexes": name(collection), "indexes": indexes };
    run(store, create).await
}

async fn run(store: &Store, command: Document) -> Result<()> {
    // Nothing is indexed yet: neither takes long.
    store.bounded(store.database().run_command(command)).await?;
    Ok(())
}
