//! What agents can call, and what each call takes.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::{
    kpi::{Dimension, Kpi},
    tables::{CYCLES, GRAINS, Usable},
};

pub(super) const CATALOGUE: &str = "catalogue";
pub(super) const VALUES: &str = "values";
pub(super) const ASK: &str = "ask";
pub(super) const COMPARE: &str = "compare";
pub(super) const DRIVERS: &str = "drivers";
pub(super) const COHORTS: &str = "cohorts";
pub(super) const EXPLAIN: &str = "explain";

/// The most rows of one answer: more help no agent, and cost it dearly.
pub(super) const MOST_ROWS: usize = 200;
/// Rows of an answer, unless more are asked for.
pub(super) const ROWS: usize = 50;

/// Baselines by their place relative to the period, as GraphQL names them.
pub(super) const RELATIVE: [&str; 5] = [
    "PREVIOUS_PERIOD",
    "PREVIOUS_YEAR",
    "SAME_WEEKDAYS_YEAR_BEFORE",
    "PREVIOUS_PERIOD_TO_DATE",
    "PREVIOUS_YEAR_TO_DATE",
];
/// The stretches of time of cohorts.
pub(super) const COHORT_GRAINS: [&str; 4] = ["week", "month", "quarter", "year"];

/// The tools of who may see so much: what they may not use is not offered.
pub(super) fn all(usable: Usable<'_>) -> Vec<Tool> {
    let dimensions: Vec<&str> = usable.dimensions().map(Dimension::name).collect();
    let kpis: Vec<&str> = usable.kpis().map(Kpi::name).collect();
    vec![
        tool(
            CATALOGUE,
            "What there is to ask for",
            "The shop (currency, time zone, first and last order), every KPI with its definition and unit, every dimension, and the stretches of time to group by.",
            &json!({}),
            &[],
        ),
        tool(
            VALUES,
            "Values of a dimension",
            "The values of a dimension, sorted, as filters want them, with what products and customers are called. `search` finds them by any words, whatever their capitals and accents.",
            &json!({
                "dimension": one_of("The dimension.", &dimensions),
                "search": { "type": "string", "description": "Words that the value or its name holds." },
                "limit": limit(),
            }),
            &["dimension"],
        ),
        tool(
            ASK,
            "KPIs by groups",
            "KPIs over everything, or a row for each group that has an order or a return; at most 200 rows, and `more` says whether there are others. Groups are counted, not added up from finer ones.",
            &filtered(
                &dimensions,
                json!({
                    "measures": list("The KPIs.", &kpis),
                    "by": list("What the groups are told apart by; at most one of time.", &groups(&dimensions)),
                    "orderBy": {
                        "type": "array", "items": { "type": "string" },
                        "description": "Columns of `by` and `measures` to sort by, with - in front descending: [\"-totalSales\"].",
                    },
                    "limit": limit(),
                }),
            ),
            &["measures"],
        ),
        tool(
            COMPARE,
            "One period against another",
            "KPIs over a period and over a baseline, with the difference and the relative change, in all or for the largest groups by the first KPI.",
            &changed(
                &dimensions,
                json!({
                    "measures": list("The KPIs.", &kpis),
                    "by": list("What the groups are told apart by.", &dimensions),
                }),
            ),
            &["measures", "period", "baseline"],
        ),
        tool(
            DRIVERS,
            "Why a figure changed",
            "The difference of a KPI from a baseline, in parts by the values of dimensions that add up to it exactly; of totalSales also by customers, orders per customer, units per order and price.",
            &changed(
                &dimensions,
                json!({
                    "measure": one_of("A sum, such as totalSales, totalProfit or unitsSold; totalSales unless given.", &kpis),
                    "by": list("The dimensions whose values have a part each.", &dimensions),
                }),
            ),
            &["by", "period", "baseline"],
        ),
        tool(
            COHORTS,
            "Who came back",
            "Customers by the time of their first order ever, and how many of them ordered in it and in each stretch of time after it; with `measures`, what they bought in it and up to its end (`toDate`). The latest cohorts where there are more than 200 cells.",
            &filtered(
                &dimensions,
                json!({
                    "grain": one_of("The stretch of time; month unless given.", &COHORT_GRAINS),
                    "measures": list("KPIs of each cell.", &kpis),
                }),
            ),
            &[],
        ),
        tool(
            EXPLAIN,
            "One figure, and what it means",
            "One KPI over everything that the filters leave, with its definition, unit, and a GraphQL query and an address that ask for it again.",
            &filtered(
                &dimensions,
                json!({
                    "measure": one_of("The KPI.", &kpis),
                }),
            ),
            &["measure"],
        ),
    ]
}

fn tool(
    name: &'static str,
    title: &'static str,
    about: &'static str,
    properties: &Value,
    required: &[&str],
) -> Tool {
    let schema = json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    });
    let schema = match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    let reads = ToolAnnotations::with_title(title)
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(name, about, Arc::new(schema)).with_annotations(reads)
}

/// Dimensions and stretches of time.
fn groups<'n>(dimensions: &[&'n str]) -> Vec<&'n str> {
    let times = GRAINS.iter().map(|(it, _)| *it);
    let times = times.chain(CYCLES.iter().map(|(it, _)| *it));
    dimensions.iter().copied().chain(times).collect()
}

fn one_of(about: &str, names: &[&str]) -> Value {
    json!({ "type": "string", "enum": names, "description": about })
}

fn list(about: &str, names: &[&str]) -> Value {
    json!({
        "type": "array", "items": { "type": "string", "enum": names }, "uniqueItems": true,
        "description": about,
    })
}

fn filter(about: &str, dimensions: &[&str]) -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let each = dimensions
        .iter()
        .map(|it| ((*it).to_owned(), texts.clone()));
    json!({
        "type": "object", "properties": each.collect::<Map<_, _>>(),
        "additionalProperties": false, "description": about,
    })
}

/// What a tool takes, with what says which orders are counted, and how.
fn filtered(dimensions: &[&str], mut takes: Value) -> Value {
    let filters = json!({
        "period": {
            "type": "string",
            "description": "A year, quarter, month or day, or from one to another: 2025, 2025-Q3, 2025-03, 2025-03-14, 2025-03..2025-06. All time unless given.",
        },
        "only": filter("Only where each of these dimensions has one of these values.", dimensions),
        "except": filter("Only where none of these dimensions has one of these values.", dimensions),
        "timeZone": {
            "type": "string",
            "description": "The IANA zone that days are cut in; the shop's unless given.",
        },
        "returnsOn": {
            "type": "string", "enum": ["RETURN_DAY", "ORDER_DAY"],
            "description": "The day that returns count on: that of the return unless given.",
        },
    });
    if let (Value::Object(takes), Value::Object(filters)) = (&mut takes, filters) {
        takes.extend(filters);
    }
    takes
}

/// What a tool takes that sets one period against another.
fn changed(dimensions: &[&str], takes: Value) -> Value {
    let mut takes = filtered(dimensions, takes);
    let baseline = format!(
        "What the period is compared with: {}, or a period such as 2024-03.",
        RELATIVE.join(", ")
    );
    takes["baseline"] = json!({ "type": "string", "description": baseline });
    takes["limit"] = limit();
    takes
}

fn limit() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS })
}
