//! Collections that are dropped, renamed and restored while they are followed and asked.

use std::sync::Arc;

use bson::{Document, doc};
use salesgraph::store::Store;

use super::{FIGURES, GOOD_AGAIN, Server, assert_among, clients::Clients, fill, fresh, order};
use crate::support::{BothEngines, Shop, caught_up, fresh_store, replica, server_uri};

/// The documents of a shop as a backup has them.
async fn backup(store: &Store) -> Vec<(&'static str, Vec<Document>)> {
    let mut all = Vec::new();
    for name in ["customers", "orders", "products", "shop"] {
        let collection = store.database().collection::<Document>(name);
        let found = collection.find(doc! {}).await.unwrap();
        let documents = futures::TryStreamExt::try_collect(found).await.unwrap();
        all.push((name, documents));
    }
    all
}

/// Puts a backup in the place of what is there, as `mongorestore --drop` does.
async fn restore(store: &Store, backup: &[(&'static str, Vec<Document>)]) {
    for (name, documents) in backup {
        let collection = store.database().collection::<Document>(name);
        collection.drop().await.unwrap();
        store.database().create_collection(*name).await.unwrap();
        for some in documents.chunks(40) {
            collection.insert_many(some).await.unwrap();
        }
    }
}

/// Puts a collection of so many orders in the place of the one that is there.
async fn rename_over(store: &Store, orders: usize) {
    let name = store.database().name();
    let staged = store.database().collection::<Document>("staged");
    let documents = (0..orders).map(order);
    staged.insert_many(documents).await.unwrap();
    let rename = doc! {
        "renameCollection": format!("{name}.staged"), "to": format!("{name}.orders"),
        "dropTarget": true,
    };
    let admin = store.database().client().database("admin");
    admin.run_command(rename).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn collections_that_come_and_go_are_followed() {
    const LISTS: &str = "{ kpis { orderCount breakdown(by: PRODUCT) { groupCount } }
        orders(first: 2) { totalCount edges { node { code customer { name } } } } }";
    let store = fresh_store("bad_day").await;
    let database = store.database().name();
    fill(&store, 200).await;
    let [auto, mongo] = Server::both(server_uri(), database).await;
    auto.gives_from_memory(&fresh(server_uri(), database, 200).await)
        .await;
    let clients = [
        Clients::of(&auto, 2, FIGURES),
        Clients::of(&mongo, 4, LISTS),
    ];
    let are_right = async |orders| {
        let figures = fresh(server_uri(), database, orders).await;
        mongo.gives(&figures, GOOD_AGAIN).await;
        auto.gives_from_memory(&figures).await;
    };
    let kept = backup(&store).await;
    for orders in [150, 250] {
        rename_over(&store, orders).await;
        are_right(orders).await;
    }
    let orders = store.orders().clone_with_type::<Document>();
    orders.drop().await.unwrap();
    are_right(0).await;
    orders.insert_many((0..30).map(order)).await.unwrap();
    are_right(30).await;
    restore(&store, &kept).await;
    are_right(200).await;
    orders.insert_one(order(200)).await.unwrap();
    are_right(201).await;
    for (clients, is_ready) in clients.iter().zip([&auto, &mongo]) {
        // A restore takes one collection after the other away: who meets three of them is told.
        assert_among(clients.codes(), &["DATABASE_UNAVAILABLE".to_owned()]);
        is_ready.is_ready(true).await;
    }
}

/// What has changed and what there is now do not fit into one message.
#[tokio::test]
async fn a_change_of_nearly_all_that_a_document_may_hold_is_followed() {
    let store = fresh_store("large").await;
    fill(&store, 10).await;
    let replica = replica(&store);
    caught_up(&replica).await;
    let before = Arc::clone(&replica.view().unwrap().snapshot);
    let orders = store.orders().clone_with_type::<Document>();
    let large = doc! { "$set": { "note": "x".repeat(9 << 20), "status": "returned" } };
    orders
        .update_one(doc! { "_id": "o1" }, large)
        .await
        .unwrap();
    caught_up(&replica).await;
    assert!(!Arc::ptr_eq(&before, &replica.view().unwrap().snapshot));
    let choice = salesgraph::engine::Choice::Memory(replica);
    let followed = Shop::counted_by(choice, store.clone()).data(FIGURES).await;
    assert_eq!(followed, BothEngines::over(store).await.data(FIGURES).await);
}
