//! What there is to ask for: the catalogue, and the values of dimensions.

use async_graphql::{Executor, Request, Variables};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Agents, Caller,
    arguments::{dimension, limit, read},
};
use crate::{
    asking::Refused,
    tables::{CYCLES, GRAINS, Usable},
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
        let scope = caller.scope();
        let usable = Usable::new(self.tables.shop.vocabulary, &scope);
        let kpis = usable.kpis().map(|it| {
            json!({ "name": it.name(), "definition": it.definition(), "unit": it.unit().words() })
        });
        let dimensions = usable
            .dimensions()
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
        let scope = caller.scope();
        let usable = Usable::new(self.tables.shop.vocabulary, &scope);
        let dimension = dimension(&wanted.dimension, usable)?;
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
}
