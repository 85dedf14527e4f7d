//! The source as a stranger's server: only read, by a user who may do no more, and gone
//! or changed at times.

use std::{
    fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio, sync::Arc, time::Duration,
};

use mongodb::{
    Client, Collection,
    bson::{DateTime, Document, doc},
};
use salesgraph::{
    bridge::{Bridge, Error, Source},
    model::Model,
    mongod::{Mongod, Options},
    store::{self, Store},
};
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
};

use crate::support::{fresh_store, program, server_folder, server_uri};

pub const MODEL: &str = r#"
[shop]
currency = "EUR"

[order]
from = "orders"
ordered_at = "at"

[line]
each = "items"
quantity = "n"
revenue = "amount"
"#;

fn order(id: i32, amount: f64) -> Document {
    doc! { "_id": id, "at": DateTime::from_millis(1_720_000_000_000), "items": [{ "n": 1, "amount": amount }] }
}

async fn source(uri: &str, database: &str) -> Source {
    let options = store::Options {
        uri: uri.to_owned(),
        database: database.to_owned(),
        deadline: Duration::from_secs(10),
    };
    Source::connect(&options).await.unwrap()
}

fn bridge(source: Source, store: &Store) -> Bridge {
    Bridge::new(
        Model::parse(MODEL, "shop.toml").unwrap(),
        source,
        store.clone(),
    )
}

/// A shop of these orders, its canonical copy, and what follows it.
struct Followed {
    orders: Collection<Document>,
    store: Store,
    following: JoinHandle<()>,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl Followed {
    async fn start(name: &str, model: &str, documents: Vec<Document>) -> Self {
        let shop = fresh_store(&format!("{name}_source")).await;
        let orders = shop.database().collection::<Document>("orders");
        orders.insert_many(documents).await.unwrap();
        let store = fresh_store(name).await;
        let source = source(server_uri(), shop.database().name()).await;
        let model = Model::parse(model, "shop.toml").unwrap();
        let bridge = Bridge::new(model, source, store.clone());
        let following = bridge.start(Arc::new(|_, _| {})).await.unwrap();
        Self {
            orders,
            store,
            following: tokio::spawn(following.run(Duration::from_secs(3600))),
        }
    }
}

/// Waits until the canonical orders are as many.
async fn has(store: &Store, orders: u64) {
    for _ in 0..2400 {
        if store.orders().count_documents(doc! {}).await.unwrap() == orders {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("there are not {orders} orders");
}

#[tokio::test]
async fn a_user_who_may_only_find_and_watch_is_enough() {
    let folder = server_folder();
    let options = Options::new(program(), folder.path());
    let mongod = Mongod::start(options).await.unwrap();
    let port = mongod.port();
    let open = Client::with_uri_str(mongod.uri()).await.unwrap();
    let admin = open.database("admin");
    let reading = doc! { "resource": { "db": "shop", "collection": "" }, "actions": ["find", "changeStream"] };
    let role = doc! { "createRole": "salesgraph", "privileges": [reading], "roles": [] };
    admin.run_command(role).await.unwrap();
    for (user, role) in [("owner", "root"), ("reader", "salesgraph")] {
        let user = doc! { "createUser": user, "pwd": "r", "roles": [role] };
        admin.run_command(user).await.unwrap();
    }
    mongod.stop().await.unwrap();

    let _locked = locked(folder.path(), port);
    let as_user = |user| format!("mongodb://{user}:r@127.0.0.1:{port}/?directConnection=true");
    let owner = Client::with_uri_str(as_user("owner")).await.unwrap();
    let orders = owner.database("shop").collection::<Document>("orders");
    orders
        .insert_many([order(1, 1.5), order(2, 2.5)])
        .await
        .unwrap();
    let reader = Client::with_uri_str(as_user("reader")).await.unwrap();
    let reader = reader.database("shop").collection("orders");
    assert!(reader.insert_one(order(9, 1.0)).await.is_err());

    let store = fresh_store("read_only").await;
    let source = source(&as_user("reader"), "shop").await;
    let following = bridge(source, &store)
        .start(Arc::new(|_, _| {}))
        .await
        .unwrap();
    has(&store, 2).await;
    let following = tokio::spawn(following.run(Duration::from_secs(3600)));
    orders.insert_one(order(3, 4.0)).await.unwrap();
    has(&store, 3).await;
    following.abort();
}

/// The same server under access control; it ends when this is dropped.
fn locked(folder: &Path, port: u16) -> Child {
    let key = folder.join("key");
    fs::write(&key, "c2FsZXNncmFwaA==").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    Command::new(program())
        .args(["--replSet", "salesgraph", "--bind_ip", "127.0.0.1"])
        .args(["--port", &port.to_string()])
        .arg("--dbpath")
        .arg(folder.join("db"))
        .arg("--keyFile")
        .arg(key)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_dropped_collection_is_loaded_again() {
    let two = vec![order(1, 1.5), order(2, 2.5)];
    let shop = Followed::start("dropped", MODEL, two).await;
    shop.orders.drop().await.unwrap();
    let others = (10..15).map(|id| order(id, 1.0));
    shop.orders.insert_many(others).await.unwrap();
    has(&shop.store, 5).await;
    // And followed from there.
    shop.orders.insert_one(order(20, 1.0)).await.unwrap();
    has(&shop.store, 6).await;
}

#[tokio::test]
async fn a_shop_that_never_rests_is_loaded_all_the_same() {
    let shop = fresh_store("restless_source").await;
    let orders = shop.database().collection::<Document>("orders");
    orders
        .insert_many((0..2_000).map(|id| order(id, 1.0)))
        .await
        .unwrap();
    let writing = tokio::spawn(async move {
        for id in 10_000.. {
            orders.insert_one(order(id, 1.0)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let store = fresh_store("restless").await;
    let source = source(server_uri(), shop.database().name()).await;
    let started = bridge(source, &store).start(Arc::new(|_, _| {}));
    let started = tokio::time::timeout(Duration::from_secs(30), started).await;
    assert!(started.expect("it ends").is_ok());
    assert!(!writing.is_finished());
    assert!(store.orders().count_documents(doc! {}).await.unwrap() >= 2_000);
    writing.abort();
}

#[tokio::test]
async fn a_document_of_the_order_s_own_id_is_followed_too() {
    let shop = fresh_store("same_id_source").await;
    let shipments = shop.database().collection::<Document>("shipments");
    let shipped =
        |days: i64| doc! { "at": DateTime::from_millis(1_720_000_000_000 + days * 86_400_000) };
    let mut first = shipped(1);
    first.insert("_id", 1);
    shipments.insert_one(first).await.unwrap();
    let orders = shop.database().collection::<Document>("orders");
    orders.insert_one(order(1, 1.0)).await.unwrap();
    let store = fresh_store("same_id").await;
    let model = MODEL.replace(
        "ordered_at = \"at\"",
        "ordered_at = \"at\"\nshipped_at = { lookup = \"shipment\", path = \"at\" }",
    ) + "[lookups.shipment]\nfrom = \"shipments\"\nkey = \"_id\"\n";
    let model = Model::parse(&model, "shop.toml").unwrap();
    let source = source(server_uri(), shop.database().name()).await;
    let started = Bridge::new(model, source, store.clone()).start(Arc::new(|_, _| {}));
    let following = tokio::spawn(started.await.unwrap().run(Duration::from_secs(3600)));
    let later = doc! { "$set": shipped(3) };
    shipments
        .update_one(doc! { "_id": 1 }, later)
        .await
        .unwrap();
    let days = async || {
        let order = store
            .orders()
            .find_one(doc! { "_id": "1" })
            .await
            .unwrap()
            .unwrap();
        (order.shipped_at.unwrap() - order.ordered_at).num_days()
    };
    for _ in 0..200 {
        if days().await == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(days().await, 3);
    following.abort();
}

#[tokio::test]
async fn another_source_is_another_shop() {
    let store = fresh_store("another").await;
    for (name, count) in [("another_one", 2), ("another_other", 3)] {
        let shop = fresh_store(name).await;
        let orders = shop.database().collection::<Document>("orders");
        let documents = (0..count).map(|id| order(id, 1.0));
        orders.insert_many(documents).await.unwrap();
        let source = source(server_uri(), shop.database().name()).await;
        let started = bridge(source, &store).start(Arc::new(|_, _| {})).await;
        assert!(started.is_ok());
        let found = store.orders().count_documents(doc! {}).await.unwrap();
        assert_eq!(found, u64::try_from(count).unwrap(), "{name}");
    }
}

#[tokio::test]
async fn a_transaction_shows_whole() {
    let two = vec![order(1, 50.0), order(2, 50.0)];
    let shop = Followed::start("whole", MODEL, two).await;
    let store = &shop.store;
    let shifting = tokio::spawn(shift_to_and_fro(shop.orders.clone()));
    // Whatever is moved from one order to the other, both are worth 100 together.
    let reading = store.database().client();
    let mut seen = std::collections::BTreeSet::new();
    while !shifting.is_finished() {
        let mut session = reading.start_session().snapshot(true).await.unwrap();
        let orders = store.database().collection::<Document>("orders");
        let sums = orders.aggregate([
            doc! { "$unwind": "$lines" },
            doc! { "$group": { "_id": null, "sum": { "$sum": "$lines.revenue" }, "first": { "$first": "$lines.revenue" } } },
        ]);
        let mut cursor = sums.session(&mut session).await.unwrap();
        let sum = cursor.next(&mut session).await.unwrap().unwrap();
        assert_eq!(sum.get("sum").unwrap().to_string(), "100");
        seen.insert(sum.get("first").unwrap().to_string());
    }
    shifting.await.unwrap();
    has_amount(store, "1", "110").await;
    assert!(seen.len() > 2, "it was seen to move: {seen:?}");
}

/// Waits until the order's line has this revenue.
async fn has_amount(store: &Store, id: &str, amount: &str) {
    for _ in 0..200 {
        let order = store.database().collection::<Document>("orders");
        let order = order.find_one(doc! { "_id": id }).await.unwrap().unwrap();
        let line = order.get_array("lines").unwrap()[0].as_document().unwrap();
        if line.get("revenue").unwrap().to_string() == amount {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the amount is not {amount}");
}

async fn shift_to_and_fro(orders: mongodb::Collection<Document>) {
    let client = orders.client();
    for amount in 1..=60 {
        let mut session = client.start_session().await.unwrap();
        session.start_transaction().await.unwrap();
        for (id, amount) in [(1, 50 + amount), (2, 50 - amount)] {
            let change = doc! { "$set": { "items.0.amount": amount } };
            let update = orders.update_one(doc! { "_id": id }, change);
            update.session(&mut session).await.unwrap();
        }
        session.commit_transaction().await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_named_with_those_that_are() {
    let shop = fresh_store("named_source").await;
    let database = shop.database().name().to_owned();
    let receipts = shop.database().collection::<Document>("receipts");
    receipts.insert_one(order(1, 1.0)).await.unwrap();
    let store = fresh_store("named").await;
    let of_shop = source(server_uri(), &database).await;
    let refused = bridge(of_shop, &store)
        .start(Arc::new(|_, _| {}))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::NoCollection { .. }));
    let refused = refused.to_string();
    assert!(
        refused.starts_with("shop.toml:6: there is no collection `orders`"),
        "{refused}"
    );
    assert!(refused.ends_with("it has receipts"), "{refused}");
    let empty = source(server_uri(), "nobody_s_shop").await;
    let refused = bridge(empty, &store).start(Arc::new(|_, _| {})).await;
    assert!(matches!(refused, Err(Error::NoCollection { .. })));
}

#[tokio::test]
async fn an_order_without_its_id_is_told_of_until_it_is_mended() {
    let mut named = order(1, 1.5);
    // An `_id` of several fields, which the order's own id is read from.
    named.insert("_id", doc! { "shop": 7, "number": 12.0 });
    let mut nameless = order(2, 2.5);
    nameless.insert("_id", doc! { "shop": 7 });
    let model = MODEL.replace(
        "from = \"orders\"",
        "from = \"orders\"\nid = [\"_id.shop\", \"_id.number\"]",
    );
    let shop = Followed::start("nameless", &model, vec![named, nameless]).await;
    let (orders, store) = (&shop.orders, &shop.store);
    let rejects = store.rejects().await.unwrap();
    assert_eq!((rejects.len(), rejects[0].count), (1, 1));
    assert_eq!(rejects[0].reason, "no `id` that can be read");

    orders
        .delete_one(doc! { "_id": { "shop": 7 } })
        .await
        .unwrap();
    let change = doc! { "$set": { "items.0.amount": 9.0 } };
    let named = doc! { "_id": { "shop": 7, "number": 12.0 } };
    orders.update_one(named, change).await.unwrap();
    for _ in 0..200 {
        if store.rejects().await.unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(store.rejects().await.unwrap(), []);
    has_amount(store, "7|12", "9").await;
    has(store, 1).await;
}
