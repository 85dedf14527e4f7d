//! `/mcp`: the shop for agents, by the Model Context Protocol.
//!
//! Nothing is read but through the same questions, scopes and limits as tables and GraphQL,
//! and nothing is kept between two messages: each is a request of its own.

mod arguments;
mod ask;
mod catalogue;
mod change;
mod cohorts;
mod filters;
mod graph;
mod tools;

use std::sync::Arc;

use async_graphql::Executor;
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::request::Parts,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::json;

use super::{doors::Doors, request_log::Line};
use crate::{
    auth::{Identity, Scope},
    tables::{Tables, Usable},
};

/// What an agent is told of the server as a whole.
const INSTRUCTIONS: &str = "Figures of a shop: sales, profit, orders, customers, products, \
    returns and more. Look at `catalogue` first: it names every KPI with its definition and \
    unit, and every dimension. Find the exact spelling of a dimension's values with `values`. \
    Then ask with `ask`; never add up or average what it returns, for distinct counts and \
    ratios do not add up: ask for the coarser group in its place. `compare` sets one period \
    against another, `drivers` says why a figure changed, in parts that add up, and `cohorts` \
    who came back. `explain` gives one figure with its definition and what asks for it again.";

/// The routes of agents.
pub(super) fn router<E: Executor>(
    schema: E,
    tables: Tables,
    doors: Doors,
    most_bytes: usize,
) -> Router {
    let agents = Agents { schema, tables };
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        // Of the whole server, whose own rules know what it listens on.
        .disable_allowed_hosts()
        .with_max_request_body_bytes(most_bytes);
    let service = StreamableHttpService::new(
        move || Ok(agents.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let routes = Router::new().route_service("/mcp", service);
    routes.layer(middleware::from_fn_with_state(doors, identified))
}

/// Who asks; nobody in particular where nobody is asked.
#[derive(Clone, Debug)]
struct Caller(Option<Identity>);

/// Lets those through who may ask, and says who they are.
async fn identified(
    State(doors): State<Doors>,
    Extension(line): Extension<Line>,
    mut request: Request,
    next: Next,
) -> Response {
    match doors.let_in(request.headers(), &line, IntoResponse::into_response) {
        Ok(guest) => {
            let caller = Caller(guest.identity.clone());
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refused) => *refused,
    }
}

/// What answers agents.
#[derive(Clone)]
struct Agents<E> {
    schema: E,
    tables: Tables,
}

impl<E: Executor> ServerHandler for Agents<E> {
    fn get_info(&self) -> ServerConfig {
        let tools = ServerCapabilities::builder().enable_tools().build();
        let server = Implementation::new("salesgraph", env!("CARGO_PKG_VERSION"));
        let info = ServerConfig::new(tools).with_server_info(server);
        info.with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let scope = caller(&context)?.scope();
        let tools = tools::all(Usable::new(self.tables.shop.vocabulary, &scope));
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = caller(&context)?;
        let arguments = request.arguments.unwrap_or_default();
        let told = match request.name.as_ref() {
            tools::CATALOGUE => self.catalogue(&caller, arguments).await,
            tools::VALUES => self.values(&caller, arguments).await,
            tools::ASK => self.ask(&caller, arguments).await,
            tools::COMPARE => self.compare(&caller, arguments).await,
            tools::DRIVERS => self.drivers(&caller, arguments).await,
            tools::COHORTS => self.cohorts(&caller, arguments).await,
            tools::EXPLAIN => self.explain(&caller, arguments).await,
            other => {
                let message = format!("there is no tool `{other}`: see tools/list");
                return Err(ErrorData::invalid_params(message, None));
            }
        };
        if let Some(line) = told_to::<Line>(&context) {
            line.asks_for(Some(&request.name));
            if let Err(refused) = &told {
                line.refused(refused.code);
            }
        }
        // What an agent can mend is told to the agent, not to its program.
        let result = told.map_or_else(
            |refused| {
                let error = json!({ "code": refused.code.name(), "message": refused.message });
                CallToolResult::structured_error(json!({ "error": error }))
            },
            CallToolResult::structured,
        );
        Ok(result.into())
    }
}

impl Caller {
    fn scope(&self) -> Arc<Scope> {
        Identity::scope_of(self.0.as_ref())
    }
}

/// What a request carries along.
fn told_to<T: Clone + Send + Sync + 'static>(context: &RequestContext<RoleServer>) -> Option<&T> {
    context.extensions.get::<Parts>()?.extensions.get()
}

fn caller(context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
    told_to::<Caller>(context)
        .cloned()
        .ok_or_else(|| ErrorData::internal_error("it is not known who asks", None))
}
