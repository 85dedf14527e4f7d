//! A bad day: connections that are cut, databases that freeze, die, step down and are restored,
//! and servers that are killed themselves. Afterwards the figures are right, and nobody has
//! been told anything that a program cannot act on.
//!
//! Each server is a process of its own, and so is each `mongod` that something is done to.

#![cfg(target_os = "linux")]

mod clients;
mod collections;
mod connections;
mod database;
mod elections;
mod ending;
mod first_load;
mod killed;
mod oplog;
mod soak;

use std::{
    fmt::Debug,
    process::Stdio,
    time::{Duration, Instant},
};

use bson::{Document, doc};
use reqwest::{Client, StatusCode, header};
use rustix::process::{Pid, Signal, kill_process};
use salesgraph::store::{Options, ShopSettings, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    cli::{Process, folder, free_port, salesgraph},
    support::BothEngines,
};

/// Figures of every kind. All are of one year: a series that ends today would have another end
/// on each server.
const FIGURES: &str = "{ shop { name } kpis(filter: { period: { year: 2023 } }) {
    orderCount totalSales unitsSold customerCount newCustomerCount repeatCustomerRate
    breakdown(by: STATUS, first: 1000) { rows { key { value } kpis { orderCount totalSales } } }
    products: breakdown(by: PRODUCT, first: 1000) { rows { key { value label } kpis { unitsSold } } }
    timeSeries(grain: MONTH) { label kpis { orderCount totalSales customerCount } }
} }";

/// Within two seconds, the figures are there again. A debug build is some ten times as slow, and
/// other tests run beside.
const GOOD_AGAIN: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
/// What comes by itself, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for what comes, and says what did not.
async fn until<T>(what: &str, within: Duration, mut come: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(come) = come().await {
            return come;
        }
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends a signal to a process by its number.
fn signal(id: u32, signal: Signal) {
    let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    kill_process(id, signal).unwrap();
}

const STATUSES: [&str; 3] = ["completed", "shipped", "paid"];

/// A sale of 10, of which there are three statuses, seven products and fifty customers.
fn order(number: usize) -> Document {
    let hours = i64::try_from(number % 8_000).unwrap();
    doc! {
        "_id": format!("o{number}"),
        "orderedAt": bson::DateTime::from_millis(1_672_574_400_000 + hours * 3_600_000),
        "status": STATUSES[number % 3],
        "customerId": format!("c{}", number % 50),
        "lines": [{ "productId": format!("p{}", number % 7), "quantity": 1, "revenue": 10 }],
    }
}

/// A shop of so many orders.
async fn fill(store: &Store, orders: usize) {
    let insert = async |collection: &str, documents: Vec<Document>| {
        let collection = store.database().collection::<Document>(collection);
        collection.insert_many(documents).await.unwrap();
    };
    insert("orders", (0..orders).map(order).collect()).await;
    let named = |letter, count| {
        let named =
            move |it| doc! { "_id": format!("{letter}{it}"), "name": format!("{letter} {it}") };
        (0..count).map(named).collect()
    };
    insert("customers", named("c", 50)).await;
    insert("products", named("p", 7)).await;
    store.save_settings(&ShopSettings::default()).await.unwrap();
}

/// The database as the test itself sees it, which is not among those that are cut off.
async fn store(uri: &str, database: &str) -> Store {
    let options = Options {
        uri: uri.replace("appName=served", "appName=test"),
        database: database.to_owned(),
        deadline: PATIENCE,
    };
    Store::connect(&options).await.unwrap()
}

/// What a fresh server finds in a database, by both engines, which must be so many orders of 10.
async fn fresh(uri: &str, database: &str, orders: usize) -> Value {
    let both = BothEngines::over(store(uri, database).await).await;
    let figures = both.data(FIGURES).await;
    assert_eq!(figures["kpis"]["orderCount"], orders);
    assert_eq!(figures["kpis"]["totalSales"], orders * 10);
    figures
}

/// A server in a process of its own.
struct Server {
    process: Process,
    url: String,
    client: Client,
    _folder: TempDir,
}

impl Server {
    /// One with these options, which may not answer yet.
    fn begin(uri: &str, database: &str, options: &[&str]) -> Self {
        let (folder, port) = (folder(), free_port());
        let process = Process::start(
            salesgraph(&folder)
                .args(["serve", "--database", database, "--listen"])
                .arg(format!("127.0.0.1:{port}"))
                .args(options)
                .env("SALESGRAPH_MONGO_URI", uri)
                .stderr(Stdio::null()),
        );
        Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
            client: Client::new(),
            _folder: folder,
        }
    }

    /// As [`Server::begin`], one that answers by now.
    async fn start(uri: &str, database: &str, options: &[&str]) -> Self {
        let server = Self::begin(uri, database, options);
        until("the server answers", PATIENCE, async || {
            let answer = server.ask(FIGURES).await.ok()?;
            answer.get("errors").is_none().then_some(())
        })
        .await;
        server
    }

    /// Two of them: one counts in memory where it can, and one has MongoDB count.
    async fn both(uri: &str, database: &str) -> [Self; 2] {
        let query_timeout = "--query-timeout=3s";
        let mongo = ["--engine", "mongo", query_timeout];
        [
            Self::start(uri, database, &["--engine", "auto", query_timeout]).await,
            Self::start(uri, database, &mongo).await,
        ]
    }

    async fn ask(&self, query: &str) -> reqwest::Result<Value> {
        ask(&self.client, &self.url, query).await
    }

    async fn status(&self, path: &str) -> Option<StatusCode> {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await;
        answer.ok().map(|it| it.status())
    }

    /// Waits until it is ready, or is not.
    async fn is_ready(&self, ready: bool) {
        until("readiness follows the database", PATIENCE, async || {
            let is_ready = self.status("/health/ready").await == Some(StatusCode::OK);
            (is_ready == ready).then_some(())
        })
        .await;
    }

    /// Waits until it gives these figures.
    async fn gives(&self, figures: &Value, within: Duration) {
        let mut last = Value::Null;
        let start = Instant::now();
        while last["data"] != *figures || last.get("errors").is_some() {
            assert!(start.elapsed() < within, "{last} is not {figures}");
            tokio::time::sleep(Duration::from_millis(20)).await;
            last = self.ask(FIGURES).await.unwrap_or_default();
        }
    }

    /// Waits until it counts in memory, and those are the figures there.
    async fn gives_from_memory(&self, figures: &Value) {
        until("memory counts again", PATIENCE, async || {
            let answer = self.ask(FIGURES).await.ok()?;
            let engines = answer["extensions"]["engine"].as_object()?;
            (engines.contains_key("memory") && answer["data"] == *figures).then_some(())
        })
        .await;
    }
}

/// What a server answers.
async fn ask(client: &Client, url: &str, query: &str) -> reqwest::Result<Value> {
    let request = client.post(format!("{url}/graphql"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = request.body(json!({ "query": query }).to_string());
    request.send().await?.json().await
}

/// All that was told must be of these.
fn assert_among<T: PartialEq + Debug>(told: impl IntoIterator<Item = T>, allowed: &[T]) {
    for told in told {
        assert!(allowed.contains(&told), "{told:?} is none of {allowed:?}");
    }
}
