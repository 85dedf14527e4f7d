//! `--sql-listen`, and tables of rows over HTTP.

#[cfg(feature = "sql")]
use std::net::SocketAddr;
use std::sync::Arc;

#[cfg(feature = "sql")]
use tokio::net::TcpSocket;
use tokio::task::AbortHandle;

use super::{
    Failure,
    door::Door,
    options::{Serving, Sql as Options},
};
use crate::{
    asking::Shop,
    auth::{Gate, Quotas},
    tables::RowTables,
};

/// The most connections at the same time; tools keep a pool of some each.
#[cfg(feature = "sql")]
const CONNECTIONS: usize = 100;

/// How many connections may wait to be taken.
#[cfg(feature = "sql")]
const BACKLOG: u32 = 1_024;

/// What gives rows, and what answers SQL beside HTTP, where that is asked for.
type Started = (Option<Arc<dyn RowTables>>, Option<AbortHandle>);

/// Takes the address that SQL will be answered at.
#[cfg(feature = "sql")]
pub(super) fn bound(options: &Options) -> Result<Option<TcpSocket>, Failure> {
    let Some(address) = options.sql_listen else {
        return Ok(None);
    };
    let bind = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // As listeners of the runtime do: a server that was stopped can be started again.
        socket.set_reuseaddr(cfg!(unix))?;
        socket.bind(address)?;
        Ok(socket)
    };
    bind()
        .map(Some)
        .map_err(|error| super::serve::in_use("--sql-listen", address, &error))
}

/// Says how to get what this build has not.
#[cfg(not(feature = "sql"))]
pub(super) fn none(options: &Options) -> Result<(), Failure> {
    match options.sql_listen {
        Some(_) => Err(Failure::usage(
            "this build answers no SQL; build it with `cargo build --release --features sql`, or \
             leave --sql-listen out",
        )),
        None => Ok(()),
    }
}

/// Answers SQL beside HTTP, where that is asked for, and hands out rows.
#[cfg(feature = "sql")]
pub(super) fn start(
    options: &Serving,
    shop: &Shop,
    (gate, quotas): (&Gate, &Arc<Quotas>),
    door: &mut Door,
) -> Result<Started, Failure> {
    use crate::{
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
        tls: door.tls.clone(),
        deadline: options.http.request_timeout,
    }));
    let Some(socket) = door.sql.take() else {
        return Ok((Some(sql), None));
    };
    let listener = socket.listen(BACKLOG).map_err(Failure::runtime)?;
    let served = sql::serve(listener, Arc::clone(&sql));
    let task = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "SQL is not answered");
        }
    });
    Ok((Some(sql), Some(task.abort_handle())))
}

/// This build has no rows to hand out.
#[cfg(not(feature = "sql"))]
#[expect(clippy::unnecessary_wraps, reason = "builds with SQL can fail")]
pub(super) fn start(
    _: &Serving,
    _: &Shop,
    _: (&Gate, &Arc<Quotas>),
    _: &mut Door,
) -> Result<Started, Failure> {
    Ok((None, None))
}
