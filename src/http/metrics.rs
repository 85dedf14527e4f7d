//! `/metrics`, and what the server itself measures.

use async_graphql::Executor;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use metrics::{describe_gauge, gauge};

use super::App;

pub(super) const SOCKETS: &str = "salesgraph_sockets";
pub(super) const OPERATIONS: &str = "salesgraph_subscriptions";

/// Tells the recorder that has been installed what each metric means.
pub fn describe() {
    describe_gauge!(SOCKETS, "WebSockets that are open.");
    describe_gauge!(
        OPERATIONS,
        "Operations that run over WebSockets or as server-sent events."
    );
}

/// One of those that a gauge counts, for as long as it is there.
#[derive(Debug)]
pub(super) struct Counted(&'static str);

impl Counted {
    pub fn new(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// The text format that Prometheus and everything like it reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) async fn metrics<E: Executor>(State(app): State<App<E>>) -> Response {
    ([(header::CONTENT_TYPE, FORMAT)], app.metrics.render()).into_response()
}
