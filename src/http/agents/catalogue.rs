//! What there is to ask for: the catalogue, and the values of dimensions.

use async_graphql::{Executor, Request, Response, Variables};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Agents, Caller, ask::limit, read};
use crate::{
    asking::Refused,
    guard::Code,
    tables::{CYCLES, GRAINS},
};

const SHOP: &str = "{ shop { name currency timeZone firstOrderAt lastOrderAt } }";
const VALUES: &str = "query ($of: Dimension!, $search: String, $first: Int!) {
  shop { values(of: $of, search: $search, first: $first) { value label } }
}";

/// No arguments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The arguments of `values` beside its limit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    dimension: String,
    search: Option<String>,
}

impl<E: Executor> Agents<E> {
    /// The shop, its KPIs, dimensions and stretches of time.
    pub(super) async fn catalogue(
        &self,
        caller: &Caller,
        arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let Nothing {} = read(arguments)?;
        let mut told = self.told(caller, Request::new(SHOP)).await?;
        let (scope, vocabulary) = (caller.scope(), self.tables.shop.vocabulary);
        let kpis = vocabulary.kpis().iter();
        let kpis = kpis.filter(|it| scope.allows_kpi(vocabulary, **it)).map(|it| {
            json!({ "name": it.name(), "definition": it.definition(), "unit": it.unit().words() })
        });
        let dimensions = vocabulary.dimensions().iter();
        let dimensions = dimensions
            .filter(|it| scope.allows_dimension(**it))
            .map(|it| json!({ "name": it.name(), "description": it.description() }));
        Ok(json!({
            "shop": told["shop"].take(),
            "kpis": kpis.collect::<Vec<_>>(),
            "dimensions": dimensions.collect::<Vec<_>>(),
            "times": GRAINS.map(|(name, _)| name),
            "cycles": CYCLES.map(|(name, _)| name),
        }))
    }

    /// The values of a dimension.
    pub(super) async fn values(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let limit = limit(&mut arguments)?;
        let wanted: Wanted = read(arguments)?;
        let vocabulary = self.tables.shop.vocabulary;
        let Some(dimension) = vocabulary.dimension(&wanted.dimension) else {
            let names = vocabulary.dimensions().iter().map(|it| it.name());
            let names = names.collect::<Vec<_>>().join(", ");
            let message = format!(
                "there is no dimension `{}`: there are {names}",
                wanted.dimension
            );
            return Err(Refused::input(message));
        };
        // One more tells whether there are more.
        let variables = json!({
            "of": dimension.enum_name(), "search": wanted.search, "first": limit + 1,
        });
        let request = Request::new(VALUES).variables(Variables::from_json(variables));
        let mut told = self.told(caller, request).await?;
        let mut values = match told["shop"]["values"].take() {
            Value::Array(values) => values,
            _ => Vec::new(),
        };
        let more = values.len() > limit;
        values.truncate(limit);
        Ok(json!({ "values": values, "more": more }))
    }

    /// What the graph answers to whoever asks.
    async fn told(&self, caller: &Caller, request: Request) -> Result<Value, Refused> {
        let request = match &caller.0 {
            Some(identity) => request.data(identity.clone()),
            None => request,
        };
        let response = self.schema.execute(request).await;
        match response.errors.first() {
            Some(error) => Err(Refused::new(code(&response), error.message.clone())),
            None => response.data.into_json().map_err(|_| Refused::internal()),
        }
    }
}

/// The code of what went wrong.
fn code(response: &Response) -> Code {
    let extensions = response
        .errors
        .first()
        .and_then(|it| it.extensions.as_ref());
    let named = extensions.and_then(|it| it.get("code"));
    let is_named =
        |code: &&Code| named.is_some_and(|it| *it == async_graphql::Value::from(code.name()));
    let code = Code::ALL.iter().find(is_named);
    code.copied().unwrap_or(Code::InternalServerError)
}
