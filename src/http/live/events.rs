//! An operation's answers as server-sent events, on a connection of its own.

use std::convert::Infallible;

use async_graphql::{Response as Answer, ServerError};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{Stream, StreamExt, future::pending, stream, stream::BoxStream};
use tokio::{
    sync::watch,
    time::{Interval, interval},
};

use super::{Link, Live, Told, session::Session, socket::LOOK};
use crate::{
    guard::Code,
    http::{answer::mended, connections::Streaming},
};

/// Whether the client reads events.
pub(in crate::http) fn accepted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let mut ranges = values
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','));
    ranges.any(|range| {
        let name = range.split(';').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("text/event-stream")
    })
}

/// An operation whose answers go out as events.
struct Events {
    told: BoxStream<'static, Told>,
    session: Session,
    looks: Interval,
    stopped: Option<watch::Receiver<()>>,
    /// Nothing follows but the word that it is so.
    is_over: bool,
    _streaming: Option<Streaming>,
}

impl Live {
    /// Answers with what comes of an operation, for as long as whoever asks may.
    pub(in crate::http) fn events(
        &self,
        told: BoxStream<'static, Told>,
        session: Session,
        link: Option<Link>,
    ) -> Response {
        let events = Events {
            told,
            session,
            looks: interval(LOOK),
            _streaming: link.as_ref().map(|link| link.activity.stream()),
            stopped: link.map(|link| link.stopped),
            is_over: false,
        };
        let alive = KeepAlive::new().interval(self.limits.heartbeat);
        let mut response = Sse::new(events.into_stream())
            .keep_alive(alive)
            .into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Proxies that wait for more hold back what is there.
        let buffering = HeaderName::from_static("x-accel-buffering");
        headers.insert(buffering, HeaderValue::from_static("no"));
        response
    }
}

impl Events {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, async |mut events| {
            let event = events.next().await?;
            Some((Ok(event), events))
        })
    }

    /// The next event; none where the server stops, so that the client comes back.
    async fn next(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        loop {
            let told = tokio::select! {
                told = self.told.next() => told.unwrap_or(Told::Done),
                () = stopped(self.stopped.as_mut()) => return None,
                _ = self.looks.tick() => match self.session.ended() {
                    None => continue,
                    Some(denied) => Told::Refused(vec![unauthenticated(&denied.to_string())]),
                },
            };
            return Some(self.event(told));
        }
    }

    fn event(&mut self, told: Told) -> Event {
        let next = |answer: &Answer| {
            let data = serde_json::to_string(answer).unwrap_or_default();
            Event::default().event("next").data(data)
        };
        match told {
            Told::Next(answer) => next(&answer),
            Told::Refused(errors) => {
                self.told = stream::empty().boxed();
                next(&Answer::from_errors(mended(errors)))
            }
            Told::Done => {
                self.is_over = true;
                // Browsers do not tell of an event without data.
                Event::default().event("complete").data("\n")
            }
        }
    }
}

/// Done when the server stops.
async fn stopped(stopped: Option<&mut watch::Receiver<()>>) {
    match stopped {
        // An error is what tells it.
        Some(stopped) => drop(stopped.changed().await),
        None => pending().await,
    }
}

fn unauthenticated(message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    Code::Unauthenticated.set_unless_coded(&mut error);
    error
}
