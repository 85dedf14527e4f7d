//! The harness itself: what it promises, the other tests rely on.

use mongodb::bson::doc;

use crate::support::{counted, fresh_store, shared_dir};

#[tokio::test]
async fn stores_of_one_name_are_apart_and_fit_the_limit() {
    let name = "a name that is much longer than the sixty-three bytes of a database's name";
    let (one, two) = (fresh_store(name).await, fresh_store(name).await);
    assert_ne!(one.database().name(), two.database().name());
    let note = doc! { "_id": 1 };
    one.database()
        .collection("x")
        .insert_one(note)
        .await
        .unwrap();
    assert_eq!(
        two.database().list_collection_names().await.unwrap().len(),
        0
    );
}

#[tokio::test]
async fn commands_are_counted_by_name() {
    let (store, commands) = counted(&fresh_store("counted").await).await;
    store.orders().find_one(doc! {}).await.unwrap();
    store.orders().count_documents(doc! {}).await.unwrap();
    assert_eq!(commands.count("find"), 1);
    assert_eq!(commands.count("aggregate"), 1);
    assert_eq!(commands.count("getMore"), 0);
    assert_eq!(commands.counts().values().sum::<usize>(), 2);
    commands.reset();
    assert!(commands.counts().is_empty());
}

#[test]
fn the_shared_folder_is_the_right_one() {
    let Some(folder) = shared_dir() else {
        eprintln!("skipped: there is no folder of shared data");
        return;
    };
    assert!(folder.join("METRICS.md").is_file());
}
