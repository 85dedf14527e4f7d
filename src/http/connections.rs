//! Connections: how many there may be, and how long one may ask nothing.
//!
//! A connection costs whoever opens it next to nothing, and the server memory and one of
//! its few file handles. So one that asks nothing is closed: at leisure as long as there
//! is room for others, and at once where there is not.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::Instant,
};

/// How many connections there may be, and how long they may ask nothing.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// The most at the same time.
    pub most: usize,
    /// How long it may take until the first request is there.
    pub first: Duration,
    /// How long the next one may take, once the answer to the last one is sent.
    pub idle: Duration,
}

impl Connections {
    /// What a server allows unless told otherwise.
    pub const DEFAULT: Self = Self {
        most: 1000,
        first: Duration::from_secs(10),
        idle: Duration::from_secs(60),
    };

    /// How long a connection may ask nothing when there are so many; `has_asked` says whether
    /// it ever has.
    pub(super) fn allowed(&self, connections: usize, has_asked: bool) -> Duration {
        /// With this part of the room taken, nobody is waited for any longer than this.
        const CROWDED: (usize, Duration) = (4, Duration::from_secs(1));
        let room = self.most - self.most / CROWDED.0;
        let allowed = if has_asked { self.idle } else { self.first };
        if connections > room {
            allowed.min(CROWDED.1)
        } else {
            allowed
        }
    }
}

/// An answer that goes on sends signs of life more often than this, unless nobody reads them.
const STALLED: Duration = Duration::from_secs(30);

/// What goes on on one connection.
#[derive(Debug)]
pub(super) struct Activity {
    opened: Instant,
    /// When something was last sent, or a request done, in milliseconds since it was opened.
    /// What comes in is no sign of life: letter by letter, it can go on for ever.
    last: AtomicU64,
    has_asked: AtomicBool,
    /// Requests that are worked on.
    running: AtomicUsize,
    /// Answers that go on.
    streams: AtomicUsize,
    /// A stream has ended.
    ended: Notify,
}

impl Activity {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            opened: Instant::now(),
            last: AtomicU64::new(0),
            has_asked: AtomicBool::new(false),
            running: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            ended: Notify::new(),
        })
    }

    /// A request that is worked on until this is dropped.
    pub fn request(self: &Arc<Self>) -> Running {
        self.has_asked.store(true, Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(self))
    }

    /// An answer that goes on until this is dropped.
    pub fn stream(self: &Arc<Self>) -> Streaming {
        self.streams.fetch_add(1, Ordering::Relaxed);
        Streaming(Arc::clone(self))
    }

    /// Done when no answer goes on.
    pub async fn streams_ended(&self) {
        while self.streams.load(Ordering::Relaxed) > 0 {
            self.ended.notified().await;
        }
    }

    /// Since when nothing was sent and no request worked on; `None` where one is, or an answer
    /// goes on and is read.
    pub fn idle(&self) -> Option<Duration> {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        let idle = self.opened.elapsed().saturating_sub(last);
        let is_streaming = self.streams.load(Ordering::Relaxed) > 0 && idle < STALLED;
        let is_idle = self.running.load(Ordering::Relaxed) == 0 && !is_streaming;
        is_idle.then_some(idle)
    }

    /// Whether there was a request.
    pub fn has_asked(&self) -> bool {
        self.has_asked.load(Ordering::Relaxed)
    }

    fn note(&self) {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }
}

/// A request that is worked on.
#[derive(Debug)]
pub(super) struct Running(Arc<Activity>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.note();
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer that goes on.
#[derive(Debug)]
pub(super) struct Streaming(Arc<Activity>);

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.note();
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
        self.0.ended.notify_one();
    }
}

/// A connection on which what is sent is noticed.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn noting<T>(&self, polled: Poll<T>) -> Poll<T> {
        if polled.is_ready() {
            self.activity.note();
        }
        polled
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.noting(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.noting(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_nothing_makes_room_in_a_crowd() {
        let connections = Connections {
            most: 100,
            ..Connections::DEFAULT
        };
        assert_eq!(connections.allowed(75, true), Duration::from_secs(60));
        assert_eq!(connections.allowed(75, false), Duration::from_secs(10));
        assert_eq!(connections.allowed(76, true), Duration::from_secs(1));
    }
}
