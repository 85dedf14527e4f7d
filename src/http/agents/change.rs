//! One period against another, and why a figure changed.

use async_graphql::{Executor, Request};
use serde_json::{Map, Value, json};

use super::{
    Agents, Caller,
    arguments::{dimension, fields, kpis, limit, read, taken},
    ask::units,
    filters::{Filters, graphql_period},
    tools::RELATIVE,
};
use crate::{
    asking::Refused,
    kpi::{Dimension, Kpi},
    tables::Usable,
};

/// What `compare` and `drivers` have in common.
struct Change {
    by: Vec<Dimension>,
    /// As GraphQL has them.
    baseline: String,
    filter: String,
    limit: usize,
}

impl Change {
    /// Reads what is left of the arguments once the KPIs are taken.
    fn read(mut arguments: Map<String, Value>, usable: Usable<'_>) -> Result<Self, Refused> {
        let by = taken::<Vec<String>>(&mut arguments, "by")?.unwrap_or_default();
        let by = by.iter().map(|it| dimension(it, usable));
        let by = by.collect::<Result<_, _>>()?;
        let baseline: Option<String> = taken(&mut arguments, "baseline")?;
        let baseline = baseline_of(&baseline.unwrap_or_default())?;
        let limit = limit(&mut arguments)?;
        let filters: Filters = read(arguments)?;
        if filters.period.is_none() {
            let message = "say which `period` is compared, such as 2025-03";
            return Err(Refused::input(message));
        }
        let filter = filters.graphql()?;
        Ok(Self {
            by,
            baseline,
            filter,
            limit,
        })
    }

    /// The dimensions as GraphQL has them.
    fn dimensions(&self) -> String {
        let by = self.by.iter().map(|it| it.enum_name());
        by.collect::<Vec<_>>().join(", ")
    }
}

/// A baseline as GraphQL has it.
fn baseline_of(text: &str) -> Result<String, Refused> {
    if RELATIVE.contains(&text) {
        return Ok(format!("{{ relative: {text} }}"));
    }
    let period = graphql_period(text).map_err(|_| {
        let relative = RELATIVE.join(", ");
        Refused::input(format!(
            "`baseline` is one of {relative}, or a period such as 2024-03"
        ))
    })?;
    Ok(format!("{{ period: {period} }}"))
}

impl<E: Executor> Agents<E> {
    /// KPIs over one period and another, in all or by groups.
    pub(super) async fn compare(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let scope = caller.scope();
        let usable = Usable::new(self.tables.shop.vocabulary, &scope);
        let kpis = kpis(&mut arguments, usable)?;
        let Some(first) = kpis.first() else {
            return Err(Refused::input("say which KPIs are compared in `measures`"));
        };
        let change = Change::read(arguments, usable)?;
        let fields = fields(&kpis);
        let compared = format!(
            "{fields} compareTo(baseline: {}) {{ period {{ from to }} kpis {{ {fields} }} difference {{ {fields} }} change {{ {fields} }} }}",
            change.baseline
        );
        let asked = if change.by.is_empty() {
            compared
        } else {
            // The first few by the first KPI, as whoever compares expects.
            format!(
                "compareTo(baseline: {}) {{ period {{ from to }} }} breakdown(by: [{}], orderBy: {}, first: {}) {{ groupCount rows {{ key {{ value label }} kpis {{ {compared} }} }} }}",
                change.baseline,
                change.dimensions(),
                first.enum_name(),
                change.limit,
            )
        };
        let query = format!("{{ kpis{} {{ {asked} }} }}", change.filter);
        let mut told = self.told(caller, Request::new(&query)).await?;
        let all = told["kpis"].take();
        let (rows, groups) = if change.by.is_empty() {
            (vec![side_by_side(&kpis, &all)], 1)
        } else {
            let rows = all["breakdown"]["rows"].as_array();
            let rows = rows.into_iter().flatten().map(|row| {
                let mut figures = side_by_side(&kpis, &row["kpis"]);
                name_group(&mut figures, &change.by, &row["key"]);
                figures
            });
            let groups = all["breakdown"]["groupCount"].as_u64();
            (rows.collect(), groups.unwrap_or_default())
        };
        Ok(json!({
            "more": rows.len() as u64 != groups,
            "rows": rows,
            "baseline": all["compareTo"]["period"],
            "units": units(kpis),
            "graphql": query,
        }))
    }

    /// Why a KPI changed.
    pub(super) async fn drivers(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let scope = caller.scope();
        let usable = Usable::new(self.tables.shop.vocabulary, &scope);
        let name: Option<String> = taken(&mut arguments, "measure")?;
        let kpi = name.map_or(Ok(Kpi::TOTAL_SALES), |it| usable.kpi(&it))?;
        let change = Change::read(arguments, usable)?;
        let tree = "salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer }";
        let query = format!(
            "{{ kpis{} {{ drivers(kpi: {}, by: [{}], baseline: {}, first: {}) {{ period {{ from to }} now then difference groupCount rows {{ key {{ value label }} fate now then part share }} others {tree} }} }} }}",
            change.filter,
            kpi.enum_name(),
            change.dimensions(),
            change.baseline,
            change.limit,
        );
        let mut told = self.told(caller, Request::new(&query)).await?;
        let mut drivers = told["kpis"]["drivers"].take();
        if let Some(rows) = drivers["rows"].as_array_mut() {
            for row in rows {
                let key = row.as_object_mut().and_then(|it| it.remove("key"));
                name_group(row, &change.by, &key.unwrap_or_default());
            }
        }
        drivers["measure"] = kpi.name().into();
        drivers["unit"] = kpi.unit().words().into();
        drivers["graphql"] = query.into();
        Ok(drivers)
    }
}

/// KPIs of two periods, each with what is between them.
fn side_by_side(kpis: &[Kpi], of: &Value) -> Value {
    let then = &of["compareTo"];
    let figures = kpis.iter().map(|kpi| {
        let name = kpi.name();
        let figures = json!({
            "now": of[name], "then": then["kpis"][name],
            "difference": then["difference"][name], "change": then["change"][name],
        });
        (name.to_owned(), figures)
    });
    Value::Object(figures.collect())
}

/// Puts a group's value on each dimension beside its figures, and what it is called where
/// that is something else, as tables have it.
fn name_group(figures: &mut Value, by: &[Dimension], key: &Value) {
    let parts = key.as_array().into_iter().flatten();
    for (dimension, part) in by.iter().zip(parts) {
        figures[dimension.name()] = part["value"].clone();
        if dimension.has_names() {
            figures[format!("{}Name", dimension.name())] = part["label"].clone();
        }
    }
}
