//! An oplog that no longer has what was missed.

use bson::{Document, Timestamp, doc};
use rustix::process::Signal;
use salesgraph::store::Store;

use super::{
    FIGURES, PATIENCE, Server, database::Database, fill, fresh, killed::sale, order, signal, store,
    until,
};
use crate::shops::source::MODEL;

/// A server of an oplog as small as can be, which goes to disk as soon as can be: what has
/// not is kept.
const SMALL: [&str; 2] = ["--oplogSize=1", "--syncdelay=1"];

/// The first of what is still known to have changed.
async fn oldest(store: &Store) -> Timestamp {
    let oplog = store.database().client().database("local");
    let oplog = oplog.collection::<Document>("oplog.rs");
    let first = oplog.find_one(doc! {}).sort(doc! { "$natural": 1 });
    first.await.unwrap().unwrap().get_timestamp("ts").unwrap()
}

/// Writes elsewhere until the oplog has nothing any more of what has changed by now.
async fn roll_over(store: &Store) {
    let now = store.cluster_time().await.unwrap().unwrap();
    let elsewhere = store.database().client().database("elsewhere");
    let elsewhere = elsewhere.collection::<Document>("notes");
    until("the oplog rolls over", PATIENCE, async || {
        let note = || doc! { "note": "x".repeat(100_000) };
        let notes = (0..10).map(|_| note());
        elsewhere.insert_many(notes).await.unwrap();
        (oldest(store).await > now).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_oplog_that_has_rolled_over_is_made_up_for() {
    let database = Database::start(&SMALL).await;
    let uri = database.uri();
    let shop = store(&uri, "rolled").await;
    fill(&shop, 100).await;
    let own = store(&uri, "rolled_source").await;
    let own = own.database().collection::<Document>("orders");
    own.insert_many((0..100).map(|id| sale(id, 10)))
        .await
        .unwrap();

    let folder = crate::cli::folder();
    let model = folder.path().join("shop.toml");
    std::fs::write(&model, MODEL).unwrap();
    let of_its_own = [
        "--model",
        model.to_str().unwrap(),
        "--source-uri",
        &uri,
        "--source-database",
        "rolled_source",
    ];
    let bridge = Server::start(&uri, "rolled_copy", &of_its_own).await;
    let auto = Server::start(&uri, "rolled", &[]).await;
    for (server, database) in [(&auto, "rolled"), (&bridge, "rolled_copy")] {
        let figures = fresh(&uri, database, 100).await;
        server.gives_from_memory(&figures).await;
        signal(server.process.id(), Signal::STOP);
    }

    let orders = shop.orders().clone_with_type::<Document>();
    let some = doc! { "$expr": { "$lt": [{ "$strLenCP": "$_id" }, 3] } };
    orders.delete_many(some).await.unwrap();
    orders.insert_many((100..150).map(order)).await.unwrap();
    own.delete_many(doc! { "_id": { "$lt": 10 } })
        .await
        .unwrap();
    own.insert_many((100..150).map(|id| sale(id, 10)))
        .await
        .unwrap();
    roll_over(&shop).await;
    for server in [&auto, &bridge] {
        signal(server.process.id(), Signal::CONT);
    }

    auto.gives_from_memory(&fresh(&uri, "rolled", 140).await)
        .await;
    until("the bridge has made up for it", PATIENCE, async || {
        let answer = bridge.ask(FIGURES).await.ok()?;
        (answer["data"]["kpis"]["orderCount"] == 140).then_some(())
    })
    .await;
    bridge
        .gives_from_memory(&fresh(&uri, "rolled_copy", 140).await)
        .await;
    // And followed from there.
    own.insert_one(sale(200, 10)).await.unwrap();
    until("the bridge follows on", PATIENCE, async || {
        let answer = bridge.ask(FIGURES).await.ok()?;
        (answer["data"]["kpis"]["orderCount"] == 141).then_some(())
    })
    .await;
}
