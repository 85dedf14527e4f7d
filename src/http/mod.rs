//! The server: GraphQL over HTTP, the web apps, health.
//!
//! | path | answers |
//! |---|---|
//! | `/graphql` | GraphQL by `POST` and, for all but mutations, by `GET`; as events, and over WebSocket |
//! | `/kpis.csv`, `.json`, `.xlsx`, `.parquet` | KPIs by groups, as a table |
//! | `/table/sales.csv`, … | rows: what was sold, orders and their lines, customers, products, places |
//! | `/mcp` | the same for agents, by the Model Context Protocol |
//! | `/openapi.json` | what these take, for programs that write clients |
//! | `/health/live` | 200 as long as the process runs |
//! | `/health/ready` | 200 when the database answers, else 503 |
//! | `/metrics` | what has been measured, as Prometheus reads it |
//! | `/sign-in`, `/sign-out` | pages for who has a key and a browser |
//! | `/` | the dashboard; at `/products`, `/customers`, `/time` and `/places` too |
//! | `/graphiql` | an editor for queries |
//! | `/assets/…`, `/graphiql/assets/…` | what these two are made of |
//!
//! The web apps are files in the binary, or a plain page that says how to build
//! them; they reach the server as any other client does, by `/graphql`.
//!
//! `/graphql` follows the [GraphQL-over-HTTP draft][draft]. What a request may
//! ask is the [guard](crate::guard)'s business, what it means the schema's; this
//! module knows neither the database nor how a KPI is made.
//!
//! [draft]: https://graphql.github.io/graphql-over-http/draft/

mod agents;
mod answer;
mod connections;
mod credentials;
mod doors;
mod graphql;
mod health;
mod incoming;
mod live;
mod media;
pub mod metrics;
mod origin;
mod pages;
mod reading;
mod request_log;
mod server;
mod sign_in;
mod tables;
mod tags;
mod web;

use std::{any::Any, sync::Arc, time::Duration};

use async_graphql::Executor;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::Response,
    routing,
};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    timeout::TimeoutLayer,
};

use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    auth::{Gate, Quotas},
    guard::{Code, Limits, Persisted},
    tables::Tables,
};
use answer::{Refusal, TOO_SLOW};
pub use connections::Connections;
use doors::Doors;
use graphql::Endpoint;
pub use health::Readiness;
use live::Live;
pub use live::Sockets;
pub use origin::Hosts;
pub use reading::{Reading, reading};
pub use server::{Listener, serve};
pub use web::Framing;

/// What the server serves.
#[derive(Clone)]
pub struct App<E> {
    /// The schema.
    pub schema: E,
    /// Whose requests are answered.
    pub gate: Gate,
    /// How much each identity may ask.
    pub quotas: Arc<Quotas>,
    /// What tables are made of, where they are served.
    pub tables: Option<Tables>,
    /// The most that one request may ask.
    pub limits: Limits,
    /// The documents that go by ids.
    pub persisted: Persisted,
    /// How long one request may take, reading and answering included.
    pub request_timeout: Duration,
    /// How many may be told of changes.
    pub sockets: Sockets,
    /// Whether it is served over TLS.
    pub over_tls: bool,
    /// The names that the server answers to.
    pub hosts: Hosts,
    /// Where the dashboard may stand in a frame.
    pub framing: Framing,
    /// Whether requests can be answered just now.
    pub readiness: Arc<dyn Readiness>,
    /// What has been measured since the server started.
    pub metrics: PrometheusHandle,
}

/// Every path of the server, to be served by [`serve`]: `/graphql` has to know the
/// connection that a request came by.
pub fn router<E: Executor>(app: App<E>) -> Router {
    let graphql = routing::get(graphql::get::<E>)
        .post(graphql::post::<E>)
        .fallback(graphql::other_method)
        .with_state(Endpoint::new(
            app.schema.clone(),
            (app.gate.clone(), Arc::clone(&app.quotas)),
            (app.limits, app.persisted.clone()),
            app.request_timeout,
            Live::new(app.sockets),
        ));
    let doors = Doors {
        gate: app.gate.clone(),
        quotas: Arc::clone(&app.quotas),
    };
    let tables = app.tables.clone();
    let agents = tables.clone().map(|it| {
        let schema = app.schema.clone();
        agents::router(schema, it, doors.clone(), app.limits.bytes)
    });
    let tables = tables.map(|it| tables::router(it, doors));
    let (limits, timeout) = (app.limits, app.request_timeout);
    let hosts = app.hosts.clone();
    let apps = if app.persisted.are_all() {
        // What they ask is not in anybody's manifest: the dashboard writes some of it for the
        // words of the shop, and people what they like.
        web::left_out()
    } else {
        web::router(app.framing.clone())
    };
    let routes = Router::new()
        .route("/graphql", graphql)
        .route("/health/live", routing::get(health::live))
        .route("/health/ready", routing::get(health::ready::<E>))
        .route("/metrics", routing::get(metrics::metrics::<E>))
        .route(
            sign_in::PATH,
            routing::get(sign_in::page::<E>).post(sign_in::sign_in::<E>),
        )
        .route(sign_in::OUT, routing::post(sign_in::sign_out::<E>))
        .with_state(app);
    let routes = routes
        .merge(tables.unwrap_or_default())
        .merge(agents.unwrap_or_default())
        .merge(apps);
    // The last layer is the outermost: it sees the request first.
    routes
        .layer(DefaultBodyLimit::max(limits.bytes))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            timeout,
        ))
        .layer(compression())
        .layer(middleware::from_fn_with_state(hosts, origin::of_this_host))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::map_response(finish))
        .layer(middleware::from_fn(request_log::logged))
}

/// JSON shrinks tenfold at the fastest level; the best ones cost more time than they
/// save on the way. The files of the web apps come compressed, fonts by nature.
fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(predicate)
}

/// The panic hook has logged it.
fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        Code::InternalServerError,
        answer::PANICKED,
    )
    .into()
}

/// What every answer has in common.
async fn finish(response: Response) -> Response {
    // The time limit's own answer says nothing; others say which deadline it was.
    let timed_out = response.status() == StatusCode::GATEWAY_TIMEOUT
        && !response.headers().contains_key(header::CONTENT_TYPE);
    let mut response = if timed_out {
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, Code::RequestTimeout, TOO_SLOW).into()
    } else {
        response
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Addresses hold filters: what is looked at is nobody else's business.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_time_limit_s_own_answer_is_written_anew() {
        let problem = Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            Code::QueryTimeout,
            "ask for less",
        );
        let told = finish(problem.as_problem()).await;
        assert_eq!(
            told.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let mut bare = Response::default();
        *bare.status_mut() = StatusCode::GATEWAY_TIMEOUT;
        let told = finish(bare).await;
        assert_eq!(
            told.headers()[header::CONTENT_TYPE],
            "application/json; charset=utf-8"
        );
    }
}
