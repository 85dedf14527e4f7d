//! An operation's answers as server-sent events, on a connection of its own.

use std::convert::Infallible;

use async_graphql::Response as Answer;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{Stream, StreamExt, stream, stream::BoxStream};
use tokio::time::{Interval, interval};

use super::{Link, Live, Told, session::Session, socket::LOOK};
use crate::{
    guard::Code,
    http::{answer::mended, connections::Streaming, media::ranges},
};

const EVENTS: &str = "text/event-stream";

/// Whether the client reads events.
pub(in crate::http) fn accepted(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers, &header::ACCEPT);
    ranges
        .iter()
        .any(|(name, quality)| name == EVENTS && *quality > 0.0)
}

/// An operation whose answers go out as events.
struct Events {
    told: BoxStream<'static, Told>,
    session: Session,
    looks: Interval,
    link: Link,
    /// That it is has been told, and nothing follows.
    is_over: bool,
    _streaming: Streaming,
}

impl Live {
    /// Answers with what comes of an operation, for as long as whoever asks may.
    pub(in crate::http) fn events(
        &self,
        told: BoxStream<'static, Told>,
        session: Session,
        link: Link,
    ) -> Response {
        let events = Events {
            told,
            session,
            looks: interval(LOOK),
            _streaming: link.activity.stream(),
            link,
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
                () = self.link.stopped() => return None,
                _ = self.looks.tick() => match self.session.ended() {
                    None => continue,
                    Some(denied) => Told::Refused(vec![Code::Unauthenticated.of_request(denied.to_string())]),
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
