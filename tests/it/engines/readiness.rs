//! When memory answers, when `MongoDB` does, and what becomes of a replica whose database fails it.

use std::time::Duration;

use bson::{Bson, Document, doc};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use mongodb::Collection;
use salesgraph::{
    engine::{Choice, memory::Replica},
    store::{Options, Store},
};
use serde_json::Value;

use crate::{
    small_shop::small_shop,
    support::{
        Served, Shop, caught_up, fresh_store, program, replica, replica_within, server_folder,
    },
};

const ORDERS: &str = "{ kpis { orderCount } }";

/// How many orders a shop counts, and the engine that counted them.
async fn orders(shop: &Shop) -> (i64, String) {
    let response = shop.execute(ORDERS).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let data = response.data.into_json().unwrap();
    let engine = response.extensions.get("engine").cloned().unwrap();
    let engine = engine.into_json().unwrap();
    let used: Vec<&String> = engine.as_object().unwrap().keys().collect();
    let [used] = used.as_slice() else {
        panic!("one engine expected, not {used:?}");
    };
    (
        data["kpis"]["orderCount"].as_i64().unwrap(),
        (*used).clone(),
    )
}

fn auto(replica: &Replica, store: &Store) -> Shop {
    Shop::counted_by(Choice::Auto(replica.clone()), store.clone())
}

fn memory(replica: &Replica, store: &Store) -> Shop {
    Shop::counted_by(Choice::Memory(replica.clone()), store.clone())
}

async fn assert_counted(shop: &Shop, many: i64, engine: &str) {
    assert_eq!(orders(shop).await, (many, engine.to_owned()));
}

/// An order that counts, of nobody.
fn order(id: &str) -> Document {
    doc! {
        "_id": id, "orderedAt": bson::DateTime::from_millis(1_700_000_000_000),
        "status": "completed", "lines": [{ "quantity": 1, "revenue": 10 }],
    }
}

fn documents(store: &Store) -> Collection<Document> {
    store.orders().clone_with_type()
}

async fn assert_not_ready(shop: &Shop) {
    let response = shop.execute(ORDERS).await;
    let extensions = response.errors[0].extensions.as_ref().unwrap();
    let code = async_graphql::Value::from("ENGINE_NOT_READY");
    assert_eq!(extensions.get("code"), Some(&code));
}

#[tokio::test]
async fn an_answer_says_who_counted_what() {
    let store = small_shop("who").await;
    let shop = Shop::in_memory(store.clone()).await;
    let before = store_time(&store).await;
    let query = "{ kpis { orderCount timeSeries(grain: MONTH) { kpis { totalSales } } } shop { freshness { asOf } } }";
    let response = shop.execute(query).await;
    let engine = response.extensions["engine"].clone().into_json().unwrap();
    assert_eq!(engine["memory"]["passes"], 2, "{engine}");
    assert!(engine["memory"]["milliseconds"].as_f64().unwrap() > 0.0);
    // Two passes over the same orders, of which the small shop has nine, on one walk or two.
    let read = engine["memory"]["ordersRead"].as_i64().unwrap();
    assert!([9, 18].contains(&read), "{engine}");
    assert_eq!(engine.get("mongo"), None);
    let data = response.data.into_json().unwrap();
    let as_of = data["shop"]["freshness"]["asOf"].as_str().unwrap();
    let as_of: DateTime<Utc> = as_of.parse().unwrap();
    assert!(as_of < store_time(&store).await && before - as_of < chrono::TimeDelta::seconds(5));

    let response = Shop::over(store.clone()).execute(query).await;
    let engine = response.extensions["engine"].clone().into_json().unwrap();
    assert_eq!(engine["mongo"]["passes"], 2, "{engine}");
    assert_eq!(engine["mongo"].get("ordersRead"), None);
    // `MongoDB` counts what is there at the time of asking, which stands still in tests.
    let data = response.data.into_json().unwrap();
    assert_eq!(
        data["shop"]["freshness"]["asOf"],
        "2024-04-10T10:00:00+00:00"
    );
}

#[tokio::test]
async fn metrics_say_who_counted_how_much_and_how_long_it_took() {
    let store = small_shop("metrics").await;
    let memory = Served::in_memory(store.clone());
    memory.data(ORDERS).await;
    Served::start(store).data(ORDERS).await;
    let metrics = memory.metrics().await;
    // Tests side by side add to them, too.
    let value = |name: &str| {
        let line = metrics.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.rsplit_once(' '));
        let value = value.unwrap_or_else(|| panic!("no {name} in {metrics}")).1;
        value.parse::<f64>().unwrap()
    };
    for engine in ["memory", "mongo"] {
        let of = |name: &str| value(&format!("{name}{{engine=\"{engine}\"}}"));
        assert!(of("salesgraph_engine_passes_total") >= 1.0);
        assert!(of("salesgraph_engine_duration_seconds_count") >= 1.0);
        assert!(of("salesgraph_engine_duration_seconds_sum") > 0.0);
    }
    assert!(value("salesgraph_engine_orders_read_total{engine=\"memory\"}") >= 9.0);
    assert!(
        metrics.contains("# HELP salesgraph_memory_ready"),
        "{metrics}"
    );
}

/// What time it is at the database.
async fn store_time(store: &Store) -> DateTime<Utc> {
    let hello = store.database().run_command(doc! { "hello": 1 });
    let hello = hello.await.unwrap();
    // It is cut to whole milliseconds.
    hello.get_datetime("localTime").unwrap().to_chrono() + chrono::TimeDelta::milliseconds(1)
}

#[tokio::test]
async fn a_shop_beyond_the_budget_is_counted_by_mongodb() {
    let store = small_shop("budget").await;
    let replica = replica_within(100, &store);
    caught_up(&replica).await;
    assert_counted(&auto(&replica, &store), 7, "mongo").await;
    assert_not_ready(&memory(&replica, &store)).await;
}

#[tokio::test]
async fn an_amount_beyond_63_bits_is_counted_by_mongodb() {
    let store = small_shop("beyond").await;
    let replica = replica(&store);
    caught_up(&replica).await;
    assert_counted(&auto(&replica, &store), 7, "memory").await;
    let digits: bson::Decimal128 = "0.1000000000000000000000001".parse().unwrap();
    let mut order = order("beyond");
    order.insert("lines", vec![doc! { "quantity": 1, "revenue": digits }]);
    documents(&store).insert_one(order).await.unwrap();
    caught_up(&replica).await;
    assert_counted(&auto(&replica, &store), 8, "mongo").await;

    documents(&store)
        .delete_one(doc! { "_id": "beyond" })
        .await
        .unwrap();
    reloaded(&replica).await;
    assert_counted(&auto(&replica, &store), 7, "memory").await;
}

/// Asks for a load, and waits until the replica is ready again.
async fn reloaded(replica: &Replica) {
    replica.reload();
    let ready = async {
        while replica.view().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ready)
        .await
        .unwrap();
    caught_up(replica).await;
}

#[tokio::test]
async fn dropped_collections_are_forgotten() {
    let store = small_shop("dropped").await;
    let replica = replica(&store);
    let shop = memory(&replica, &store);
    caught_up(&replica).await;
    assert_counted(&shop, 7, "memory").await;
    documents(&store).drop().await.unwrap();
    caught_up(&replica).await;
    assert_counted(&shop, 0, "memory").await;
    documents(&store).insert_one(order("first")).await.unwrap();
    caught_up(&replica).await;
    assert_counted(&shop, 1, "memory").await;

    documents(&store).insert_one(order("second")).await.unwrap();
    store.database().drop().await.unwrap();
    caught_up(&replica).await;
    assert_counted(&shop, 0, "memory").await;
    documents(&store).insert_one(order("third")).await.unwrap();
    caught_up(&replica).await;
    assert_counted(&shop, 1, "memory").await;
}

#[tokio::test]
async fn a_renamed_collection_takes_the_place_of_another() {
    let store = fresh_store("renamed").await;
    documents(&store).insert_one(order("old")).await.unwrap();
    let replica = replica(&store);
    let shop = memory(&replica, &store);
    caught_up(&replica).await;
    assert_counted(&shop, 1, "memory").await;
    let name = store.database().name();
    let staged: Collection<Document> = store.database().collection("staged");
    staged.insert_many([order("1"), order("2")]).await.unwrap();
    let rename = doc! {
        "renameCollection": format!("{name}.staged"), "to": format!("{name}.orders"),
        "dropTarget": true,
    };
    let admin = store.database().client().database("admin");
    admin.run_command(rename).await.unwrap();
    caught_up(&replica).await;
    assert_counted(&shop, 2, "memory").await;
}

#[tokio::test]
async fn a_stream_that_was_killed_goes_on() {
    let store = small_shop("killed").await;
    let replica = replica(&store);
    let shop = memory(&replica, &store);
    caught_up(&replica).await;
    for round in 0..3 {
        assert!(kill_stream(&store).await > 0, "there is a stream to kill");
        let id = format!("after {round}");
        documents(&store).insert_one(order(&id)).await.unwrap();
        caught_up(&replica).await;
        assert_counted(&shop, 8 + round, "memory").await;
    }
}

/// Kills the cursors of a database's change streams; how many there were.
async fn kill_stream(store: &Store) -> usize {
    let admin = store.database().client().database("admin");
    let ops = doc! { "aggregate": 1, "cursor": {}, "pipeline": [
        { "$currentOp": { "idleCursors": true, "allUsers": true } },
        { "$match": { "cursor.tailable": true, "ns": format!("{}.$cmd.aggregate", store.database().name()) } },
    ] };
    let mut killed = 0;
    // Between two questions it is idle, else it is being waited for; both have a number.
    while killed == 0 {
        let found = admin.run_command(ops.clone()).await.unwrap();
        let batch = found
            .get_document("cursor")
            .unwrap()
            .get_array("firstBatch")
            .unwrap();
        let id = |op: &Bson| {
            op.as_document()?
                .get_document("cursor")
                .ok()?
                .get_i64("cursorId")
                .ok()
        };
        let ids: Vec<i64> = batch.iter().filter_map(id).collect();
        killed = ids.len();
        if killed > 0 {
            let kill = doc! { "killCursors": "$cmd.aggregate", "cursors": ids };
            store.database().run_command(kill).await.unwrap();
        }
    }
    killed
}

#[tokio::test]
async fn one_request_sees_one_shop() {
    const QUERY: &str = "{
        a: kpis { orderCount totalSales }
        b: kpis { breakdown(by: STATUS, first: 1000) { rows { kpis { orderCount totalSales } } } }
        c: kpis(filter: { period: { between: { from: \"2023-11-10\" } } }) { orderCount timeSeries(grain: DAY) { kpis { orderCount } } }
    }";
    let store = fresh_store("one_shop").await;
    let replica = replica(&store);
    let shop = memory(&replica, &store);
    caught_up(&replica).await;
    let documents = documents(&store);
    let writes = async {
        for number in 0..60 {
            // Two at once: nobody must see one without the other.
            let mut session = store.database().client().start_session().await.unwrap();
            session.start_transaction().await.unwrap();
            for half in ["a", "b"] {
                let mut order = order(&format!("{number}{half}"));
                order.insert("status", format!("s{}", number % 7));
                let insert = documents.insert_one(order);
                drop(insert.session(&mut session).await.unwrap());
            }
            session.commit_transaction().await.unwrap();
        }
    };
    let mut writes = std::pin::pin!(writes);
    let mut seen = std::collections::BTreeSet::new();
    loop {
        tokio::select! {
            biased;
            data = shop.data(QUERY) => drop(seen.insert(agreed(&data))),
            () = &mut writes => break,
        }
    }
    caught_up(&replica).await;
    assert_eq!(agreed(&shop.data(QUERY).await), 120);
    assert!(seen.len() > 2, "it was asked while it changed: {seen:?}");
    assert!(seen.iter().all(|orders| orders % 2 == 0), "{seen:?}");
}

/// The number of orders that all parts of an answer agree on.
fn agreed(data: &Value) -> i64 {
    let count = |kpis: &Value| kpis["orderCount"].as_i64().unwrap();
    let sum = |rows: &Value| -> i64 {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| count(&row["kpis"])).sum()
    };
    let orders = count(&data["a"]);
    assert_eq!(sum(&data["b"]["breakdown"]["rows"]), orders, "{data}");
    assert_eq!(count(&data["c"]), orders, "{data}");
    let days = &data["c"]["timeSeries"];
    assert_eq!(sum(days), orders, "{data}");
    assert_eq!(data["a"]["totalSales"], orders * 10, "{data}");
    orders
}

#[tokio::test]
async fn many_ask_at_once() {
    let store = small_shop("many").await;
    let shop = Shop::in_memory(store).await;
    let asked = (0..50).map(|_| orders(&shop));
    for answer in join_all(asked).await {
        assert_eq!(answer, (7, "memory".to_owned()));
    }
}

/// A server that has no change streams.
#[tokio::test]
async fn a_server_by_itself_is_loaded_and_loaded_again() {
    let folder = server_folder();
    let data = folder.path().join("db");
    std::fs::create_dir(&data).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut mongod = tokio::process::Command::new(program());
    mongod
        .arg("--dbpath")
        .arg(&data)
        .args(["--bind_ip", "127.0.0.1"]);
    mongod.args(["--port", &port.to_string(), "--wiredTigerCacheSizeGB=0.25"]);
    let mongod = mongod
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true);
    let _mongod = mongod.spawn().unwrap();
    let options = Options {
        uri: format!(
            "mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=60000"
        ),
        database: "standalone".into(),
        deadline: Duration::from_secs(60),
    };
    let store = Store::connect(&options).await.unwrap();
    documents(&store).insert_one(order("1")).await.unwrap();

    let replica = replica(&store);
    let shop = auto(&replica, &store);
    ready(&replica).await;
    assert_counted(&shop, 1, "memory").await;
    let first = replica.view().unwrap().as_of;
    documents(&store).insert_one(order("2")).await.unwrap();
    replica.reload();
    replica
        .has_caught_up_with(first + chrono::TimeDelta::milliseconds(1))
        .await;
    assert_counted(&shop, 2, "memory").await;
    assert!(replica.view().unwrap().as_of > first);
}

/// Waits for the first load.
async fn ready(replica: &Replica) {
    let loaded = replica.has_caught_up_with(DateTime::UNIX_EPOCH);
    tokio::time::timeout(Duration::from_secs(60), loaded)
        .await
        .unwrap();
    assert_eq!(replica.unheld(), None);
}
