//! Pages for people that need no build.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse},
};

/// Nothing but the page itself and its style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Stands where a web app would be, had it been built; a later binary may have it.
pub(super) fn not_built() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
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
