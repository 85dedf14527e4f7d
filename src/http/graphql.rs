//! `/graphql`.

use std::sync::Arc;

use async_graphql::{Executor, parser::types::OperationType};
use axum::{
    Extension,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    App,
    answer::{Refusal, answer, request_errors},
    incoming::{self, Parameters},
    media::{self, Media},
};
use crate::guard::{Guard, Incoming, Rejection};

pub(super) async fn get<E: Executor>(
    State(app): State<App<E>>,
    Extension(guard): Extension<Arc<Guard>>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    let incoming = || {
        let Query(parameters) =
            parameters.map_err(|rejection| Refusal::bad_request(rejection.body_text()))?;
        Incoming::try_from(parameters)
    };
    respond((&app, &guard), Method::GET, &headers, incoming).await
}

pub(super) async fn post<E: Executor>(
    State(app): State<App<E>>,
    Extension(guard): Extension<Arc<Guard>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let incoming = || {
        if !media::is_json(&headers) {
            let message = "send the query as JSON, with `Content-Type: application/json`";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Refusal::new(status, "UNSUPPORTED_MEDIA_TYPE", message));
        }
        let body = body.map_err(|rejection| unreadable(&rejection, app.limits.bytes))?;
        incoming::from_body(&body)
    };
    respond((&app, &guard), Method::POST, &headers, incoming).await
}

/// Any method but `GET`, `HEAD` and `POST`.
pub(super) async fn other_method() -> Response {
    method_not_allowed("GET, POST", "send a GET or a POST", Media::Json)
}

async fn respond<E: Executor>(
    (app, guard): (&App<E>, &Guard),
    method: Method,
    headers: &HeaderMap,
    incoming: impl FnOnce() -> Result<Incoming, Refusal>,
) -> Response {
    let Some(media) = Media::accepted(headers) else {
        let message =
            "the answer is `application/graphql-response+json` or `application/json`: accept one";
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).into();
    };
    let incoming = match incoming() {
        Ok(incoming) => incoming,
        Err(refusal) => return refusal.with_media(media).into(),
    };
    let admitted = match guard.admit(incoming) {
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
    answer(app.schema.execute(admitted.request).await, media)
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
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "QUERY_TOO_LARGE", message)
}

fn method_not_allowed(allowed: &'static str, message: &str, media: Media) -> Response {
    let refusal = Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        message,
    );
    let allow = [(header::ALLOW, HeaderValue::from_static(allowed))];
    (allow, refusal.with_media(media)).into_response()
}
