//! A socket and its operations.

use std::time::Duration;

use async_graphql::Executor;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures::stream::BoxStream;
use serde_json::{Map, Value};
use tokio::time::{Instant, interval, timeout};
use tokio_stream::{StreamExt as _, StreamMap};

use super::{
    Link,
    close::Close,
    message::{self, Said},
    operation::{Told, busy},
    session::Session,
};
use crate::{
    guard::Incoming,
    http::{credentials, graphql::Endpoint, request_log::Line},
};

/// How often it is looked whether whoever listens still may, and is still there.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// A socket that speaks the protocol.
pub(super) struct Socket<E> {
    stream: WebSocket,
    endpoint: Endpoint<E>,
    /// What the handshake has shown.
    credential: Option<String>,
    /// Who asks, once the socket is initialised.
    session: Option<Session>,
    line: Line,
    operations: StreamMap<String, BoxStream<'static, Told>>,
    opened: Instant,
    /// When the other side last said anything.
    heard: Instant,
    /// When it was asked whether it is there, if it has said nothing since.
    asked: Option<Instant>,
}

impl<E: Executor> Socket<E> {
    pub fn new(
        stream: WebSocket,
        endpoint: Endpoint<E>,
        credential: Option<String>,
        line: Line,
    ) -> Self {
        let now = Instant::now();
        Self {
            stream,
            endpoint,
            credential,
            session: None,
            line,
            operations: StreamMap::new(),
            opened: now,
            heard: now,
            asked: None,
        }
    }

    /// Answers until there is a reason to end.
    pub async fn talk(&mut self, mut link: Link) -> Close {
        tokio::select! {
            close = self.listen() => close,
            () = link.stopped() => Close::Stopping,
        }
    }

    async fn listen(&mut self) -> Close {
        let limits = self.endpoint.live.limits;
        let mut looks = interval(LOOK.min(limits.init).min(limits.heartbeat));
        loop {
            let done = tokio::select! {
                heard = self.stream.recv() => match heard {
                    Some(Ok(message)) => self.hear(message).await,
                    Some(Err(_)) | None => Err(Close::Gone),
                },
                Some((id, told)) = self.operations.next() => self.tell(&id, told).await,
                _ = looks.tick() => self.look().await,
            };
            if let Err(close) = done {
                return close;
            }
        }
    }

    /// Says why the socket ends, if there is anybody to say it to.
    pub async fn end(mut self, close: &Close) {
        if let Some(frame) = close.frame() {
            let patience = self.endpoint.live.limits.patience;
            let told = self.stream.send(Message::Close(Some(frame)));
            drop(timeout(patience, told).await);
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), Close> {
        (self.heard, self.asked) = (Instant::now(), None);
        match message {
            Message::Text(text) => self.take(&text).await,
            Message::Binary(_) => Err(Close::BadRequest("messages are text".into())),
            Message::Close(_) => Err(Close::Gone),
            // The library answers pings.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
    }

    async fn take(&mut self, text: &Utf8Bytes) -> Result<(), Close> {
        let longest = self.endpoint.max_bytes;
        if text.len() > longest {
            return Err(Close::TooLong(longest));
        }
        match Said::read(text)? {
            Said::Init(payload) => self.init(&payload).await,
            Said::Ping(payload) => self.send(message::pong(payload)).await,
            Said::Pong => Ok(()),
            Said::Subscribe { id, incoming } => self.subscribe(id, incoming).await,
            Said::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    async fn init(&mut self, payload: &Map<String, Value>) -> Result<(), Close> {
        if self.session.is_some() {
            return Err(Close::TooManyInits);
        }
        let headers = message::headers(payload);
        let shown = credentials::shown(&headers).or(self.credential.as_deref());
        let session = Session::begin(&self.endpoint.gate, shown);
        let session = session.map_err(|denied| {
            self.line.refused(credentials::code(denied));
            if denied.passes() {
                Close::NotReady(denied)
            } else {
                Close::Forbidden(denied)
            }
        })?;
        self.line.asked_by(session.identity.as_ref());
        self.session = Some(session);
        self.send(message::ack()).await
    }

    async fn subscribe(&mut self, id: String, incoming: Incoming) -> Result<(), Close> {
        let Some(session) = &self.session else {
            return Err(Close::Uninitialised);
        };
        if self.operations.contains_key(&id) {
            return Err(Close::Duplicate(id));
        }
        let most = self.endpoint.live.limits.operations_each;
        if self.operations.len() >= most {
            // At once: what waits to be told would be one operation more.
            let told = Told::Refused(vec![busy(most)]);
            return self.send(message::told(&id, told)).await;
        }
        let told = self
            .endpoint
            .operation(incoming, session, self.line.of_operation());
        self.operations.insert(id, told);
        Ok(())
    }

    async fn tell(&mut self, id: &str, told: Told) -> Result<(), Close> {
        if matches!(told, Told::Refused(_) | Told::Done) {
            self.operations.remove(id);
        }
        self.send(message::told(id, told)).await
    }

    /// Looks whether whoever listens still may, and is still there.
    async fn look(&mut self) -> Result<(), Close> {
        let limits = self.endpoint.live.limits;
        let ended = match &self.session {
            Some(session) => session.ended().map(Close::Ended),
            None => (self.opened.elapsed() >= limits.init).then_some(Close::InitTimeout),
        };
        if let Some(close) = ended {
            return Err(close);
        }
        match self.asked {
            Some(asked) if asked.elapsed() >= limits.heartbeat => Err(Close::Gone),
            None if self.heard.elapsed() >= limits.heartbeat => {
                self.asked = Some(Instant::now());
                self.send(Message::Ping(Vec::new().into())).await
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Close> {
        let patience = self.endpoint.live.limits.patience;
        match timeout(patience, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Close::Gone),
            Err(_) => Err(Close::SlowReader),
        }
    }
}
