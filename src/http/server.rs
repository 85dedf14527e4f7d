//! Listening, and stopping without cutting anyone off.

use std::{future::Future, io, time::Duration};

use axum::{
    Router,
    serve::{Listener as _, ListenerExt as _},
};
use tokio::{net::TcpListener, sync::oneshot, time::sleep};

/// Serves until `stop` is done; then takes no new connection, and gives the
/// requests that are running `grace` to finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> io::Result<()> {
    // Answers are written whole: waiting to fill a packet only delays them.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        stop.await;
        tracing::info!("stopping; running requests may finish");
        let _ = stopping.send(());
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(signal).into_future() => served,
        () = expiry(stopped, grace) => {
            tracing::warn!("some requests did not finish within {grace:?} and are dropped");
            Ok(())
        }
    }
}

async fn expiry(stopped: oneshot::Receiver<()>, grace: Duration) {
    if stopped.await.is_err() {
        // The server ended by itself; let it say how.
        std::future::pending::<()>().await;
    }
    sleep(grace).await;
}
