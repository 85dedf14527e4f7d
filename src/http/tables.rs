//! `/kpis.csv` and `/table/sales.csv` with their siblings, and `/openapi.json`, which describes
//! them.

mod rows;

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};
use serde_json::Value;

use super::{
    answer::Refusal,
    doors::{Doors, Guest},
    media::best,
    request_log::Line,
    tags,
};
use crate::{
    asking::Refused,
    auth::Scope,
    guard::Code,
    tables::{self, Form, Kind, Tables, Usable},
};

/// What tables are asked of.
#[derive(Clone)]
struct Endpoint {
    tables: Tables,
    doors: Doors,
}

/// Names and values, as a URL has them.
type Pairs = Vec<(String, String)>;
type Parameters = Result<Query<Pairs>, QueryRejection>;

/// The routes of tables.
pub(super) fn router(tables: Tables, doors: Doors) -> Router {
    let endpoint = Endpoint { tables, doors };
    let mut routes = Router::new().route("/openapi.json", routing::get(description));
    routes = routes.route(
        "/kpis",
        routing::get(
            async |endpoint: State<Endpoint>,
                   line: Extension<Line>,
                   headers: HeaderMap,
                   parameters: Parameters| {
                match accepted(&headers) {
                    Some(kind) => endpoint.answer(kind, &headers, &line, parameters).await,
                    None => not_acceptable(),
                }
            },
        ),
    );
    for kind in Kind::ALL.iter().copied() {
        let path = format!("/kpis.{}", kind.ending());
        let get = async move |endpoint: State<Endpoint>,
                              line: Extension<Line>,
                              headers: HeaderMap,
                              parameters: Parameters| {
            endpoint.answer(kind, &headers, &line, parameters).await
        };
        routes = routes.route(&path, routing::get(get));
    }
    let routes = routes.route("/table/{file}", routing::get(rows::table));
    routes.with_state(endpoint)
}

impl Endpoint {
    async fn answer(
        &self,
        kind: Kind,
        headers: &HeaderMap,
        line: &Line,
        parameters: Parameters,
    ) -> Response {
        let (guest, parameters) = match self.let_in(headers, line, parameters) {
            Ok(let_in) => let_in,
            Err(response) => return *response,
        };
        let file = self.file(kind, headers, guest.scope(), parameters).await;
        file.unwrap_or_else(problem)
    }

    /// Who asks, where they may, and what.
    fn let_in(
        &self,
        headers: &HeaderMap,
        line: &Line,
        parameters: Parameters,
    ) -> Result<(Guest, Pairs), Box<Response>> {
        let guest = self.doors.let_in(headers, line, |it| it.as_problem())?;
        match parameters {
            Ok(Query(parameters)) => Ok((guest, parameters)),
            Err(rejection) => {
                let refusal = Refusal::bad_request(rejection.body_text());
                Err(Box::new(refusal.as_problem()))
            }
        }
    }

    async fn file(
        &self,
        kind: Kind,
        headers: &HeaderMap,
        scope: Arc<Scope>,
        mut parameters: Vec<(String, String)>,
    ) -> Result<Response, Refused> {
        let asked = tags::hash(&(kind.ending(), scope.in_one_line(), &parameters));
        let form = Form::take(&mut parameters)?;
        let question = self.tables.question(scope, &parameters)?;
        let tag = question
            .state()
            .await?
            .map(|state| format!("W/\"{asked:x}-{state:x}\""));
        let is_known = tag.as_ref().is_some_and(|tag| tags::knows(headers, tag));
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            question.file(kind, form).await?.into_response()
        };
        set_headers(&mut response, "kpis", kind, tag.as_deref());
        Ok(response)
    }
}

fn set_headers(response: &mut Response, name: &str, kind: Kind, tag: Option<&str>) {
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let media_type = match kind {
        Kind::Csv => "text/csv; charset=utf-8; header=present",
        _ => kind.media_type(),
    };
    set(header::CONTENT_TYPE, media_type);
    let file = format!("attachment; filename=\"{name}.{}\"", kind.ending());
    set(header::CONTENT_DISPOSITION, &file);
    set(header::VARY, tags::VARY);
    match tag {
        Some(tag) => {
            set(header::ETAG, tag);
            set(header::CACHE_CONTROL, tags::KEPT);
        }
        None => set(header::CACHE_CONTROL, "no-store"),
    }
}

/// The kind of file that the client likes best, of equals the one that it names first.
fn accepted(headers: &HeaderMap) -> Option<Kind> {
    if !headers.contains_key(header::ACCEPT) {
        return Some(Kind::ALL[0]);
    }
    best(headers, understood)
}

/// The first kind of file that a media range has.
fn understood(name: &str) -> Option<Kind> {
    let fits = |kind: &Kind| {
        let (family, _) = kind.media_type().split_once('/').unwrap_or_default();
        name == kind.media_type()
            || name == "*/*"
            || name.strip_suffix("/*").is_some_and(|it| it == family)
    };
    Kind::ALL.iter().copied().find(fits)
}

fn not_acceptable() -> Response {
    let types: Vec<&str> = Kind::ALL.iter().map(|it| it.media_type()).collect();
    let types = types.join(", ");
    let message = format!("accept one of {types}");
    Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::NotAcceptable, message).as_problem()
}

fn problem(refused: Refused) -> Response {
    let status = match refused.code {
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::QueryTimeout => StatusCode::GATEWAY_TIMEOUT,
        Code::ServerBusy | Code::DatabaseUnavailable | Code::EngineNotReady => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::InternalServerError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    Refusal::new(status, refused.code, refused.message).as_problem()
}

async fn description(
    State(endpoint): State<Endpoint>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
) -> Response {
    match endpoint.doors.let_in(&headers, &line, |it| it.as_problem()) {
        Ok(guest) => {
            let vocabulary = endpoint.tables.shop.vocabulary;
            let scope = guest.scope();
            let usable = Usable::new(vocabulary, &scope);
            let rows = endpoint.tables.rows.map(|it| it.described(&scope));
            let description = tables::description(usable, &rows.unwrap_or_default());
            Json::<Value>(description).into_response()
        }
        Err(response) => *response,
    }
}
