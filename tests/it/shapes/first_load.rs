//! The first load inserts documents, and writes over those whose ids are there already.

use mongodb::bson::{Document, doc};
use salesgraph::store::Error;

use crate::support::fresh_store;

#[tokio::test]
async fn ids_that_are_there_are_told_from_what_fails() {
    let store = fresh_store("duplicates").await;
    let collection = store.database().collection::<Document>("some");
    let insert = async |ids: &[i32]| {
        let documents = ids.iter().map(|id| doc! { "_id": id });
        let insert = collection.insert_many(documents).ordered(false);
        store.bounded(insert).await
    };
    insert(&[2, 4]).await.unwrap();
    let refused: Error = insert(&[1, 2, 3, 4]).await.unwrap_err();
    assert_eq!(refused.duplicates(), Some([1, 3].into()));
    assert_eq!(collection.count_documents(doc! {}).await.unwrap(), 4);

    // What a validator does not let in is no duplicate, nor is what stands beside it.
    let strict = doc! { "collMod": "some", "validator": { "_id": { "$lt": 10 } } };
    store.database().run_command(strict).await.unwrap();
    let refused: Error = insert(&[2, 11]).await.unwrap_err();
    assert_eq!(refused.duplicates(), None);
}
