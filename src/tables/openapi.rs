//! What can be asked for, as `OpenAPI` 3.1 has it, built from the catalogue and the shop's words.

use serde_json::{Map, Value, json};

use super::{
    form::Kind,
    parameters::{CYCLES, GRAINS},
    rows::Described,
    usable::Usable,
};
use crate::kpi::{Dimension, Kpi};

/// The description of `/kpis.csv` and its siblings, for who may see so much, and of these tables
/// of rows.
#[must_use]
pub fn description(usable: Usable<'_>, rows: &[Described]) -> Value {
    let path = |kind: Kind| (format!("/kpis.{}", kind.ending()), path(usable, kind));
    let mut paths: Map<String, Value> = Kind::ALL.iter().copied().map(path).collect();
    for table in rows {
        paths.extend(Kind::ALL.iter().map(|kind| {
            let path = format!("/table/{}.{}", table.name, kind.ending());
            (path, path_of_rows(table, *kind))
        }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Salesgraph",
            "description": "KPIs of a shop by groups, as tables.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
            },
            "schemas": {
                "Problem": {
                    "description": "Why there is no table (RFC 9457).",
                    "type": "object",
                    "properties": {
                        "title": { "type": "string" },
                        "status": { "type": "integer" },
                        "detail": { "type": "string", "description": "What to do about it." },
                        "code": { "type": "string", "description": "The same codes as in GraphQL." },
                    },
                },
            },
        },
        "security": [{}, { "bearer": [] }, { "key": [] }],
    })
}

fn path(usable: Usable<'_>, kind: Kind) -> Value {
    let summary = "KPIs by groups: a row for each that has an order or a return.";
    let columns = "The table: the columns of `by`, then those of `measures`.";
    let mut path = get("kpis", kind, summary, columns);
    path["get"]["parameters"] = parameters(usable, kind).into();
    path["get"]["responses"]["304"] =
        json!({ "description": "The client has the answer already, by its ETag." });
    path
}

fn get(name: &str, kind: Kind, summary: &str, columns: &str) -> Value {
    let problem = json!({
        "description": "Why there is no table.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    json!({
        "get": {
            "operationId": format!("{name}_{}", kind.ending()),
            "summary": summary,
            "responses": {
                "200": { "description": columns, "content": { (kind.media_type()): {} } },
                "4XX": problem,
                "5XX": problem,
            },
        },
    })
}

fn path_of_rows(table: &Described, kind: Kind) -> Value {
    let columns = "The rows, as they are read: not sorted, unless by `orderBy`.";
    let mut path = get(table.name, kind, table.description, columns);
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let mut all = vec![
        list("columns", false, "The columns; all unless given.", &names),
        text("period", PERIOD),
        text(
            "timeZone",
            "The IANA zone that days are of, and times are shown in; the shop's unless given.",
        ),
        text(
            "orderBy",
            "Columns to sort by, those with - in front descending.",
        ),
        text("limit", "The most rows."),
    ];
    all.extend(of_form(kind));
    all.extend(table.columns.iter().map(|(name, about)| {
        let about = format!(
            "Only where this is so; several times for one of several, empty where it is missing. {name}! for all others; min.{name}, max.{name}, above.{name} and below.{name} compare. {about}"
        );
        values(name, &about)
    }));
    path["get"]["parameters"] = all.into();
    path
}

/// What a period is.
const PERIOD: &str =
    "A year, quarter, month or day, or from one to another: `2025`, `2025-Q3`, `2025-03..2025-06`.";

/// How CSV is written.
fn of_form(kind: Kind) -> Vec<Value> {
    if kind != Kind::Csv {
        return Vec::new();
    }
    vec![
        text(
            "separator",
            "What stands between cells: `,` (unless given), `;` or `tab`.",
        ),
        text(
            "decimal",
            "What stands before decimals: `.` (unless given) or `,`.",
        ),
        text(
            "bom",
            "Whether the file starts with a byte order mark, for Excel: true or false.",
        ),
        text(
            "raw",
            "Whether text that a spreadsheet would take for a formula stays as it is: true or false.",
        ),
    ]
}

fn parameters(usable: Usable<'_>, kind: Kind) -> Vec<Value> {
    let dimensions: Vec<Dimension> = usable.dimensions().collect();
    let times = GRAINS.iter().map(|(name, _)| *name);
    let times = times.chain(CYCLES.iter().map(|(name, _)| *name));
    let by: Vec<&str> = dimensions.iter().map(|it| it.name()).chain(times).collect();
    let kpis: Vec<&str> = usable.kpis().map(Kpi::name).collect();
    let mut all = vec![
        list(
            "by",
            false,
            "What the groups are told apart by; at most one of time.",
            &by,
        ),
        list("measures", true, "The KPIs.", &kpis),
        text("period", PERIOD),
        text(
            "timeZone",
            "The IANA zone that days are cut in; the shop's unless given.",
        ),
        text(
            "returnsOn",
            "The day that returns count on: RETURN_DAY (unless given) or ORDER_DAY.",
        ),
        text(
            "orderBy",
            "Columns to sort by, those with - in front descending; by the groups unless given.",
        ),
        text("limit", "The most rows."),
    ];
    all.extend(of_form(kind));
    all.extend(dimensions.iter().map(|it| {
        let about = format!(
            "Only where this is so; several times for one of several. {}! for all others. {}",
            it.name(),
            it.description()
        );
        values(it.name(), &about)
    }));
    all
}

fn values(name: &str, about: &str) -> Value {
    json!({
        "name": name, "in": "query", "description": about, "explode": true,
        "schema": { "type": "array", "items": { "type": "string" } },
    })
}

fn text(name: &str, about: &str) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": { "type": "string" } })
}

fn list(name: &str, required: bool, about: &str, of: &[&str]) -> Value {
    json!({
        "name": name, "in": "query", "required": required, "description": about,
        "style": "form", "explode": false,
        "schema": { "type": "array", "items": { "type": "string", "enum": of } },
    })
}
