//! `/graphql`.

use std::sync::Arc;

use async_graphql::{Executor, parser::types::OperationType};
use axum::{
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    answer::{Refusal, answer, request_errors},
    credentials,
    incoming::{self, Parameters},
    media::{self, Media},
    origin::refuse_other_sites,
};
use crate::{
    auth::Gate,
    guard::{Code, Guard, Incoming, Limits, Rejection},
};

/// What answers queries.
#[derive(Clone)]
pub(super) struct Endpoint<E> {
    schema: E,
    gate: Gate,
    guard: Arc<Guard>,
    max_bytes: usize,
}

impl<E: Executor> Endpoint<E> {
    pub(super) fn new(schema: E, gate: Gate, limits: Limits) -> Self {
        Self {
            schema,
            gate,
            guard: Arc::new(Guard::new(limits)),
            max_bytes: limits.bytes,
        }
    }

    async fn respond(
        &self,
        method: Method,
        headers: &HeaderMap,
        incoming: impl FnOnce() -> Result<Incoming, Refusal>,
    ) -> Response {
        if let Err(refusal) = refuse_other_sites(headers) {
            return refusal.into();
        }
        let Some(media) = Media::accepted(headers) else {
            let message = "the answer is `application/graphql-response+json` or `application/json`: accept one";
            return Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::NotAcceptable, message).into();
        };
        // Before anything of a stranger's is read.
        let identity = match self.gate.identity(credentials::shown(headers)) {
            Ok(identity) => identity,
            Err(denied) => return credentials::denied(denied, media),
        };
        let incoming = match incoming() {
            Ok(incoming) => incoming,
            Err(refusal) => return refusal.with_media(media).into(),
        };
        let admitted = match self.guard.admit(incoming) {
            Ok(admitted) => admitted,
            Err(rejection @ Rejection::Bytes(_)) => {
                return too_large(rejection.to_string()).with_media(media).into();
            }
            Err(rejection) => return request_errors(vec![rejection.into()], media),
        };
        // A GET may be repeated, prefetched and cached by anyone on the way.
        let changes = matches!(admitted.operation, Some(OperationType::Mutation));
        if changes && method == Method::GET {
            return method_not_allowed("POST", "send a mutation by POST", media);
        }
        let request = match identity {
            Some(identity) => admitted.request.data(identity),
            None => admitted.request,
        };
        answer(self.schema.execute(request).await, media)
    }
}

pub(super) async fn get<E: Executor>(
    State(endpoint): State<Endpoint<E>>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    let incoming = || {
        let Query(parameters) =
            parameters.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
        Incoming::try_from(parameters)
    };
    endpoint.respond(Method::GET, &headers, incoming).await
}

pub(super) async fn post<E: Executor>(
    State(endpoint): State<Endpoint<E>>,
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
    endpoint.respond(Method::POST, &headers, incoming).await
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
