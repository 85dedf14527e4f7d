//! Listening, and stopping with the server.

use std::{io, sync::Arc, time::Duration};

use datafusion_postgres::pgwire::{api::ConnectionManager, tokio::process_socket};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet, time::sleep};

use super::{Sql, service::Handlers};

/// How long to wait before another try where a connection cannot be taken.
const PAUSE: Duration = Duration::from_millis(50);
/// How a client that begins with TLS names what it will speak.
const PROTOCOL: &str = "postgresql";
/// As many connections as are served may be waiting to be told that there is no room.
const AS_MANY: usize = 2;

/// Serves until it is dropped, which ends all connections.
///
/// # Errors
/// When the listener has no address, or the catalogue cannot be set up.
pub async fn serve(listener: TcpListener, sql: Arc<Sql>) -> io::Result<()> {
    tracing::info!("listening for SQL on {}", listener.local_addr()?);
    let setup = &sql.setup;
    let acceptor = setup.tls.as_ref().map(|it| it.acceptor(&[PROTOCOL]));
    let acceptor = acceptor.transpose().map_err(io::Error::other)?;
    let shared = sql.shared().await.map_err(io::Error::other)?;
    let manager = Arc::new(ConnectionManager::new());
    let room = Arc::new(Semaphore::new(setup.connections));
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be taken");
                    sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let place = Arc::clone(&room).try_acquire_owned().ok();
        if place.is_none() && connections.len() >= setup.connections.saturating_mul(AS_MANY) {
            continue;
        }
        let handlers = Handlers::new(setup, shared, Arc::clone(&manager), place.is_some());
        let handlers = handlers.map_err(io::Error::other)?;
        let tls = acceptor.clone();
        connections.spawn(async move {
            let served = process_socket(stream, tls, Arc::new(handlers)).await;
            if let Err(error) = served {
                tracing::debug!(%error, "a connection broke");
            }
            drop(place);
        });
    }
}
