//! The web apps in the binary: the dashboard and GraphiQL.
//!
//! `web/build.mjs` builds them and compresses each file once; `build.rs` runs it
//! for a release where Node is there. An app that was not built has a plain page
//! in its place, which says how to get it.

mod app;
mod encoding;

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing,
};

use super::pages;
use app::WebApp;

/// The places of the dashboard; which of them is shown, it decides in the browser.
const PLACES: [&str; 5] = ["/", "/products", "/customers", "/time", "/places"];

#[derive(rust_embed::RustEmbed)]
#[folder = "web/dashboard/dist"]
#[allow_missing = true]
struct DashboardFiles;

#[derive(rust_embed::RustEmbed)]
#[folder = "web/graphiql/dist"]
#[allow_missing = true]
struct GraphiqlFiles;

/// It draws on canvases and saves what it has drawn, hence images as `data:` and `blob:`.
const DASHBOARD: WebApp = WebApp {
    file: |path| DashboardFiles::get(path).map(Into::into),
    policy: "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'",
};

/// The same, but for the workers that check and complete what is typed.
const GRAPHIQL: WebApp = WebApp {
    file: |path| GraphiqlFiles::get(path).map(Into::into),
    policy: "default-src 'none'; script-src 'self'; worker-src 'self'; \
             style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
             font-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'",
};

/// Where the dashboard may stand in a frame: nowhere, unless told otherwise.
#[derive(Clone, Debug)]
pub struct Framing(Arc<str>);

/// Nowhere.
const UNFRAMED: &str = "'none'";

impl Default for Framing {
    fn default() -> Self {
        Self(UNFRAMED.into())
    }
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Framing {
    /// In pages of these sources, as `Content-Security-Policy` writes them; nowhere where there
    /// are none.
    #[must_use]
    pub fn by(sources: &[String]) -> Self {
        if sources.is_empty() {
            return Self::default();
        }
        Self(sources.join(" ").into())
    }
}

/// What is served in the place of the apps where only persisted documents are answered.
const LEFT_OUT: &str = "this server answers persisted documents only, so there is no dashboard and no GraphiQL; see --persisted-only\n";

/// The pages and their files.
pub(super) fn router(framing: Framing) -> Router {
    let routes = Router::new()
        .route("/graphiql", routing::get(graphiql))
        .route("/graphiql/", routing::get(graphiql))
        .fallback(file);
    let routes = PLACES.iter().fold(routes, |routes, place| {
        routes.route(place, routing::get(dashboard))
    });
    routes.with_state(framing)
}

/// Word that there are none.
pub(super) fn left_out() -> Router {
    let told = || async { (StatusCode::NOT_FOUND, LEFT_OUT) };
    let routes = Router::new().fallback(async || pages::not_found());
    let pages = PLACES.iter().chain(&["/graphiql", "/graphiql/"]);
    pages.fold(routes, |routes, page| {
        routes.route(page, routing::get(told))
    })
}

async fn dashboard(State(Framing(by)): State<Framing>, request: HeaderMap) -> Response {
    page(&DASHBOARD, &request, &by)
}

async fn graphiql(request: HeaderMap) -> Response {
    page(&GRAPHIQL, &request, UNFRAMED)
}

/// Whatever has no route of its own may be a file of one of the apps.
async fn file(
    State(Framing(by)): State<Framing>,
    method: Method,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    let reads = method == Method::GET || method == Method::HEAD;
    let (app, path, by) = match uri.path().strip_prefix("/graphiql/") {
        Some(path) => (&GRAPHIQL, path, UNFRAMED),
        None => (&DASHBOARD, uri.path().trim_start_matches('/'), &*by),
    };
    let found = reads.then(|| app.answer(path, &request, by)).flatten();
    found.unwrap_or_else(|| pages::not_found().into_response())
}

fn page(app: &WebApp, request: &HeaderMap, framed_by: &str) -> Response {
    let built = app.answer("index.html", request, framed_by);
    built.unwrap_or_else(|| pages::not_built().into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vite names a file by its content, so any file is either known or a mistake.
    #[test]
    fn every_file_that_was_built_can_be_served() {
        let (dashboard, graphiql) = (DashboardFiles::iter(), GraphiqlFiles::iter());
        let files = dashboard
            .map(|path| (&DASHBOARD, path))
            .chain(graphiql.map(|path| (&GRAPHIQL, path)));
        for (app, path) in files.filter(|(_, path)| !encoding::is_variant(path)) {
            let answer = app.answer(&path, &HeaderMap::new(), UNFRAMED);
            assert!(answer.is_some(), "{path} has no content type");
        }
    }
}
