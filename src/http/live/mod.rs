//! Answers that go on: operations over WebSocket and as server-sent events.
//!
//! | what | where |
//! |---|---|
//! | an operation, from what is asked to its last answer | `operation` |
//! | a socket that speaks [`graphql-transport-ws`][ws] | `socket`: `handshake`, `message`, `close` |
//! | [`graphql-sse`][sse], a connection for each operation | `events` |
//!
//! [ws]: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
//! [sse]: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md

mod close;
pub(super) mod events;
pub(super) mod handshake;
mod message;
mod operation;
mod session;
mod socket;

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::{connections::Activity, metrics};
pub(super) use operation::{Told, refused};
pub(super) use session::Session;

/// How many may be told of changes, and how long they are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Sockets {
    /// The most sockets at the same time.
    pub most: usize,
    /// The most operations that run at the same time, over sockets and as events.
    pub operations: usize,
    /// The most operations that run at the same time over one socket.
    pub operations_each: usize,
    /// How long it may take until a socket is initialised.
    pub init: Duration,
    /// How long it may take to take in what is sent.
    pub patience: Duration,
    /// After how long without a word the other side is asked whether it is still there; it
    /// has as long again to say so.
    pub heartbeat: Duration,
}

impl Sockets {
    /// What a server allows unless told otherwise.
    pub const DEFAULT: Self = Self {
        most: 1000,
        operations: 2000,
        operations_each: 100,
        init: Duration::from_secs(10),
        patience: Duration::from_secs(10),
        heartbeat: Duration::from_secs(12),
    };
}

/// What all sockets and streams of events have in common.
#[derive(Clone, Debug)]
pub(super) struct Live {
    limits: Sockets,
    sockets: Arc<Semaphore>,
    operations: Arc<Semaphore>,
}

/// A place among those that there are, counted as long as it is held.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: metrics::Counted,
}

impl Live {
    pub fn new(limits: Sockets) -> Self {
        Self {
            limits,
            sockets: Arc::new(Semaphore::new(limits.most)),
            operations: Arc::new(Semaphore::new(limits.operations)),
        }
    }

    fn socket(&self) -> Option<Place> {
        place(&self.sockets, metrics::SOCKETS)
    }

    fn operation(&self) -> Option<Place> {
        place(&self.operations, metrics::OPERATIONS)
    }
}

fn place(places: &Arc<Semaphore>, gauge: &'static str) -> Option<Place> {
    let permit = Arc::clone(places).try_acquire_owned().ok()?;
    Some(Place {
        _permit: permit,
        _counted: metrics::Counted::new(gauge),
    })
}

/// The connection that a request came by.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub activity: Arc<Activity>,
    /// Closed when the server stops.
    pub stopped: watch::Receiver<()>,
}

impl Link {
    /// Done when the server stops.
    async fn stopped(&mut self) {
        // An error is what tells it.
        drop(self.stopped.changed().await);
    }
}
