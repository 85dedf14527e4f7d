//! What a request shows to say who asks.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::answer::Refusal;
use crate::{auth::Denied, guard::Code};

/// The scheme of RFC 6750.
const SCHEME: &str = "bearer";

/// What the cookie of who has signed in is called.
const COOKIE: &str = "salesgraph";
/// The cookie that takes the place of one, and ends at once.
pub(super) const NO_COOKIE: &str = "salesgraph=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";

/// The most bytes of a cookie: browsers drop a longer one without a word.
const LONGEST_COOKIE: usize = 4096;

/// The cookie of who has signed in with a credential, from a server with TLS over TLS only;
/// none where no browser would keep it.
pub(super) fn cookie(credential: &str, over_tls: bool) -> Option<HeaderValue> {
    let secure = if over_tls { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={credential}; Path=/; HttpOnly; SameSite=Strict{secure}");
    let fits = cookie.len() <= LONGEST_COOKIE && !credential.contains([';', ',', ' ', '"', '\\']);
    fits.then(|| HeaderValue::from_str(&cookie).ok())?
}

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
    let signed_in = || {
        let cookies = headers.get_all(header::COOKIE).iter();
        let cookies = cookies.filter_map(|it| it.to_str().ok());
        let mut pairs = cookies.flat_map(|it| it.split(';'));
        pairs.find_map(|it| it.trim().strip_prefix(COOKIE)?.strip_prefix('='))
    };
    let shown = bearer.or_else(key).or_else(signed_in);
    shown.filter(|it| !it.is_empty())
}

/// The code of why somebody may not ask.
pub(super) fn code(denied: Denied) -> Code {
    match denied {
        Denied::NotReady => Code::DatabaseUnavailable,
        Denied::NoSigningKeys => Code::SigningKeysUnavailable,
        _ => Code::Unauthenticated,
    }
}

/// The answer to who may not ask, as this makes a response of it.
pub(super) fn denied(denied: Denied, respond: impl FnOnce(Refusal) -> Response) -> Response {
    let status = if denied.passes() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::UNAUTHORIZED
    };
    let code = code(denied);
    let mut response = respond(Refusal::new(status, code, denied.to_string()));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = match denied {
            Denied::Missing(_) => "Bearer realm=\"salesgraph\"",
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
    fn a_key_is_shown_in_one_of_three_headers() {
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
            ("cookie", "a=b; salesgraph=sg_1", Some("sg_1")),
            ("cookie", "salesgraph2=sg_1", None),
            ("cookie", "salesgraph=", None),
        ] {
            assert_eq!(shown(name, value).as_deref(), key, "{name}: {value}");
        }
    }
}
