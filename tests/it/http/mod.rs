//! GraphQL over HTTP, over a real socket, against a schema made for it.
//!
//! The schema here has fields that answer, fail, panic, wait and echo, so that
//! these tests say what the server does whatever the shop's schema becomes.

mod ends;
mod events;
mod kept;
mod limits;
mod numbers;
mod persisted;
mod protocol;
mod request_log;
mod schema;
mod serving;
mod sockets;
mod web;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use futures::future::{BoxFuture, FutureExt};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{Client, RequestBuilder, Response, header};
use salesgraph::{
    auth::{Gate, Quota, Quotas},
    guard::{Limits, Persisted},
    http::{self, App, Connections, Hosts, Readiness, Sockets},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";

/// A database that is there or not, as the test says.
#[derive(Default)]
struct Switch(AtomicBool);

impl Readiness for Switch {
    fn ready(&self) -> BoxFuture<'_, bool> {
        let ready = self.0.load(Ordering::SeqCst);
        async move { ready }.boxed()
    }
}

fn app() -> App<schema::Schema> {
    App {
        schema: schema::schema(),
        gate: Gate::Open,
        quotas: Arc::new(Quotas::new(Quota::default(), || {
            chrono::DateTime::UNIX_EPOCH
        })),
        tables: None,
        limits: Limits::DEFAULT,
        persisted: Persisted::default(),
        request_timeout: Duration::from_secs(10),
        sockets: Sockets::DEFAULT,
        over_tls: false,
        framing: http::Framing::default(),
        hosts: Hosts::Any,
        readiness: Arc::new(Switch(AtomicBool::new(true))),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    }
}

/// A router that listens on a port of its own until the test ends.
struct Server {
    url: String,
    client: Client,
}

impl Server {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(http::serve(
            listener,
            router,
            Connections::DEFAULT,
            std::future::pending(),
            Duration::ZERO,
        ));
        Self {
            url: format!("http://{address}"),
            client: Client::new(),
        }
    }

    async fn of_the_tests() -> Self {
        Self::start(http::router(app())).await
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    fn post(&self, body: &Value) -> RequestBuilder {
        self.post_text(body.to_string())
    }

    fn post_text(&self, body: impl Into<String>) -> RequestBuilder {
        let request = self.client.post(format!("{}/graphql", self.url));
        request.header(header::CONTENT_TYPE, OLD).body(body.into())
    }

    /// What a query by `POST` answers, as text: every digit as it came.
    async fn query(&self, query: &str) -> String {
        let response = self.post(&json!({ "query": query })).send().await;
        response.expect("an answer").text().await.expect("text")
    }
}

fn content_type(response: &Response) -> &str {
    let value = &response.headers()[header::CONTENT_TYPE];
    value.to_str().expect("text")
}

/// The code of the first error.
async fn code(response: Response) -> String {
    let body: Value = response.json().await.expect("JSON");
    let code = &body["errors"][0]["extensions"]["code"];
    code.as_str()
        .unwrap_or_else(|| panic!("no code in {body}"))
        .to_owned()
}
