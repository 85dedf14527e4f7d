//! `--sql-listen`.

use tokio::task::AbortHandle;

use super::{Failure, options::Serving};
use crate::{asking::Shop, auth::Gate};

/// Answers SQL beside HTTP, where that is asked for.
#[cfg(feature = "sql")]
pub(super) async fn start(
    options: &Serving,
    shop: &Shop,
    gate: &Gate,
) -> Result<Option<AbortHandle>, Failure> {
    use crate::sql;

    /// All statements together may hold as many times what one request may.
    const REQUESTS: usize = 4;
    let Some(address) = options.sql.sql_listen else {
        return Ok(None);
    };
    let listener = tokio::net::TcpListener::bind(address).await;
    let listener = listener.map_err(|error| {
        Failure::usage(format!(
            "cannot listen on {address} ({error}); give another --sql-listen"
        ))
    })?;
    let served = sql::serve(
        listener,
        sql::Setup {
            shop: shop.clone(),
            gate: gate.clone(),
            memory: options.http.counting_bytes().saturating_mul(REQUESTS),
            deadline: options.http.request_timeout,
        },
    );
    let task = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "SQL is not answered");
        }
    });
    Ok(Some(task.abort_handle()))
}

/// Says how to get what this build has not.
#[cfg(not(feature = "sql"))]
pub(super) async fn start(
    options: &Serving,
    _: &Shop,
    _: &Gate,
) -> Result<Option<AbortHandle>, Failure> {
    match options.sql.sql_listen {
        Some(_) => Err(Failure::usage(
            "this build answers no SQL; build it with `cargo build --release --features sql`, or \
             leave --sql-listen out",
        )),
        None => Ok(None),
    }
}
