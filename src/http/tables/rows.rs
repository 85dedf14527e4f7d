//! `/table/sales.csv` and its siblings: rows, sent as they are read.

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use futures::{StreamExt as _, stream};

use super::{Endpoint, Parameters, accepted, not_acceptable, problem, set_headers};
use crate::{
    asking::Refused,
    guard::Code,
    http::{answer::Refusal, doors::Guest, live::Link, request_log::Line},
    tables::{self, AskedRows, Form, Kind},
};

/// The rows of the table that the path names, as the kind of file that it ends in, or that the
/// client likes best.
pub(super) async fn table(
    State(endpoint): State<Endpoint>,
    Path(file): Path<String>,
    (Extension(log), Extension(link)): (Extension<Line>, Extension<Link>),
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    let ending = |kind: &Kind| file.strip_suffix(kind.ending())?.strip_suffix('.');
    let by_ending = Kind::ALL
        .iter()
        .copied()
        .find_map(|it| Some((ending(&it)?, it)));
    let Some((name, kind)) = by_ending.or_else(|| Some((&*file, accepted(&headers)?))) else {
        return not_acceptable();
    };
    let (guest, parameters) = match endpoint.let_in(&headers, &log, parameters) {
        Ok(let_in) => let_in,
        Err(response) => return *response,
    };
    let rows = endpoint.rows(name, kind, (guest, link), parameters).await;
    rows.unwrap_or_else(problem)
}

impl Endpoint {
    async fn rows(
        &self,
        name: &str,
        kind: Kind,
        (guest, link): (Guest, Link),
        mut parameters: Vec<(String, String)>,
    ) -> Result<Response, Refused> {
        let Some(rows) = &self.tables.rows else {
            return Ok(not_found(
                "this build gives no rows; build it with `cargo build --release --features sql`",
            ));
        };
        let form = Form::take(&mut parameters)?;
        let asked = AskedRows::of(&parameters)?;
        let Some(sheet) = rows.open(name, asked, guest.identity.clone()).await? else {
            let there = rows.described(&guest.scope()).into_iter().map(|it| it.name);
            let there = there.collect::<Vec<_>>().join(", ");
            return Ok(not_found(format!(
                "there is no table `{name}`: there are {there}; KPIs are at /kpis.csv"
            )));
        };
        let mut file = tables::file(name, sheet, (kind, form), self.tables.bytes).boxed();
        // What fails by then is told as such; what fails later ends the connection, so that
        // nobody takes a part for the whole.
        let first = file.next().await.transpose()?;
        // It is their turn until all is sent.
        let until_sent = (guest, link.activity.stream());
        let file = stream::iter(first.map(Ok)).chain(file).map(move |piece| {
            let _ = &until_sent;
            piece.inspect_err(|refused| tracing::warn!(%refused, "a table broke off"))
        });
        let mut response = Body::from_stream(file).into_response();
        set_headers(&mut response, name, kind, None);
        Ok(response)
    }
}

fn not_found(message: impl Into<String>) -> Response {
    Refusal::new(StatusCode::NOT_FOUND, Code::BadUserInput, message).as_problem()
}
