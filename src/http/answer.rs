//! How a result or a refusal is put on the wire.

use std::time::Duration;

use async_graphql::ServerError;
use async_graphql_axum::GraphQLResponse;
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{media::Media, tags};
use crate::{auth::OverQuota, guard::Code};

/// Errors that one answer lists: a query that is wrong in thousands of places is
/// mended one by one anyway.
const MAX_ERRORS: usize = 20;

/// What is said of a panic: it was not the client's fault.
pub(super) const PANICKED: &str = "something went wrong in the server; its log says what";

/// What is said of a request that was given up.
pub(super) const TOO_SLOW: &str =
    "the request took too long; ask for less at once or for a shorter period";

/// A request that is not run, and why: an HTTP status and a GraphQL error.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Code,
    message: String,
    media: Media,
    /// After how long the same may be answered.
    retry_after: Option<Duration>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            media: Media::Json,
            retry_after: None,
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, message)
    }

    /// The shop is not read yet; in so many seconds it may be.
    pub(super) fn not_read(message: impl Into<String>, again_in: u64) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(again_in)),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::EngineNotReady,
                message,
            )
        }
    }

    /// Why it is not run.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// As a problem in JSON (RFC 9457), for who asked for no GraphQL.
    pub(super) fn as_problem(&self) -> Response {
        let body = json!({
            "title": self.status.canonical_reason().unwrap_or_default(),
            "status": self.status.as_u16(),
            "detail": self.message,
            "code": self.code.name(),
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.marked(response)
    }

    /// The response with what else is known of the refusal.
    fn marked(&self, mut response: Response) -> Response {
        response.extensions_mut().insert(self.code);
        if let Some(wait) = self.retry_after {
            let seconds = HeaderValue::from(wait.as_secs());
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }

    /// Answers in what the client reads.
    pub(super) fn with_media(self, media: Media) -> Self {
        Self { media, ..self }
    }
}

impl From<OverQuota> for Refusal {
    fn from(over: OverQuota) -> Self {
        let (status, code) = (StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests);
        Self {
            retry_after: Some(over.wait()),
            ..Self::new(status, code, over.to_string())
        }
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let error = refusal.code.of_request(refusal.message.as_str());
        let response = errors(&[error], refusal.status, refusal.media);
        refusal.marked(response)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.into()
    }
}

/// The answer to a request that was run, or refused by the guard or the schema.
pub(super) fn answer(result: async_graphql::Response, media: Media) -> Response {
    if was_not_run(&result) {
        return request_errors(result.errors, media);
    }
    let mut response = GraphQLResponse::from(result).into_response();
    set_headers(&mut response, media);
    response
}

/// The answer to a `GET` that was run. One without errors may be kept, and a client that has it
/// already is told so: by what was asked for, and not by how long it took.
pub(super) fn answer_to_get(
    result: async_graphql::Response,
    media: Media,
    headers: &HeaderMap,
) -> Response {
    if result.is_err() {
        return answer(result, media);
    }
    let data = serde_json::to_string(&result.data).unwrap_or_default();
    let tag = format!("W/\"{:x}\"", tags::hash(&(media.content_type(), data)));
    let mut response = if tags::knows(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer(result, media)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(tags::KEPT));
    headers.insert(header::VARY, HeaderValue::from_static(tags::VARY));
    response
}

/// Errors of the document itself. A client that reads the newer media type learns
/// of them by the status too; older ones take any status but 200 for a network
/// failure and never look at the errors.
pub(super) fn request_errors(list: Vec<ServerError>, media: Media) -> Response {
    let list = mended(list);
    let status = match media {
        Media::GraphqlResponse => StatusCode::BAD_REQUEST,
        Media::Json => StatusCode::OK,
    };
    errors(&list, status, media)
}

/// Errors of the document itself as they are told: not too many, and each with a code.
pub(super) fn mended(mut list: Vec<ServerError>) -> Vec<ServerError> {
    list.truncate(MAX_ERRORS);
    for error in &mut list {
        Code::ValidationFailed.set_unless_coded(error);
    }
    list
}

/// A request that panicked; the panic hook has logged it.
pub(super) fn panicked() -> ServerError {
    Code::InternalServerError.of_request(PANICKED)
}

/// A request that was given up.
pub(super) fn too_slow() -> ServerError {
    Code::RequestTimeout.of_request(TOO_SLOW)
}

/// An error while a query runs says at which field; one before does not.
pub(super) fn was_not_run(result: &async_graphql::Response) -> bool {
    let outside = result.errors.iter().all(|error| error.path.is_empty());
    result.is_err() && outside && result.data == async_graphql::Value::Null
}

/// Without a `data` entry, as the draft asks where nothing was run.
fn errors(list: &[ServerError], status: StatusCode, media: Media) -> Response {
    let mut response = (status, Json(json!({ "errors": list }))).into_response();
    if let Some(code) = list.first().and_then(Code::of) {
        response.extensions_mut().insert(code);
    }
    set_headers(&mut response, media);
    response
}

fn set_headers(response: &mut Response, media: Media) {
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_static(media.content_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    // Figures follow the shop: one that is kept on the way is an old one.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
