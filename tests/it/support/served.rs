//! A shop served over HTTP, as clients reach it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use futures::future::{BoxFuture, FutureExt};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use reqwest::header::CONTENT_TYPE;
use salesgraph::{
    auth::{Gate, Quota, Quotas},
    engine::Choice,
    guard::{Limits, Persisted},
    http::{self, App, Connections, Hosts, Readiness, Sockets},
    kpi::Vocabulary,
    store::Store,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Shop;

/// The address of a server that runs as long as the tests do.
pub struct Served(String);

/// What has been measured in this process, by all tests together.
fn recorded() -> PrometheusHandle {
    static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
        let handle = PrometheusBuilder::new().install_recorder().unwrap();
        salesgraph::engine::metrics::describe();
        salesgraph::graphql::metrics::describe();
        salesgraph::http::metrics::describe();
        handle
    });
    RECORDER.clone()
}

struct Ready;

impl Readiness for Ready {
    fn ready(&self) -> BoxFuture<'_, bool> {
        async { true }.boxed()
    }
}

impl Served {
    /// Serves the database on a free port, counted by `MongoDB`.
    pub fn start(store: Store) -> Self {
        Self::guarded(store, Gate::Open)
    }

    /// As [`Served::start`], for whom a gate lets in.
    pub fn guarded(store: Store, gate: Gate) -> Self {
        Self::counted(store, gate, async |store| Shop::over(store))
    }

    /// As [`Served::guarded`], of a shop with words of its own.
    pub fn speaking(store: Store, gate: Gate, words: &'static Vocabulary) -> Self {
        Self::counted(store, gate, async move |store| {
            Shop::speaking(words, Choice::Mongo, store)
        })
    }

    /// As [`Served::start`], counted from memory.
    pub fn in_memory(store: Store) -> Self {
        Self::counted(store, Gate::Open, Shop::in_memory)
    }

    /// Serves from a thread of its own: the runtime of the test that starts it may
    /// end before other tests are done with it.
    fn counted(
        store: Store,
        gate: Gate,
        shop: impl AsyncFnOnce(Store) -> Shop + Send + 'static,
    ) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                // Installed before anything is measured.
                let metrics = recorded();
                // A client belongs to the runtime that made it.
                let store = super::reconnected(&store).await;
                let (schema, tables) = shop(store).await.into_parts();
                let router = http::router(App {
                    schema,
                    gate,
                    quotas: Arc::new(Quotas::new(Quota::default(), || {
                        chrono::DateTime::UNIX_EPOCH
                    })),
                    tables: Some(tables),
                    limits: Limits::DEFAULT,
                    persisted: Persisted::default(),
                    request_timeout: Duration::from_secs(120),
                    sockets: Sockets::DEFAULT,
                    over_tls: false,
                    framing: http::Framing::default(),
                    hosts: Hosts::Any,
                    readiness: Arc::new(Ready),
                    metrics,
                });
                let forever = std::future::pending();
                http::serve(
                    listener,
                    router,
                    Connections::DEFAULT,
                    forever,
                    Duration::ZERO,
                )
                .await;
            });
        });
        let address = receiver.recv().unwrap();
        Self(format!("http://{address}"))
    }

    /// Where it is, as other clients reach it.
    pub fn url(&self) -> &str {
        &self.0
    }

    /// What Prometheus would read.
    pub async fn metrics(&self) -> String {
        let metrics = reqwest::get(format!("{}/metrics", self.0)).await;
        metrics.unwrap().text().await.unwrap()
    }

    /// The data of an answer without errors.
    pub async fn data(&self, query: &str) -> Value {
        let mut answer = self.answer(query).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].take()
    }

    /// The code and the message of the first error of an answer.
    pub async fn failure(&self, query: &str) -> (String, String) {
        let answer = self.answer(query).await;
        let error = &answer["errors"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }

    async fn answer(&self, query: &str) -> Value {
        serde_json::from_str(&self.text(query).await).unwrap()
    }

    /// The answer to the letter.
    pub async fn text(&self, query: &str) -> String {
        let body = json!({ "query": query }).to_string();
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", self.0))
            .header(CONTENT_TYPE, "application/json");
        let response = request.body(body).send().await.unwrap();
        response.text().await.unwrap()
    }
}
