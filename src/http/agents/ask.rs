//! Questions of agents: KPIs by groups, and one figure explained.

use std::sync::Arc;

use async_graphql::Executor;
use serde_json::{Map, Value, json};

use super::{
    Agents, Caller,
    arguments::{limit, read, taken},
    filters::Filters,
};
use crate::{
    asking::Refused,
    auth::Scope,
    kpi::Kpi,
    tables::{Form, Kind},
};

impl<E: Executor> Agents<E> {
    /// KPIs by groups.
    pub(super) async fn ask(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let mut names = |name| taken::<Vec<String>>(&mut arguments, name);
        let measures = names("measures")?.unwrap_or_default();
        let (by, order_by) = (names("by")?, names("orderBy")?);
        let limit = limit(&mut arguments)?;
        let filters: Filters = read(arguments)?;
        let lists = [("measures", Some(&measures)), ("by", by.as_ref())];
        let lists = lists.into_iter().chain([("orderBy", order_by.as_ref())]);
        let mut parameters = lists
            .filter_map(|(name, list)| Some((name.to_owned(), list?.join(","))))
            .chain(filters.parameters())
            .collect::<Vec<_>>();
        let url = address(&parameters);
        // One more tells whether there are more.
        parameters.push(("limit".to_owned(), (limit + 1).to_string()));
        let mut rows = self.rows(caller.scope(), &parameters).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let vocabulary = self.tables.shop.vocabulary;
        let meant = measures.iter().filter_map(|it| vocabulary.kpi(it));
        Ok(json!({ "rows": rows, "more": more, "units": units(meant), "url": url }))
    }

    /// One figure, and what it means.
    pub(super) async fn explain(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let measure: Option<String> = taken(&mut arguments, "measure")?;
        let measure = measure.unwrap_or_default();
        let filters: Filters = read(arguments)?;
        let mut parameters = vec![("measures".to_owned(), measure.clone())];
        parameters.extend(filters.parameters());
        let mut rows = self.rows(caller.scope(), &parameters).await?;
        let kpi = self.tables.shop.vocabulary.kpi(&measure);
        let Some((kpi, Value::Object(mut row))) = kpi.zip(rows.pop()) else {
            return Err(Refused::input("`measure` is one KPI"));
        };
        Ok(json!({
            "measure": kpi.name(),
            "value": row.remove(kpi.name()),
            "unit": kpi.unit().words(),
            "definition": kpi.definition(),
            "graphql": format!("{{ kpis{} {{ {} }} }}", filters.graphql()?, kpi.name()),
            "url": address(&parameters),
        }))
    }

    async fn rows(
        &self,
        scope: Arc<Scope>,
        parameters: &[(String, String)],
    ) -> Result<Vec<Value>, Refused> {
        let question = self.tables.question(scope, parameters)?;
        let form = Form::take(&mut Vec::new())?;
        let file = question.file(Kind::Json, form).await?;
        serde_json::from_slice(&file).map_err(|_| Refused::internal())
    }
}

/// What the numbers of KPIs count, by their names.
pub(super) fn units(kpis: impl IntoIterator<Item = Kpi>) -> Value {
    let units = kpis.into_iter();
    let units = units.map(|it| (it.name().to_owned(), it.unit().words().into()));
    Value::Object(units.collect())
}

/// The address that asks for the same as a table.
fn address(parameters: &[(String, String)]) -> String {
    let query = serde_urlencoded::to_string(parameters).unwrap_or_default();
    format!("/kpis.json?{query}")
}
