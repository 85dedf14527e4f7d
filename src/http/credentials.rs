//! What a request shows to say who asks.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{answer::Refusal, media::Media};
use crate::{auth::Denied, guard::Code};

/// The scheme of RFC 6750.
const SCHEME: &str = "bearer";

/// The credential that a request shows.
pub(super) fn shown(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION);
    let bearer = authorization.and_then(|it| {
        let (scheme, credential) = it.to_str().ok()?.trim().split_once(' ')?;
        scheme
            .eq_ignore_ascii_case(SCHEME)
            .then(|| credential.trim())
    });
    let key = || headers.get("x-api-key")?.to_str().ok().map(str::trim);
    bearer.or_else(key).filter(|it| !it.is_empty())
}

/// The answer to who may not ask.
pub(super) fn denied(denied: Denied, media: Media) -> Response {
    let (status, code) = match denied {
        Denied::Missing | Denied::Unknown | Denied::Expired => {
            (StatusCode::UNAUTHORIZED, Code::Unauthenticated)
        }
        Denied::NotReady => (StatusCode::SERVICE_UNAVAILABLE, Code::DatabaseUnavailable),
    };
    let refusal = Refusal::new(status, code, denied.to_string());
    let mut response = Response::from(refusal.with_media(media));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = match denied {
            Denied::Missing => "Bearer realm=\"salesgraph\"",
            _ => "Bearer realm=\"salesgraph\", error=\"invalid_token\"",
        };
        let challenge = HeaderValue::from_static(challenge);
        let headers = response.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_in_either_of_two_headers() {
        let shown = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            shown(&headers).map(str::to_owned)
        };
        for (name, value, key) in [
            ("authorization", "Bearer sg_1", Some("sg_1")),
            ("authorization", "bearer  sg_1 ", Some("sg_1")),
            ("authorization", "Basic sg_1", None),
            ("authorization", "sg_1", None),
            ("x-api-key", "sg_1", Some("sg_1")),
            ("x-api-key", " ", None),
        ] {
            assert_eq!(shown(name, value).as_deref(), key, "{name}: {value}");
        }
    }
}
