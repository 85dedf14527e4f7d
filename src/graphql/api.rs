//! What runs requests.

use std::{any::TypeId, mem, sync::Arc};

use async_graphql::{Data, Error, Executor, Name, Request, Response, Value};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use indexmap::IndexMap;

use super::{
    Schema,
    allowance::Allowance,
    completion::{Shape, Types},
    error::of_request,
    permit::allowed,
    request::{Setup, State},
};
use crate::{
    auth::Identity,
    engine::{Work, Works},
    guard::Code,
};

/// The schema over a shop.
///
/// It gives every request a state of its own, so that nothing is remembered beyond
/// it, puts the answer in order, and says in it which engine counted.
#[derive(Clone)]
pub struct Api {
    schema: Schema,
    setup: Setup,
    types: Arc<Types>,
}

impl Api {
    pub(super) fn new(schema: Schema, setup: Setup) -> Self {
        let types = Arc::new(Types::of(&schema.sdl()));
        Self {
            schema,
            setup,
            types,
        }
    }

    /// Runs a request.
    pub async fn execute(&self, request: impl Into<Request>) -> Response {
        let mut request = request.into();
        let identity = request.data.get(&TypeId::of::<Identity>());
        let identity = identity.and_then(|it| it.downcast_ref::<Identity>());
        let scope = identity.map(|it| Arc::clone(&it.scope)).unwrap_or_default();
        let operation = request.operation_name.clone();
        // What cannot be parsed has no shape, and the library says why.
        let variables = mem::take(&mut request.variables);
        let shape = match request.parsed_query() {
            Ok(document) => {
                let vocabulary = self.setup.vocabulary;
                if let Err(error) = allowed(&scope, document, &variables, &self.types, vocabulary) {
                    return Response::from_errors(vec![of_request(&error)]);
                }
                Shape::of(document, operation.as_deref(), &self.types)
            }
            Err(_) => Shape::default(),
        };
        request.variables = variables;
        let state = Box::pin(State::new(self.setup.clone(), scope)).await;
        let session = Arc::clone(&state.session);
        let allowance = Arc::clone(&state.allowance);
        request = request.data(state);
        // Boxed: it is by far the largest part of all that waits for an answer.
        let executed = Box::pin(self.schema.execute(request));
        let mut response = within(&allowance, executed).await;
        shape.complete(&mut response.data);
        finished(response, session.works())
    }
}

impl Executor for Api {
    async fn execute(&self, request: Request) -> Response {
        self.execute(request).await
    }

    fn execute_stream(
        &self,
        request: Request,
        _session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let api = self.clone();
        stream::once(async move { api.execute(request).await }).boxed()
    }
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
