//! Listening, and stopping without cutting anyone off.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, response::Response};
use hyper::{
    Request, StatusCode, Version,
    header::{CONNECTION, HeaderValue},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::ServiceExt as _;

use super::{
    connections::{Activity, Connections, Watched},
    live::Link,
};
use crate::tls::Tls;

/// How long to wait before another try where a connection cannot be taken: there are no
/// file handles left, say.
const PAUSE: Duration = Duration::from_millis(50);
/// How often connections are looked at that ask nothing.
const LOOK: Duration = Duration::from_millis(250);
/// How long one that asks nothing may go on after the server is told to stop: what has
/// been sent to it is on its way, and so may be what it asks.
const LAST_WORD: Duration = Duration::from_millis(500);
/// How long connections are still taken: those that wait to be would be cut off otherwise.
const LAST_CALL: Duration = Duration::from_millis(50);
/// What is spoken over TLS, the best first.
const PROTOCOLS: [&str; 2] = ["h2", "http/1.1"];

/// Where connections come from, and whether they are encrypted.
pub struct Listener {
    connections: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl From<TcpListener> for Listener {
    fn from(connections: TcpListener) -> Self {
        Self {
            connections,
            tls: None,
        }
    }
}

impl Listener {
    /// One that takes connections over TLS only.
    ///
    /// # Errors
    /// When the library has no version of TLS.
    pub fn over_tls(connections: TcpListener, tls: &Tls) -> io::Result<Self> {
        let tls = tls.acceptor(&PROTOCOLS).map_err(io::Error::other)?;
        Ok(Self {
            connections,
            tls: Some(tls),
        })
    }
}

/// Serves until `stop` is done; then takes no new connection but those that are waiting, and
/// gives the requests that are running `grace` to finish.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    connections: Connections,
    stop: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) {
    let Listener {
        connections: listener,
        tls,
    } = listener.into();
    let (stopping, stopped) = watch::channel(());
    let server = Arc::new(Server {
        router,
        limits: connections,
        tls,
        room: Arc::new(Semaphore::new(connections.most)),
        stopped,
    });
    let mut tasks = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, place) = server.next(&listener) => {
                tasks.spawn(Arc::clone(&server).connection(stream, place));
            }
            Some(_) = tasks.join_next() => {}
        }
    }
    drop(stopping);
    let waiting = async {
        loop {
            let (stream, place) = server.next(&listener).await;
            tasks.spawn(Arc::clone(&server).connection(stream, place));
        }
    };
    // It never ends by itself.
    drop(timeout(LAST_CALL, waiting).await);
    drop(listener);
    let all_done = async { while tasks.join_next().await.is_some() {} };
    if timeout(grace, all_done).await.is_err() {
        tracing::warn!("some requests did not finish within {grace:?} and are dropped");
    }
}

struct Server {
    router: Router,
    limits: Connections,
    tls: Option<TlsAcceptor>,
    /// A place for each connection that there may be.
    room: Arc<Semaphore>,
    /// Closed when the server stops.
    stopped: watch::Receiver<()>,
}

impl Server {
    /// The next connection, as soon as there is room for it.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, Option<OwnedSemaphorePermit>) {
        // Never closed.
        let place = Arc::clone(&self.room).acquire_owned().await.ok();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return (stream, place),
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Serves one connection to its end, and the socket that it may have become.
    async fn connection(self: Arc<Self>, stream: TcpStream, place: Option<OwnedSemaphorePermit>) {
        // Answers are written whole: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let activity = Activity::new();
        match &self.tls {
            None => self.requests(stream, &activity).await,
            Some(tls) => {
                if let Some(stream) = self.agreed(tls, stream, &activity).await {
                    self.requests(stream, &activity).await;
                }
            }
        }
        drop(place);
        activity.streams_ended().await;
    }

    /// The connection over TLS; `None` where client and server do not agree on it in the time
    /// that a first request may take.
    async fn agreed(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        activity: &Activity,
    ) -> Option<TlsStream<TcpStream>> {
        let mut stopped = self.stopped.clone();
        tokio::select! {
            agreed = tls.accept(stream) => agreed
                .inspect_err(|error| tracing::debug!(%error, "a client did not agree on TLS"))
                .ok(),
            () = self.idle(activity) => None,
            _ = stopped.changed() => None,
        }
    }

    /// Serves the requests of one connection.
    async fn requests<S>(&self, stream: S, activity: &Arc<Activity>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let io = TokioIo::new(Watched::new(stream, Arc::clone(activity)));
        let link = Link {
            activity: Arc::clone(activity),
            stopped: self.stopped.clone(),
        };
        let router = self.router.clone();
        let shared = Arc::new(AtomicBool::new(false));
        let is_shared = Arc::clone(&shared);
        let service = service_fn(move |mut request: Request<_>| {
            let running = link.activity.request();
            let is_alone = request.version() <= Version::HTTP_11;
            shared.store(!is_alone, Ordering::Relaxed);
            request.extensions_mut().insert(link.clone());
            let stopped = link.stopped.clone();
            let answer = router.clone().oneshot(request);
            async move {
                let _running = running;
                let answer = answer.await;
                // An error is what tells that the server stops.
                let is_last = stopped.has_changed().is_err() && is_alone;
                answer.map(|answer| if is_last { last(answer) } else { answer })
            }
        });
        let builder = Builder::new(TokioExecutor::new());
        let mut serving = pin!(builder.serve_connection_with_upgrades(io, service));
        let mut stopped = self.stopped.clone();
        tokio::select! {
            _ = &mut serving => {}
            () = self.idle(activity) => {}
            _ = stopped.changed() => {
                // Over HTTP/2, who asks is told at once that what comes next is not answered,
                // and over HTTP/1.1 by the last answer: there, what is closed in between may
                // be on its way to ask.
                if !is_shared.load(Ordering::Relaxed) {
                    tokio::select! {
                        _ = &mut serving => return,
                        () = asks_no_more(activity) => {}
                    }
                }
                serving.as_mut().graceful_shutdown();
                tokio::select! {
                    _ = serving => {}
                    () = idle_for(activity, || LAST_WORD) => {}
                }
            }
        }
    }

    /// Done when the connection has asked nothing for so long that it makes room.
    async fn idle(&self, activity: &Activity) {
        let allowed = || {
            let connections = self.limits.most - self.room.available_permits();
            self.limits.allowed(connections, activity.has_asked())
        };
        idle_for(activity, allowed).await;
    }
}

/// The answer after which its connection is closed; one that becomes a socket is none.
fn last(mut answer: Response) -> Response {
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
    }
    answer
}

/// Done when nothing has been asked on a connection since the server was told to stop.
async fn asks_no_more(activity: &Activity) {
    sleep(LAST_WORD).await;
    idle_for(activity, || LAST_WORD).await;
}

/// Done when nothing has happened on a connection for as long as is allowed by then.
async fn idle_for(activity: &Activity, allowed: impl Fn() -> Duration) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if activity.idle().is_some_and(|idle| idle >= allowed()) {
            return;
        }
    }
}
