//! What runs requests.

use std::{any::TypeId, mem, sync::Arc, time::Duration};

use async_graphql::{
    Data, Error, Executor, Name, Request, Response, Value,
    parser::types::{ExecutableDocument, OperationType},
};
use chrono::{DateTime, Utc};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use indexmap::IndexMap;

use super::{
    Schema,
    allowance::Allowance,
    completion::{Shape, Types, asked},
    error::of_request,
    live::Live,
    permit::allowed,
    request::{Setup, State},
    sight::Sights,
};
use crate::{
    auth::{Identity, Scope},
    engine::{Work, Works},
    guard::Code,
};

/// What has come of running a request.
pub(super) struct Run {
    pub response: Response,
    /// Every change up to this instant is in it.
    pub as_of: DateTime<Utc>,
    /// How long a subscription waits at least before it is run again; `None` where it does
    /// not say, because it cannot be run.
    pub min_interval: Option<Duration>,
}

/// The schema over a shop.
///
/// It gives every request a state of its own, so that nothing is remembered beyond
/// it, puts the answer in order, and says in it which engine counted.
#[derive(Clone)]
pub struct Api {
    schema: Schema,
    setup: Setup,
    types: Arc<Types>,
    sights: Arc<Sights>,
    live: Live,
}

impl Api {
    pub(super) fn new(schema: Schema, setup: Setup) -> Self {
        let types = Arc::new(Types::of(&schema.sdl()));
        let sights = Sights::new(Arc::clone(&types), setup.shop.vocabulary);
        Self {
            schema,
            setup,
            types,
            sights: Arc::new(sights),
            live: Live::default(),
        }
    }

    /// Runs a request; a subscription once.
    pub async fn execute(&self, request: impl Into<Request>) -> Response {
        let request = request.into();
        let scope = scope_of(&request);
        self.run(request, scope).await.response
    }

    /// Runs a request of who may see so much; a subscription once.
    pub(super) async fn run(&self, mut request: Request, scope: Arc<Scope>) -> Run {
        let operation = request.operation_name.clone();
        // What cannot be parsed has no shape, and the library says why.
        let variables = mem::take(&mut request.variables);
        let shape = match request.parsed_query() {
            Ok(document) => {
                let vocabulary = self.setup.shop.vocabulary;
                if let Err(error) = allowed(&scope, document, &variables, &self.types, vocabulary) {
                    return self.refused(&error);
                }
                let shape = Shape::of(document, operation.as_deref(), &self.types);
                if is_subscription(document, operation.as_deref()) && !shape.is_one_field() {
                    return self.refused(&Code::ValidationFailed.error(
                        "a subscription has one field, such as `subscription { kpis { totalSales } }`",
                    ));
                }
                shape
            }
            Err(_) => Shape::default(),
        };
        request.variables = variables;
        let now = (self.setup.shop.clock)();
        let schema = self.seen_by(&scope);
        let state = Box::pin(State::new(self.setup.clone(), scope)).await;
        let session = Arc::clone(&state.session);
        let allowance = Arc::clone(&state.allowance);
        let min_interval = Arc::clone(&state.min_interval);
        request = request.data(state);
        // Boxed: it is by far the largest part of all that waits for an answer.
        let executed = Box::pin(executed(&schema, request));
        let mut response = within(&allowance, executed).await;
        shape.complete(&mut response.data);
        Run {
            response: finished(response, session.works()),
            as_of: session.as_of().unwrap_or(now),
            min_interval: min_interval.get().copied(),
        }
    }

    /// The schema as who may see so much sees it.
    fn seen_by(&self, scope: &Arc<Scope>) -> Schema {
        if scope.allows_everything() {
            return self.schema.clone();
        }
        self.sights.schema(scope)
    }

    fn refused(&self, error: &Error) -> Run {
        Run {
            response: Response::from_errors(vec![of_request(error)]),
            as_of: (self.setup.shop.clock)(),
            min_interval: None,
        }
    }

    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }
}

impl Executor for Api {
    async fn execute(&self, request: Request) -> Response {
        self.execute(request).await
    }

    fn execute_stream(
        &self,
        mut request: Request,
        _session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        if asks_for_subscription(&mut request) {
            let scope = scope_of(&request);
            return self.live.answers(self, request, scope).boxed();
        }
        let api = self.clone();
        stream::once(async move { api.execute(request).await }).boxed()
    }
}

async fn executed(schema: &Schema, mut request: Request) -> Response {
    if !asks_for_subscription(&mut request) {
        return schema.execute(request).await;
    }
    // Its field gives a stream of one, unless a directive leaves it out.
    let mut answers = schema.execute_stream(request);
    answers.next().await.unwrap_or_default()
}

/// What whoever asks may see.
fn scope_of(request: &Request) -> Arc<Scope> {
    let identity = request.data.get(&TypeId::of::<Identity>());
    Identity::scope_of(identity.and_then(|it| it.downcast_ref()))
}

/// Whether the operation that is asked for is a subscription.
fn asks_for_subscription(request: &mut Request) -> bool {
    let operation = request.operation_name.clone();
    let document = request.parsed_query();
    document.is_ok_and(|document| is_subscription(document, operation.as_deref()))
}

fn is_subscription(document: &ExecutableDocument, operation: Option<&str>) -> bool {
    asked(document, operation).is_some_and(|it| it.ty == OperationType::Subscription)
}

/// The response, or the refusal of the request as soon as it wants more than it may have.
async fn within(allowance: &Allowance, executed: impl Future<Output = Response>) -> Response {
    let refused = |error: &Error| Response::from_errors(vec![of_request(error)]);
    tokio::select! {
        biased;
        refusal = allowance.refused() => refused(refusal),
        response = executed => allowance.refusal().map_or(response, refused),
    }
}

/// The response with a code in every error of a field, and with what the engines did.
///
/// Whatever fails in a resolver has a code; what has none never reached one, because an
/// argument did not fit its type.
fn finished(mut response: Response, works: Works) -> Response {
    let of_fields = response.errors.iter_mut().filter(|it| !it.path.is_empty());
    of_fields.for_each(|error| Code::BadUserInput.set_unless_coded(error));
    if works == Works::default() {
        return response;
    }
    response.extension("engine", report(works))
}

/// Which engines answered, what they counted and how long it took.
fn report(works: Works) -> Value {
    let of = |work: Work| {
        let mut report = IndexMap::from([
            (Name::new("passes"), Value::from(work.passes)),
            (
                Name::new("milliseconds"),
                Value::from(work.time.as_secs_f64() * 1000.0),
            ),
        ]);
        if let Some(orders) = work.orders {
            report.insert(Name::new("ordersRead"), Value::from(orders));
        }
        Value::Object(report)
    };
    let engines = [("memory", works.memory), ("mongo", works.mongo)];
    let used = engines.into_iter().filter(|(_, work)| work.passes > 0);
    Value::Object(
        used.map(|(name, work)| (Name::new(name), of(work)))
            .collect(),
    )
}
