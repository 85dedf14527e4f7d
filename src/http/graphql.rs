//! `/graphql`.

use std::{sync::Arc, time::Duration};

use async_graphql::{Executor, Request, ServerError, parser::types::OperationType};
use axum::{
    Extension,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt as _, stream::BoxStream};

use super::{
    answer::{Refusal, answer, answer_to_get, request_errors},
    credentials,
    incoming::{self, Parameters},
    live::{Link, Live, Session, Told, events, handshake, refused},
    media::{self, Media},
    origin::refuse_other_sites,
    request_log::Line,
};
use crate::{
    auth::{Gate, Quotas, Turn},
    guard::{Admitted, Code, Guard, Incoming, Limits, Persisted, Rejection},
};

/// What answers queries.
#[derive(Clone)]
pub(super) struct Endpoint<E> {
    schema: E,
    pub(super) gate: Gate,
    quotas: Arc<Quotas>,
    guard: Arc<Guard>,
    pub(super) max_bytes: usize,
    /// How long the first answer may take to an operation that has several.
    request_timeout: Duration,
    pub(super) live: Live,
}

/// What the client reads: of the two media types, and events.
#[derive(Clone, Copy)]
struct Accepted {
    media: Option<Media>,
    events: bool,
}

impl Accepted {
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let accepted = Self {
            media: Media::accepted(headers),
            events: events::accepted(headers),
        };
        if accepted.media.is_none() && !accepted.events {
            let message = "the answer is `application/graphql-response+json` or `application/json`: accept one";
            let status = StatusCode::NOT_ACCEPTABLE;
            return Err(Refusal::new(status, Code::NotAcceptable, message));
        }
        Ok(accepted)
    }
}

impl<E: Executor> Endpoint<E> {
    pub(super) fn new(
        schema: E,
        (gate, quotas): (Gate, Arc<Quotas>),
        (limits, persisted): (Limits, Persisted),
        request_timeout: Duration,
        live: Live,
    ) -> Self {
        Self {
            schema,
            gate,
            quotas,
            guard: Arc::new(Guard::with(limits, persisted)),
            max_bytes: limits.bytes,
            request_timeout,
            live,
        }
    }

    async fn respond(
        &self,
        method: Method,
        headers: &HeaderMap,
        (link, entry): (Link, Line),
        incoming: impl FnOnce() -> Result<Incoming, Refusal>,
    ) -> Response {
        if let Err(refusal) = refuse_other_sites(headers) {
            return refusal.into();
        }
        let accepted = match Accepted::of(headers) {
            Ok(accepted) => accepted,
            Err(refusal) => return refusal.into(),
        };
        let media = accepted.media.unwrap_or(Media::Json);
        // Before anything of a stranger's is read.
        let session = match Session::begin(&self.gate, credentials::shown(headers)) {
            Ok(session) => session,
            Err(denied) => return credentials::denied(denied, |it| it.with_media(media).into()),
        };
        entry.asked_by(session.identity.as_ref());
        let turn = match self.quotas.turn(session.identity.as_ref()) {
            Ok(turn) => turn,
            Err(over) => return Refusal::from(over).with_media(media).into(),
        };
        let incoming = match incoming() {
            Ok(incoming) => incoming,
            Err(refusal) => return refusal.with_media(media).into(),
        };
        let admitted = match self.guard.admit(incoming) {
            Ok(admitted) => admitted,
            Err(rejection) => {
                entry.refused(rejection.code());
                return self.turned_away(rejection, accepted, session, link);
            }
        };
        entry.asks_for(admitted.name.as_deref());
        // A GET may be repeated, prefetched and cached by anyone on the way.
        let changes = matches!(admitted.operation, Some(OperationType::Mutation));
        if changes && method == Method::GET {
            return method_not_allowed("POST", "send a mutation by POST", media);
        }
        let kept = (method == Method::GET).then_some(headers);
        self.answered(admitted, session, (accepted, kept), (link, entry, turn))
            .await
    }

    /// The answer to what the guard does not let in.
    fn turned_away(
        &self,
        rejection: Rejection,
        accepted: Accepted,
        session: Session,
        link: Link,
    ) -> Response {
        let media = accepted.media.unwrap_or(Media::Json);
        match rejection {
            Rejection::Bytes(_) => too_large(rejection.to_string()).with_media(media).into(),
            _ if rejection.code() == Code::BadRequest => {
                let refusal = Refusal::bad_request(rejection.to_string());
                refusal.with_media(media).into()
            }
            _ if accepted.media.is_none() => {
                self.live.events(refused(rejection.into()), session, link)
            }
            _ => request_errors(vec![rejection.into()], media),
        }
    }

    async fn answered(
        &self,
        admitted: Admitted,
        session: Session,
        (accepted, kept): (Accepted, Option<&HeaderMap>),
        (link, entry, turn): (Link, Line, Option<Turn>),
    ) -> Response {
        let goes_on = matches!(admitted.operation, Some(OperationType::Subscription));
        match accepted.media {
            Some(media) if goes_on && !accepted.events => {
                request_errors(vec![without_events()], media)
            }
            Some(media) if !goes_on => {
                let request = asked_by(&session, admitted.request);
                let answered = self.schema.execute(request).await;
                entry.answered(&answered);
                match kept {
                    Some(headers) => answer_to_get(answered, media, headers),
                    None => answer(answered, media),
                }
            }
            _ => {
                let told = self.run(admitted, &session, entry, turn);
                self.live.events(told, session, link)
            }
        }
    }

    /// What comes of an operation that is asked for over a socket.
    pub(super) fn operation(
        &self,
        incoming: Incoming,
        session: &Session,
        entry: Line,
    ) -> BoxStream<'static, Told> {
        let turn = match self.quotas.turn(session.identity.as_ref()) {
            Ok(turn) => turn,
            Err(over) => {
                entry.refused(Code::TooManyRequests);
                return refused(Code::TooManyRequests.of_request(over.to_string()));
            }
        };
        match self.guard.admit(incoming) {
            Ok(admitted) => {
                entry.asks_for(admitted.name.as_deref());
                self.run(admitted, session, entry, turn)
            }
            Err(rejection) => {
                entry.refused(rejection.code());
                refused(rejection.into())
            }
        }
    }

    fn run(
        &self,
        admitted: Admitted,
        session: &Session,
        entry: Line,
        turn: Option<Turn>,
    ) -> BoxStream<'static, Told> {
        let goes_on = matches!(admitted.operation, Some(OperationType::Subscription));
        let request = asked_by(session, admitted.request);
        let told = self.live.run(&self.schema, request, self.request_timeout);
        // What goes on for hours has limits of its own, and takes no place of questions.
        let turn = turn.filter(|_| !goes_on);
        let told = told.inspect(move |told| {
            entry.told(told);
            let _held = &turn;
        });
        told.boxed()
    }
}

/// The request with who asks it.
fn asked_by(session: &Session, request: Request) -> Request {
    match &session.identity {
        Some(identity) => request.data(identity.clone()),
        None => request,
    }
}

fn without_events() -> ServerError {
    let message = "a subscription has many answers: accept `text/event-stream`, or open a WebSocket that speaks `graphql-transport-ws`";
    Code::NotAcceptable.of_request(message)
}

pub(super) async fn get<E: Executor>(
    State(endpoint): State<Endpoint<E>>,
    Extension(link): Extension<Link>,
    Extension(entry): Extension<Line>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    if handshake::is_asked(&headers) {
        return match upgrade {
            Ok(upgrade) => handshake::shake(endpoint, &headers, upgrade, (link, entry)),
            Err(rejection) => Refusal::bad_request(rejection.body_text()).into(),
        };
    }
    let incoming = || {
        let Query(parameters) =
            parameters.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
        Incoming::try_from(parameters)
    };
    endpoint
        .respond(Method::GET, &headers, (link, entry), incoming)
        .await
}

pub(super) async fn post<E: Executor>(
    State(endpoint): State<Endpoint<E>>,
    Extension(link): Extension<Link>,
    Extension(entry): Extension<Line>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let incoming = || {
        if !media::is_json(&headers) {
            let message = "send the query as JSON, with `Content-Type: application/json`";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Refusal::new(status, Code::UnsupportedMediaType, message));
        }
        let body = body.map_err(|rejection| unreadable(&rejection, endpoint.max_bytes))?;
        incoming::from_body(&body)
    };
    endpoint
        .respond(Method::POST, &headers, (link, entry), incoming)
        .await
}

/// Any method but `GET`, `HEAD` and `POST`.
pub(super) async fn other_method() -> Response {
    method_not_allowed("GET, POST", "send a GET or a POST", Media::Json)
}

fn unreadable(rejection: &BytesRejection, limit: usize) -> Refusal {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(format!(
            "the request is too long: at most {limit} bytes are allowed"
        )),
        _ => Refusal::bad_request("the body could not be read to its end; send it again"),
    }
}

fn too_large(message: String) -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::QueryTooLarge, message)
}

fn method_not_allowed(allowed: &'static str, message: &str, media: Media) -> Response {
    let refusal = Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        Code::MethodNotAllowed,
        message,
    );
    let allow = [(header::ALLOW, HeaderValue::from_static(allowed))];
    (allow, refusal.with_media(media)).into_response()
}
