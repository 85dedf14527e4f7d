//! Pages for people that need no build.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse},
};

use super::web::Framing;

/// Nothing but the page itself and its style, but for who may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// The `Content-Security-Policy` of a page that may be framed so.
pub(super) fn policy(framing: &Framing) -> String {
    format!("{POLICY}; frame-ancestors {framing}")
}

/// Stands where a web app would be, had it been built; a later binary may have it.
pub(super) fn not_built() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy(&Framing::default())),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, Html(include_str!("not_built.html")))
}

pub(super) fn not_found() -> impl IntoResponse {
    (
        StatusCode::NOT_FOUND,
        "there is nothing here; see / for what there is\n",
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_plain_page_leads_everywhere() {
        let page = include_str!("not_built.html");
        for path in ["/", "/graphiql", "/health/ready", "/health/live"] {
            assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
        }
    }
}
