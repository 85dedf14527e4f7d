//! `/metrics`.

use async_graphql::Executor;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::App;

/// The text format that Prometheus and everything like it reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) async fn metrics<E: Executor>(State(app): State<App<E>>) -> Response {
    ([(header::CONTENT_TYPE, FORMAT)], app.metrics.render()).into_response()
}
