//! One request cannot stop the service: what attackers have tried, and the bounds that it meets.
//!
//! Each server is a process of its own, so that its memory and its time are its own.

#![cfg(target_os = "linux")]

mod attacks;
mod connections;
mod leaving;
mod lost;

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use reqwest::{Client, StatusCode, header};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use salesgraph::{
    demo::{Request, fill},
    store::Store,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{
    cli::{Process, folder, free_port, salesgraph},
    support::{fresh_store, reconnected, server_uri},
};

/// A server in a process of its own, over the demo's shop.
struct Attacked {
    process: Process,
    url: String,
    client: Client,
    store: Store,
    /// What MongoDB knows it by.
    name: String,
    _folder: TempDir,
}

/// A shop of four years, filled once for all of these tests.
async fn demo_shop() -> Store {
    static SHOP: OnceCell<Store> = OnceCell::const_new();
    let shop = async || {
        let store = fresh_store("attacked").await;
        let request = Request {
            orders: Some(10_000),
            ..Request::default()
        };
        let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        fill(&store, &request, today, |_, _| {}).await.unwrap();
        store.create_indexes().await.unwrap();
        store
    };
    reconnected(SHOP.get_or_init(shop).await).await
}

impl Attacked {
    /// A server that answers by now, with these options.
    async fn start(name: &str, options: &[&str]) -> Self {
        let store = demo_shop().await;
        let (folder, port) = (folder(), free_port());
        let process = Process::start(
            salesgraph(&folder)
                .args(["serve", "--database", store.database().name()])
                .args(["--no-create-indexes", "--listen"])
                .arg(format!("127.0.0.1:{port}"))
                .args(options)
                .env("SALESGRAPH_MONGO_URI", uri_of(name))
                .stderr(Stdio::null()),
        );
        let attacked = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
            client: Client::new(),
            store,
            name: name.to_owned(),
            _folder: folder,
        };
        attacked.ready().await;
        attacked
    }

    /// Waits until it answers a question.
    async fn ready(&self) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            let sent = self.post("{ kpis { orderCount } }").send().await;
            if let Ok(response) = sent
                && !response.text().await.unwrap().contains("errors")
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not get ready");
    }

    fn post(&self, query: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}/graphql", self.url));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        request.body(json!({ "query": query }).to_string())
    }

    /// The status and the code of the first error, if there is one.
    async fn code(&self, query: &str) -> (StatusCode, Option<String>) {
        let response = self.post(query).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let code = &answer["errors"][0]["extensions"]["code"];
        (status, code.as_str().map(str::to_owned))
    }

    /// Asks, and leaves after a while.
    async fn ask_and_leave(&self, query: &str, after: Duration) {
        let asked = tokio::time::timeout(after, self.post(query).send()).await;
        assert!(asked.is_err(), "there was an answer within {after:?}");
    }

    /// How long a question takes that everybody asks.
    async fn light(&self) -> Duration {
        let start = Instant::now();
        let query = "{ kpis(filter: { period: { year: 2025 } }) { totalSales } orders(first: 1) { edges { node { code } } } }";
        assert_eq!(self.code(query).await, (StatusCode::OK, None));
        start.elapsed()
    }

    /// Lets the process take no more than so many bytes of addresses beside what it has.
    fn limit_memory(&self, more: u64) {
        let status = self.proc("status");
        let line = status.lines().find_map(|it| it.strip_prefix("VmSize:"));
        let kilobytes: u64 = line
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        let limit = Some(kilobytes * 1024 + more);
        let limits = Rlimit {
            current: limit,
            maximum: limit,
        };
        let id = Pid::from_raw(i32::try_from(self.process.id()).unwrap());
        prlimit(id, Resource::As, limits).unwrap();
    }

    /// The processor's time that the process has taken.
    fn cpu_time(&self) -> Duration {
        let stat = self.proc("stat");
        let (_, after_name) = stat.rsplit_once(") ").unwrap();
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks: u64 = [11, 12]
            .map(|at: usize| fields[at].parse::<u64>().unwrap())
            .iter()
            .sum();
        // A hundred a second on every Linux.
        Duration::from_millis(ticks * 10)
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).unwrap()
    }
}

/// The tests' server, by a connection string that tells it who asks.
fn uri_of(name: &str) -> String {
    let uri = server_uri();
    let mark = if uri.contains('?') { "&" } else { "/?" };
    format!("{uri}{mark}appName={name}")
}

/// So many fields under aliases of their own.
fn aliases(count: usize, field: impl Fn(usize) -> String) -> String {
    let fields = (0..count).map(|n| format!("a{n}: {} ", field(n)));
    format!("{{ {} }}", fields.collect::<String>())
}
