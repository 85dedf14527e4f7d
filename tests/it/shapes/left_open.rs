//! A transaction that a killed process has left open: the server ends it after a minute.

use std::{sync::Arc, time::Duration};

use mongodb::bson::{Document, doc};
use salesgraph::{bridge::Bridge, model::Model};
use tokio::time::timeout;

use crate::support::{fresh_store, source_in};

const MODEL: &str = "[shop]\ncurrency = \"EUR\"\n[order]\nfrom = \"orders\"\nordered_at = \"at\"\n[line]\neach = \"items\"\nquantity = \"n\"\nunit_price = \"price\"\n";

#[tokio::test]
async fn it_does_not_stand_in_the_way_of_a_load() {
    let (source, store) = (fresh_store("open_source").await, fresh_store("open").await);
    let order =
        doc! { "_id": 1, "at": bson::DateTime::from_millis(0), "items": [{ "n": 1, "price": 1 }] };
    let orders = source.database().collection("orders");
    orders.insert_one(order).await.unwrap();
    // What the load drops and what it takes the place of, as a step in the middle has them.
    let database = store.database();
    let mut session = database.client().start_session().await.unwrap();
    for collection in ["orders", "orders_incoming"] {
        database.create_collection(collection).await.unwrap();
    }
    session.start_transaction().await.unwrap();
    for collection in ["orders", "orders_incoming"] {
        let collection = database.collection::<Document>(collection);
        let insert = collection.insert_one(doc! { "_id": "left" });
        insert.session(&mut session).await.unwrap();
    }
    let lsid = session.id().clone();
    let bridge_session = database.collection("bridge_session");
    let insert = bridge_session.insert_one(doc! { "_id": "session", "lsid": lsid });
    insert.await.unwrap();

    let model = Model::parse(MODEL, "shop.toml").unwrap();
    let bridge = Bridge::new(model, source_in(&source).await, store.clone());
    let started = bridge.start(Arc::new(|_, _| {}));
    let started = timeout(Duration::from_secs(20), started).await;
    started.expect("no minute is waited").unwrap();
    let orders = database.collection::<Document>("orders");
    let ids = orders.distinct("_id", doc! {}).await.unwrap();
    assert_eq!(ids, ["1".into()]);
}
