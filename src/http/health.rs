//! What an orchestrator asks: is the process alive, can it answer?

use axum::{extract::State, http::StatusCode};
use futures::future::BoxFuture;

use super::App;

/// Whether requests can be answered just now.
///
/// This is all that the server knows of the database.
pub trait Readiness: Send + Sync {
    /// Finds out; takes a second at most.
    fn ready(&self) -> BoxFuture<'_, bool>;
}

/// Alive as long as it can say so. A database that is away is no reason to
/// restart a server that is waiting for it.
pub(super) async fn live() -> &'static str {
    "alive\n"
}

pub(super) async fn ready<E>(State(app): State<App<E>>) -> (StatusCode, &'static str) {
    if app.readiness.ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        )
    }
}
