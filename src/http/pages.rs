//! Pages for people.

use async_graphql::http::GraphiQLSource;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Html,
};

/// Nothing but the page itself and its style.
const INDEX_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
);

pub(super) async fn index() -> ([(HeaderName, HeaderValue); 1], Html<&'static str>) {
    (
        [(header::CONTENT_SECURITY_POLICY, INDEX_POLICY)],
        Html(include_str!("index.html")),
    )
}

pub(super) async fn graphiql() -> Html<String> {
    let page = GraphiQLSource::build()
        .endpoint("/graphql")
        .title("Salesgraph: GraphiQL");
    Html(page.finish())
}

pub(super) async fn not_found() -> (StatusCode, &'static str) {
    (
        StatusCode::NOT_FOUND,
        "there is nothing here; see / for what there is\n",
    )
}
