//! What each statement begins with: nothing is written, and all is of one instant.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono_tz::Tz;
use datafusion::{
    common::{DFSchema, ParamValues},
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::sqlparser::ast::{
        CopySource, CopyTarget, Expr, FetchDirection, ObjectName, Query, Set, SetExpr, Statement,
    },
};
use datafusion_postgres::{
    QueryHook,
    hooks::HookClient,
    pgwire::{
        api::{
            ClientInfo,
            results::{Response, Tag},
        },
        error::PgWireResult,
        messages::{PgWireBackendMessage, startup::ParameterStatus},
    },
};

use super::{connection::Connection, context::set_zone, refusal::Refusal, startup::no_zone};

/// Rows that may be fetched at once, by whatever way.
pub const MOST_ROWS: usize = 100_000;

/// The hook of one connection, before all others.
#[derive(Debug)]
pub struct Statements(pub Arc<Connection>);

#[async_trait]
impl QueryHook for Statements {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        self.begin(statement, context, client).await
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if let Err(refusal) = only_reads(statement) {
            return Some(Err(refusal.into()));
        }
        let nothing = LogicalPlan::EmptyRelation(EmptyRelation {
            produce_one_row: false,
            schema: Arc::new(DFSchema::empty()),
        });
        // A copy tells what its rows are by itself, not when it is described.
        let has_no_columns =
            done(statement).is_some() || matches!(statement, Statement::Copy { .. });
        has_no_columns.then_some(Ok(nothing))
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        self.begin(statement, context, client).await
    }
}

impl Statements {
    async fn begin(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Err(refusal) = only_reads(statement) {
            return Some(Err(refusal.into()));
        }
        if matches!(statement, Statement::Copy { .. }) {
            // One that stands alone has been answered before it comes here.
            let message = "COPY stands alone: send it without other statements";
            return Some(Err(Refusal::unsupported(message).into()));
        }
        if let Err(refusal) = self.0.begin_statement() {
            return Some(Err(refusal.into()));
        }
        if let Some(response) = done(statement) {
            return Some(Ok(response));
        }
        let Statement::Set(set) = statement else {
            return None;
        };
        let zone = named_zone(set)?;
        Some(self.set_zone(&zone, context, client).await)
    }

    async fn set_zone(
        &self,
        name: &str,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> PgWireResult<Response> {
        let zone = if ["default", "local"].contains(&name.to_ascii_lowercase().as_str()) {
            let statement = self.0.statement()?;
            statement
                .settings()
                .await
                .map_err(Refusal::from)?
                .calendar
                .zone
        } else {
            name.parse::<Tz>().map_err(|_| no_zone(name))?
        };
        set_zone(&self.0, context, zone).await?;
        show(client.metadata_mut(), "timezone", zone.name());
        let status = ParameterStatus::new("TimeZone".to_owned(), zone.name().to_owned());
        let message = PgWireBackendMessage::ParameterStatus(status);
        client.send_message(message).await?;
        Ok(Response::Execution(Tag::new("SET")))
    }
}

/// Has the next hook give this value to SHOW.
pub fn show(metadata: &mut HashMap<String, String>, name: &str, value: &str) {
    metadata.insert(name.to_owned(), value.to_owned());
}

/// The zone that a SET names.
fn named_zone(set: &Set) -> Option<String> {
    let name = |value: &Expr| value.to_string().trim_matches(['\'', '"']).to_owned();
    match set {
        Set::SetTimeZone { value, .. } => Some(name(value)),
        Set::SingleAssignment {
            variable, values, ..
        } if plain(variable) == "timezone" => values.first().map(name),
        _ => None,
    }
}

/// What pools of connections say before they hand one on, and drivers around what may fail:
/// where nothing is written, there is nothing to forget, to keep or to undo.
fn done(statement: &Statement) -> Option<Response> {
    let done = |tag| Some(Response::Execution(Tag::new(tag)));
    match statement {
        Statement::Discard { .. } => done("DISCARD ALL"),
        Statement::Deallocate { .. } => done("DEALLOCATE"),
        Statement::Reset(_) => done("RESET"),
        Statement::Savepoint { .. } => done("SAVEPOINT"),
        Statement::ReleaseSavepoint { .. } => done("RELEASE"),
        // The library lets a transaction that has failed go on by no other way than to end it.
        Statement::Rollback { savepoint, .. } => savepoint
            .as_ref()
            .map(|_| Response::TransactionEnd(Tag::new("ROLLBACK"))),
        _ => None,
    }
}

/// Refuses whatever is not known to write nothing, and what would change the limits.
fn only_reads(statement: &Statement) -> Result<(), Refusal> {
    match statement {
        Statement::Set(Set::SingleAssignment { variable, .. })
            if plain(variable).starts_with("datafusion") =>
        {
            Err(Refusal::new(
                "42501",
                format!("{variable} is not yours to set"),
            ))
        }
        Statement::Fetch { direction, .. } if !is_few(direction) => Err(Refusal::new(
            "54000",
            format!("FETCH at most {MOST_ROWS} rows at a time"),
        )),
        Statement::Query(query) => query_only_reads(query),
        Statement::Copy {
            source,
            to: true,
            target: CopyTarget::Stdout,
            ..
        } => match source {
            CopySource::Query(query) => query_only_reads(query),
            CopySource::Table { .. } => Ok(()),
        },
        Statement::Explain { statement, .. } => only_reads(statement),
        Statement::Declare { stmts } => stmts
            .iter()
            .filter_map(|it| it.for_query.as_deref())
            .try_for_each(query_only_reads),
        Statement::Set(_)
        | Statement::ShowVariable { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. }
        | Statement::ReleaseSavepoint { .. }
        | Statement::Fetch { .. }
        | Statement::Close { .. }
        | Statement::Discard { .. }
        | Statement::Deallocate { .. }
        | Statement::Reset(_) => Ok(()),
        other => {
            let text = other.to_string();
            let words = text
                .split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ");
            Err(Refusal::read_only(&words))
        }
    }
}

/// Whether a cursor is asked for few rows: the library makes room for as many at once.
fn is_few(direction: &FetchDirection) -> bool {
    match direction {
        FetchDirection::Count { limit } | FetchDirection::Forward { limit: Some(limit) } => {
            let limit = limit.to_string().parse::<usize>();
            limit.is_ok_and(|it| it <= MOST_ROWS)
        }
        FetchDirection::All | FetchDirection::ForwardAll => false,
        _ => true,
    }
}

/// A variable's name as the library reads it, without quotes.
fn plain(name: &ObjectName) -> String {
    name.to_string().replace('"', "").to_lowercase()
}

fn query_only_reads(query: &Query) -> Result<(), Refusal> {
    let in_withs = query.with.iter().flat_map(|it| &it.cte_tables);
    in_withs
        .map(|it| &*it.query)
        .try_for_each(query_only_reads)?;
    body_only_reads(&query.body)
}

fn body_only_reads(body: &SetExpr) -> Result<(), Refusal> {
    match body {
        SetExpr::Select(select) if select.into.is_some() => Err(Refusal::read_only("SELECT INTO")),
        SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Table(_) => Ok(()),
        SetExpr::Query(query) => query_only_reads(query),
        SetExpr::SetOperation { left, right, .. } => {
            body_only_reads(left)?;
            body_only_reads(right)
        }
        SetExpr::Insert(statement)
        | SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Merge(statement) => only_reads(statement),
    }
}
