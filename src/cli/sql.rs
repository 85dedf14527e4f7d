//! `--sql-listen`, and tables of rows over HTTP.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::{Failure, options::Serving};
use crate::{
    asking::Shop,
    auth::{Gate, Quotas},
    tables::RowTables,
    tls::Tls,
};

/// The most connections at the same time; tools keep a pool of some each.
#[cfg(feature = "sql")]
const CONNECTIONS: usize = 100;

/// What gives rows, and what answers SQL beside HTTP, where that is asked for.
type Started = (Option<Arc<dyn RowTables>>, Option<AbortHandle>);

/// Answers SQL beside HTTP, where that is asked for, and hands out rows.
#[cfg(feature = "sql")]
pub(super) async fn start(
    options: &Serving,
    shop: &Shop,
    (gate, quotas): (&Gate, &Arc<Quotas>),
    tls: Option<&Tls>,
) -> Result<Started, Failure> {
    use crate::{
        cli::serve::listener,
        engine::allotment::REQUESTS,
        sql::{self, Setup, Sql},
    };

    let sql = Arc::new(Sql::new(Setup {
        shop: shop.clone(),
        gate: gate.clone(),
        quotas: Arc::clone(quotas),
        passes: options.http.answer_limits().passes,
        // As much as all requests together.
        memory: options.http.counting_bytes().saturating_mul(REQUESTS),
        connections: CONNECTIONS,
        tls: tls.cloned(),
        deadline: options.http.request_timeout,
    }));
    let Some(address) = options.sql.sql_listen else {
        return Ok((Some(sql), None));
    };
    let served = sql::serve(listener("--sql-listen", address).await?, Arc::clone(&sql));
    let task = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "SQL is not answered");
        }
    });
    Ok((Some(sql), Some(task.abort_handle())))
}

/// Says how to get what this build has not.
#[cfg(not(feature = "sql"))]
pub(super) async fn start(
    options: &Serving,
    _: &Shop,
    _: (&Gate, &Arc<Quotas>),
    _: Option<&Tls>,
) -> Result<Started, Failure> {
    match options.sql.sql_listen {
        Some(_) => Err(Failure::usage(
            "this build answers no SQL; build it with `cargo build --release --features sql`, or \
             leave --sql-listen out",
        )),
        None => Ok((None, None)),
    }
}
