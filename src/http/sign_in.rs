//! Signing in and out, for people with a browser: a key becomes a cookie.
//!
//! The cookie holds the key itself and lasts as long as the browser: a key that is revoked
//! or has expired ends the session with it. No script can read it (`HttpOnly`), and no other
//! site can have it sent along (`SameSite=Strict`).

use async_graphql::Executor;
use axum::{
    extract::{Form, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{App, credentials, origin::refuse_other_sites};
use crate::auth::Denied;

/// Where people sign in, see who they are, and sign out.
pub(super) const PATH: &str = "/sign-in";
/// Where a form says that somebody leaves.
pub(super) const OUT: &str = "/sign-out";

/// Nothing but the page itself, its style, and its form to this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

const FORM: &str = r#"<form method="post" action="/sign-in">
  <label for="key">API key</label>
  <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
  <button>Sign in</button>
</form>"#;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct SignIn {
    key: String,
}

/// The form, or who is signed in.
pub(super) async fn page<E: Executor>(State(app): State<App<E>>, headers: HeaderMap) -> Response {
    match app.gate.identity(credentials::shown(&headers)) {
        Ok(None) => Redirect::to("/").into_response(),
        Ok(Some(identity)) => {
            let name = escaped(&identity.name);
            let content = format!(
                r#"<p>You are signed in as <strong>{name}</strong>.</p>
<p><a href="/">To the dashboard</a></p>
<form method="post" action="{OUT}"><button>Sign out</button></form>"#
            );
            answer(StatusCode::OK, &content)
        }
        Err(_) => answer(StatusCode::OK, FORM),
    }
}

/// Takes a key, and has the browser keep it.
pub(super) async fn sign_in<E: Executor>(
    State(app): State<App<E>>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    if let Err(refusal) = refuse_other_sites(&headers) {
        return refusal.into();
    }
    let Ok(Form(SignIn { key })) = form else {
        return answer(StatusCode::BAD_REQUEST, FORM);
    };
    let key = key.trim();
    let cookie = HeaderValue::from_str(&credentials::cookie(key, app.over_tls));
    match (app.gate.identity(Some(key)), cookie) {
        (Ok(_), Ok(cookie)) => leave_with(cookie, "/"),
        (Err(Denied::NotReady), _) => refused(StatusCode::SERVICE_UNAVAILABLE, Denied::NotReady),
        (Err(denied), _) => refused(StatusCode::FORBIDDEN, denied),
        // What no header can hold is no key.
        (Ok(_), Err(_)) => refused(StatusCode::FORBIDDEN, Denied::Unknown),
    }
}

/// Has the browser forget the key.
pub(super) async fn sign_out(headers: HeaderMap) -> Response {
    if let Err(refusal) = refuse_other_sites(&headers) {
        return refusal.into();
    }
    leave_with(HeaderValue::from_static(credentials::NO_COOKIE), PATH)
}

fn leave_with(cookie: HeaderValue, to: &str) -> Response {
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

fn refused(status: StatusCode, denied: Denied) -> Response {
    answer(status, &format!("<p role=\"alert\">{denied}</p>\n{FORM}"))
}

fn answer(status: StatusCode, content: &str) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let page = include_str!("sign_in.html").replace("{content}", content);
    (status, headers, Html(page)).into_response()
}

/// A name as text of a page.
fn escaped(name: &str) -> String {
    name.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
