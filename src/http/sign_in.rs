//! Signing in and out, for people with a browser: a key or a token becomes a cookie.
//!
//! The cookie holds the credential itself and lasts as long as the browser: a key that is
//! revoked, or a credential that has expired, ends the session with it. No script can read it (`HttpOnly`), and no other
//! site can have it sent along (`SameSite=Strict`).

use async_graphql::Executor;
use axum::{
    extract::{Form, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{App, credentials, origin::refuse_other_sites};
use crate::auth::{
    Credential, Gate,
    audit::{self, Door},
};

/// Where people sign in, see who they are, and sign out.
pub(super) const PATH: &str = "/sign-in";
/// What is said of a credential that no cookie holds.
const TOO_LONG: &str = "no browser keeps so long a token; ask for one with fewer claims";
/// Where a form says that somebody leaves.
pub(super) const OUT: &str = "/sign-out";

/// Nothing but the page itself, its style, and its form to this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// The form that asks for what opens the gate.
fn form_for(gate: &Gate) -> String {
    let label = match gate.asks_for() {
        Some(Credential::Token) => "Token",
        Some(Credential::Either) => "API key or token",
        Some(Credential::Key) | None => "API key",
    };
    format!(
        r#"<form method="post" action="{PATH}">
  <label for="key">{label}</label>
  <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
  <button>Sign in</button>
</form>"#
    )
}

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
        Err(_) => answer(StatusCode::OK, &form_for(&app.gate)),
    }
}

/// Takes a credential, and has the browser keep it.
pub(super) async fn sign_in<E: Executor>(
    State(app): State<App<E>>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    if let Err(refusal) = refuse_other_sites(&headers) {
        return refusal.into();
    }
    let Ok(Form(SignIn { key })) = form else {
        return answer(StatusCode::BAD_REQUEST, &form_for(&app.gate));
    };
    let key = key.trim();
    let (status, reason) = match (
        app.gate.identity(Some(key)),
        credentials::cookie(key, app.over_tls),
    ) {
        (Ok(identity), Some(cookie)) => {
            audit::signed_in(identity.as_ref(), Door::Browser);
            return leave_with(cookie, "/");
        }
        (Ok(_), None) => (StatusCode::FORBIDDEN, TOO_LONG.to_owned()),
        (Err(denied), _) if denied.passes() => {
            (StatusCode::SERVICE_UNAVAILABLE, denied.to_string())
        }
        (Err(denied), _) => (StatusCode::FORBIDDEN, denied.to_string()),
    };
    audit::not_signed_in(&reason, Door::Browser);
    let form = form_for(&app.gate);
    answer(status, &format!("<p role=\"alert\">{reason}</p>\n{form}"))
}

/// Has the browser forget it.
pub(super) async fn sign_out<E: Executor>(
    State(app): State<App<E>>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = refuse_other_sites(&headers) {
        return refusal.into();
    }
    // Whoever has come in with what opens nothing any more was signed out by that.
    if let Ok(identity) = app.gate.identity(credentials::shown(&headers)) {
        audit::signed_out(identity.as_ref());
    }
    leave_with(HeaderValue::from_static(credentials::NO_COOKIE), PATH)
}

fn leave_with(cookie: HeaderValue, to: &str) -> Response {
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
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
