//! Every KPI of the catalogue, by SQL and by GraphQL: the same digits.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use salesgraph::{
    engine::Choice,
    kpi::{Kpi, NumberKind},
};
use serde_json::Value;

use super::{Served, Sql};
use crate::{
    small_shop::small_shop,
    support::{Shop, caught_up, replica},
};

/// The value of each KPI by group.
type Figures = BTreeMap<Vec<String>, Vec<Option<String>>>;

/// A filter in GraphQL and in SQL.
const FILTERS: [[&str; 2]; 3] = [
    ["{}", "true"],
    [
        r#"{ category: { eq: "Furniture" }, shipMode: { ne: "Express", isMissing: false } }"#,
        "category = 'Furniture' AND ship_mode <> 'Express'",
    ],
    [
        r#"{ period: { month: "2024-04" }, status: { startsWith: "comp" }, customer: { in: ["ada", "ben", "cleo"] } }"#,
        "ordered_at >= '2024-04-01' AND ordered_at < '2024-05-01' AND status LIKE 'comp%' AND customer IN ('ada', 'ben', 'cleo')",
    ],
];

/// What to group by in SQL; the field of `Kpis` in GraphQL, and where its rows and keys are.
const GROUPINGS: [(&str, &str, Rows); 5] = [
    ("", "", Rows::One),
    (
        "region",
        "breakdown(by: [REGION], first: 1000) { rows { key { value } kpis",
        Rows::Breakdown,
    ),
    (
        "category, segment",
        "breakdown(by: [CATEGORY, SEGMENT], first: 1000) { rows { key { value } kpis",
        Rows::Breakdown,
    ),
    (
        "date_trunc('month', ordered_at)",
        "timeSeries(grain: MONTH) { label kpis",
        Rows::Series("timeSeries", "label"),
    ),
    (
        "extract(isodow FROM ordered_at)",
        "seasonality(cycle: ISO_WEEKDAY) { weekday kpis",
        Rows::Series("seasonality", "weekday"),
    ),
];

#[derive(Clone, Copy)]
enum Rows {
    One,
    Breakdown,
    Series(&'static str, &'static str),
}

#[tokio::test]
async fn every_kpi_is_what_graphql_says() {
    let store = small_shop("sql figures").await;
    let replica = replica(&store);
    caught_up(&replica).await;
    for choice in [Choice::Mongo, Choice::Memory(replica)] {
        let shop = Shop::counted_by(choice.clone(), store.clone());
        let sql = Served::start(choice, store.clone()).await.client().await;
        for [in_graphql, in_sql] in FILTERS {
            for (group_by, field, rows) in GROUPINGS {
                let expected = by_graphql(&shop, in_graphql, field, rows).await;
                let found = by_sql(&sql, in_sql, group_by).await;
                let keys = |it: &Figures| it.keys().cloned().collect::<Vec<_>>();
                assert_eq!(keys(&found), keys(&expected), "{in_sql} by {group_by}");
                for (key, found) in &found {
                    let kpis = Kpi::built_in().iter().zip(found.iter().zip(&expected[key]));
                    for (kpi, (found, expected)) in kpis {
                        let what = format!("{kpi:?} of {key:?} where {in_sql}");
                        same(*kpi, found.as_deref(), expected.as_deref(), &what);
                    }
                }
            }
        }
    }
}

fn same(kpi: Kpi, found: Option<&str>, expected: Option<&str>, what: &str) {
    match (kpi.number().kind, found.zip(expected)) {
        (_, None) => assert_eq!(found, expected, "{what}"),
        (NumberKind::Float, Some((found, expected))) => {
            let bits = |it: &str| it.parse::<f64>().unwrap().to_bits();
            assert_eq!(bits(found), bits(expected), "{what}");
        }
        (_, Some((found, expected))) => {
            let number = |it: &str| it.parse::<Decimal>().unwrap();
            assert_eq!(number(found), number(expected), "{what}");
        }
    }
}

async fn by_sql(sql: &Sql, filter: &str, group_by: &str) -> Figures {
    let measures = Kpi::built_in().iter();
    let measures = measures.map(|it| format!("MEASURE({})", column(it.name())));
    let measures = measures.collect::<Vec<_>>().join(", ");
    let statement = match group_by {
        "" => format!("SELECT {measures} FROM kpis WHERE {filter}"),
        by => format!("SELECT {by}, {measures} FROM kpis WHERE {filter} GROUP BY {by}"),
    };
    let key = |cell: Option<String>| match cell {
        // `2024-03-01 00:00:00.000000+01` is March.
        Some(start) if start.len() > 20 => start[..7].to_owned(),
        Some(text) => text,
        None => "null".to_owned(),
    };
    let rows = sql.rows(&statement).await.into_iter();
    rows.map(|mut row| {
        let values = row.split_off(row.len() - Kpi::built_in().len());
        (row.into_iter().map(key).collect(), values)
    })
    .collect()
}

async fn by_graphql(shop: &Shop, filter: &str, field: &str, rows: Rows) -> Figures {
    let names: Vec<&str> = Kpi::built_in().iter().map(|it| it.name()).collect();
    let names = names.join(" ");
    let closing = "}".repeat(field.matches('{').count() - field.matches('}').count());
    let fields = match rows {
        Rows::One => names,
        _ => format!("{field} {{ {names} }} {closing}"),
    };
    let query = format!("{{ kpis(filter: {filter}) {{ {fields} }} }}");
    let data = shop.data(&query).await;
    let kpis = &data["kpis"];
    let values = |of: &Value| -> Vec<Option<String>> {
        let value = |it: &Kpi| match &of[it.name()] {
            Value::Null => None,
            number => Some(number.to_string()),
        };
        Kpi::built_in().iter().map(value).collect()
    };
    let text = |it: &Value| match it {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let list = |of: &Value| of.as_array().unwrap().clone();
    let is_group = |row: &Value| row["kpis"]["orderCount"].as_u64() != Some(0);
    match rows {
        Rows::One => Figures::from([(Vec::new(), values(kpis))]),
        Rows::Breakdown => {
            let key = |row: &Value| {
                list(&row["key"])
                    .iter()
                    .map(|it| text(&it["value"]))
                    .collect()
            };
            let rows = list(&kpis["breakdown"]["rows"]);
            rows.iter()
                .map(|row| (key(row), values(&row["kpis"])))
                .collect()
        }
        // A series shows what is empty, too.
        Rows::Series(list_of, key) => {
            let rows = list(&kpis[list_of]);
            let groups = rows.iter().filter(|it| is_group(it));
            groups
                .map(|row| (vec![text(&row[key])], values(&row["kpis"])))
                .collect()
        }
    }
}

fn column(name: &str) -> String {
    let letter = |it: char| {
        let before = if it.is_ascii_uppercase() { "_" } else { "" };
        format!("{before}{}", it.to_ascii_lowercase())
    };
    name.chars().map(letter).collect()
}
