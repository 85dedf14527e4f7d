//! Questions of agents: KPIs by groups, and one figure explained.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_graphql::Executor;
use chrono::NaiveDate;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    Agents, Caller, read,
    tools::{MOST_ROWS, ROWS},
};
use crate::{
    asking::Refused,
    auth::Scope,
    kpi::Kpi,
    tables::{Form, Kind, Period},
};

/// What orders are counted, and how.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filters {
    period: Option<String>,
    /// The values of dimensions that are left, and those that are left out.
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    except: BTreeMap<String, Vec<String>>,
    time_zone: Option<String>,
    returns_on: Option<String>,
}

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
        let units: Map<String, Value> = meant
            .map(|it| (it.name().to_owned(), it.unit().words().into()))
            .collect();
        Ok(json!({ "rows": rows, "more": more, "units": units, "url": url }))
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
            "graphql": filters.graphql(kpi)?,
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

impl Filters {
    /// As a URL has them.
    fn parameters(&self) -> Vec<(String, String)> {
        let named = [
            ("period", &self.period),
            ("timeZone", &self.time_zone),
            ("returnsOn", &self.returns_on),
        ];
        let named = named.into_iter();
        let named = named.filter_map(|(name, it)| Some((name.to_owned(), it.clone()?)));
        let sides = [(&self.only, ""), (&self.except, "!")];
        let each = sides.into_iter().flat_map(|(dimensions, not)| {
            dimensions.iter().flat_map(move |(dimension, values)| {
                let name = format!("filter.{dimension}{not}");
                values.iter().map(move |it| (name.clone(), it.clone()))
            })
        });
        named.chain(each).collect()
    }

    /// The query that asks for a KPI under them.
    fn graphql(&self, kpi: Kpi) -> Result<String, Refused> {
        let mut filter = Vec::new();
        if let Some(period) = &self.period {
            let (from, to) = Period::parse(period)?.days();
            let end = |name, day: Option<NaiveDate>| Some(format!("{name}: \"{}\"", day?));
            let ends = [end("from", from), end("to", to)];
            let ends: Vec<String> = ends.into_iter().flatten().collect();
            filter.push(format!("period: {{ between: {{ {} }} }}", ends.join(", ")));
        }
        if let Some(zone) = &self.time_zone {
            filter.push(format!("timeZone: {}", text(zone)));
        }
        if let Some(day) = &self.returns_on {
            filter.push(format!("returnsOn: {day}"));
        }
        let dimensions: BTreeSet<_> = self.only.keys().chain(self.except.keys()).collect();
        for dimension in dimensions {
            let side = |name, of: &BTreeMap<String, Vec<String>>| {
                let values: Vec<String> = of.get(dimension)?.iter().map(|it| text(it)).collect();
                Some(format!("{name}: [{}]", values.join(", ")))
            };
            let sides = [side("in", &self.only), side("notIn", &self.except)];
            let sides: Vec<String> = sides.into_iter().flatten().collect();
            filter.push(format!("{dimension}: {{ {} }}", sides.join(", ")));
        }
        let filter = if filter.is_empty() {
            String::new()
        } else {
            format!("(filter: {{ {} }})", filter.join(", "))
        };
        Ok(format!("{{ kpis{filter} {{ {} }} }}", kpi.name()))
    }
}

/// An argument of a tool, which is read by its own rules.
fn taken<T: DeserializeOwned>(
    arguments: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<T>, Refused> {
    let read = |it| serde_json::from_value::<Option<T>>(it);
    let read = arguments.remove(name).map(read).transpose();
    let read = read.map_err(|error| Refused::input(format!("`{name}`: {error}")))?;
    Ok(read.flatten())
}

/// How many rows are wanted.
pub(super) fn limit(arguments: &mut Map<String, Value>) -> Result<usize, Refused> {
    let limit = taken(arguments, "limit")?.unwrap_or(ROWS);
    if (1..=MOST_ROWS).contains(&limit) {
        return Ok(limit);
    }
    Err(Refused::input(format!("`limit` is from 1 to {MOST_ROWS}")))
}

/// A text as GraphQL has it, which JSON's are.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// The address that asks for the same as a table.
fn address(parameters: &[(String, String)]) -> String {
    let query = serde_urlencoded::to_string(parameters).unwrap_or_default();
    format!("/kpis.json?{query}")
}
