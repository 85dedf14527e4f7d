//! The handlers of one connection: the library's, within limits.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    prelude::SessionContext,
    sql::sqlparser::{dialect::PostgreSqlDialect, parser},
};
use datafusion_postgres::{
    DfSessionService, Parser,
    arrow_pg::datatypes::df::encode_dataframe,
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, ConnectionManager, ErrorHandler, PgWireServerHandlers,
            auth::StartupHandler,
            cancel::{CancelHandler, DefaultCancelHandler},
            portal::Portal,
            query::{ExtendedQueryHandler, SimpleQueryHandler},
            results::Response,
            stmt::QueryParser,
            store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::{
            PgWireBackendMessage,
            extendedquery::{Execute, Parse},
        },
        types::format::FormatOptions,
    },
};
use futures::Sink;
use tokio::time::{Instant, timeout_at};

use super::{
    Setup, catalogue::spelled, connection::Connection, context, copy::Copy, refusal::Refusal, rows,
    startup::Startup, statements::MOST_ROWS,
};

/// Where the library keeps how long a client lets a statement take, in milliseconds.
const STATEMENT_TIMEOUT: &str = "statement_timeout_ms";

/// Letters of a statement: its tree is as deep as it is long at worst, and has to fit a stack.
const LONGEST: usize = 64 << 10;

fn refuse_long(statement: &str) -> Result<(), Refusal> {
    if statement.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("a statement has at most {LONGEST} bytes");
    Err(Refusal::new("54000", message))
}

/// A prepared statement is one: those behind the first would be left out.
fn refuse_several(statements: &str) -> Result<(), Refusal> {
    let one = statements.trim_end().trim_end_matches(';');
    let parsed = one
        .contains(';')
        .then(|| parser::Parser::parse_sql(&PostgreSqlDialect {}, one).ok());
    if parsed.flatten().is_none_or(|it| it.len() <= 1) {
        return Ok(());
    }
    let message = "a prepared statement is one: send these as a simple query, or one by one";
    Err(Refusal::new("42601", message))
}

/// What answers one client.
pub struct Handlers {
    startup: Arc<Startup>,
    service: Arc<Service>,
    cancel: Arc<DefaultCancelHandler>,
}

/// What runs its statements.
pub struct Service {
    connection: Arc<Connection>,
    setup: Arc<Setup>,
    context: Arc<SessionContext>,
    inner: DfSessionService,
}

/// What says what went wrong.
struct Errors;

impl Handlers {
    /// Those of a client; without room for it, it is told so.
    ///
    /// # Errors
    /// When the catalogue cannot be set up.
    pub fn new(
        setup: &Arc<Setup>,
        shared: &context::Shared,
        manager: Arc<ConnectionManager>,
        has_room: bool,
    ) -> datafusion::error::Result<Self> {
        let connection = Arc::new(Connection::new(
            Arc::clone(setup),
            Arc::clone(&shared.columns),
        ));
        let (context, inner) = context::service(&connection, shared)?;
        Ok(Self {
            startup: Arc::new(Startup {
                connection: Arc::clone(&connection),
                context: Arc::clone(&context),
                manager: Arc::clone(&manager),
                needs_tls: setup.tls.is_some(),
                has_room,
            }),
            service: Arc::new(Service {
                connection,
                setup: Arc::clone(setup),
                context,
                inner,
            }),
            cancel: Arc::new(DefaultCancelHandler::new(manager)),
        })
    }
}

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.service)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.service)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.startup)
    }

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(Errors)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.cancel)
    }
}

impl ErrorHandler for Errors {
    fn on_error<C>(&self, _: &C, error: &mut PgWireError)
    where
        C: ClientInfo,
    {
        if !matches!(error, PgWireError::UserError(_)) {
            *error = Refusal::of(error).into();
        }
    }
}

impl Service {
    /// The rows of a query as a file. They are sent as they come, however many they are.
    async fn copied<C>(&self, client: &C, copy: Copy, until: Instant) -> PgWireResult<Response>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        self.connection.begin_statement()?;
        let failed = |error| PgWireError::ApiError(Box::new(error));
        let answered = async {
            let parser = ExtendedQueryHandler::query_parser(&self.inner);
            let parsed = parser.parse_sql(client, &copy.query, &[]).await?;
            let Some((_, Some((_, plan)))) = parsed else {
                return Err(Refusal::new("42601", "COPY has no query").into());
            };
            let rows = self.context.execute_logical_plan(plan).await;
            let options = FormatOptions::from_client_metadata(client.metadata());
            let rows = rows.map_err(failed)?;
            encode_dataframe(rows, &copy.values(), Some(Arc::new(options))).await
        };
        let answered = timeout_at(until, answered).await;
        let rows = answered.map_err(|_| Refusal::out_of_time())??;
        Ok(copy.file(rows::sent(Response::Query(rows), until, usize::MAX).await?))
    }
}

#[async_trait]
impl SimpleQueryHandler for Service {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        refuse_long(query)?;
        let spelled = spelled(query);
        let query = spelled.as_deref().unwrap_or(query);
        let _statement = self.connection.at_hand();
        let until = rows::deadline(
            self.setup.deadline,
            client.metadata().get(STATEMENT_TIMEOUT),
        );
        if let Some(copy) = Copy::in_sql(query) {
            return Ok(vec![self.copied(client, copy?, until).await?]);
        }
        let answered = SimpleQueryHandler::do_query(&self.inner, client, query);
        let answered = timeout_at(until, answered).await;
        let responses = answered.map_err(|_| Refusal::out_of_time())??;
        let mut sent = Vec::with_capacity(responses.len());
        for response in responses {
            sent.push(rows::sent(response, until, self.setup.memory).await?);
        }
        Ok(sent)
    }
}

#[async_trait]
impl ExtendedQueryHandler for Service {
    type Statement = <DfSessionService as ExtendedQueryHandler>::Statement;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Parser> {
        self.inner.query_parser()
    }

    async fn on_parse<C>(&self, client: &mut C, mut message: Parse) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        refuse_long(&message.query)?;
        refuse_several(&message.query)?;
        if let Some(spelled) = spelled(&message.query) {
            message.query = spelled;
        }
        ExtendedQueryHandler::on_parse(&self.inner, client, message).await
    }

    async fn on_execute<C>(&self, client: &mut C, mut message: Execute) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        // The library makes room for as many rows at once. None, or none above 0, is all.
        if !usize::try_from(message.max_rows).is_ok_and(|it| it <= MOST_ROWS) {
            message.max_rows = 0;
        }
        self._on_execute(client, message).await
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Self::Statement>,
        max_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Self::Statement>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let _statement = self.connection.at_hand();
        let until = rows::deadline(
            self.setup.deadline,
            client.metadata().get(STATEMENT_TIMEOUT),
        );
        if let (_, Some((statement, _))) = &portal.statement.statement
            && let Some(copy) = Copy::of(statement)
        {
            return self.copied(client, copy?, until).await;
        }
        let answered = ExtendedQueryHandler::do_query(&self.inner, client, portal, max_rows);
        let answered = timeout_at(until, answered).await;
        let response = answered.map_err(|_| Refusal::out_of_time())??;
        rows::sent(response, until, self.setup.memory).await
    }
}
