//! New and returning customers, by the orders that they place.

use std::sync::Arc;

use bson::{DateTime, Document, doc};
use salesgraph::{auth::Scope, kpi::Vocabulary};
use serde_json::{Value, json};

use super::assert_answer;
use crate::{
    small_shop::small_shop,
    support::{BothEngines, Shop},
};

/// New are O8 (400), O1 (105.60) and O6 (30); Ben came back for O2 (100.10), Ada for O3 (200)
/// and O5 (−50.05); O4 (2.20) is nobody's.
#[tokio::test]
async fn a_customers_first_order_is_new_and_every_later_one_returning() {
    let row = |kind: &str, orders, customers, sales: &str| {
        format!(
            r#"{{ "key": [{{ "value": {kind} }}], "kpis": {{
                "orderCount": {orders}, "customerCount": {customers}, "totalSales": {sales} }} }}"#
        )
    };
    assert_answer(
        "kinds",
        "{ kpis { breakdown(by: CUSTOMER_KIND) {
            rows { key { value } kpis { orderCount customerCount totalSales } } } } }",
        &format!(
            r#"{{ "kpis": {{ "breakdown": {{ "rows": [{}, {}, {}] }} }} }}"#,
            row("\"new\"", 3, 3, "535.6"),
            row("\"returning\"", 3, 2, "250.05"),
            row("null", 1, 0, "2.2"),
        ),
    )
    .await;
}

/// What is in scope does not matter: in April 2024 Ada bought her first desk (O3, 200), and was
/// no new customer. Of what Cleo and others bought (O6, 30), nothing else is new. Of those who
/// once came back, Ada's and Ben's orders are counted: O8 to O3 and O5.
#[tokio::test]
async fn kinds_can_be_filtered_by_and_stand_in_any_part_of_a_filter() {
    assert_answer(
        "kind_filters",
        r#"{
            april: kpis(filter: { period: { month: "2024-04" }, customerKind: { eq: "new" } }) { totalSales }
            desks: kpis(filter: { period: { month: "2024-04" }, product: { eq: "desk" } }) {
                breakdown(by: CUSTOMER_KIND) { rows { key { value } kpis { totalSales } } } }
            nobodys: kpis(filter: { customerKind: { isMissing: true } }) { totalSales }
            not: kpis(filter: { not: { customerKind: { in: ["new"] } } }) { orderCount }
            either: kpis(filter: { or: [{ customerKind: { eq: "new" } }, { product: { eq: "desk" } }] }) { totalSales }
            regulars: kpis(filter: { customerOrdered: { line: { customerKind: { eq: "returning" } } } }) { totalSales }
            pairs: kpis { breakdown(by: [CUSTOMER_KIND, CATEGORY], first: 2) {
                rows { key { value } kpis { totalSales } } } }
            shop { values(of: CUSTOMER_KIND) { value } some: values(of: CUSTOMER_KIND, search: "RET") { value } }
        }"#,
        r#"{
            "april": { "totalSales": 30 },
            "desks": { "breakdown": { "rows": [
                { "key": [{ "value": "returning" }], "kpis": { "totalSales": 200 } } ] } },
            "nobodys": { "totalSales": 2.2 },
            "not": { "orderCount": 4 },
            "either": { "totalSales": 735.6 },
            "regulars": { "totalSales": 755.65 },
            "pairs": { "breakdown": { "rows": [
                { "key": [{ "value": "new" }, { "value": "Furniture" }], "kpis": { "totalSales": 500.1 } },
                { "key": [{ "value": "returning" }, { "value": "Furniture" }], "kpis": { "totalSales": 250.05 } } ] } },
            "shop": { "values": [{ "value": "new" }, { "value": "returning" }],
                      "some": [{ "value": "returning" }] }
        }"#,
    )
    .await;
}

fn order(id: &str, status: &str, revenue: i32) -> Document {
    let at = DateTime::parse_rfc3339_str("2024-05-02T00:00:00Z").unwrap();
    let line = doc! { "productId": "pen", "quantity": 1, "revenue": revenue };
    doc! { "_id": id, "orderedAt": at, "status": status, "customerId": "dora", "lines": [line] }
}

const DORA: &str = r#"{ kpis(filter: { customer: { eq: "dora" } }) { breakdown(by: CUSTOMER_KIND) {
    rows { key { value } kpis { totalSales } } } } }"#;

fn dora(rows: &[(&str, f64)]) -> Value {
    let row = |(kind, sales): &(&str, f64)| json!({ "key": [{ "value": kind }], "kpis": { "totalSales": sales } });
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json!({ "kpis": { "breakdown": { "rows": rows } } })
}

/// Where dates are all that is known, a customer's first orders are at the same instant, and
/// come in any order: the first is T1, since T0 does not count. What came back of it in June
/// lowers what is new by 8.
#[tokio::test]
async fn of_orders_at_one_instant_that_of_the_smallest_id_is_the_first() {
    let store = small_shop("kinds_at_one_instant").await;
    let june = DateTime::parse_rfc3339_str("2024-06-09T10:00:00Z").unwrap();
    let mut first = order("T1", "completed", 100);
    first.insert(
        "returns",
        vec![doc! { "returnedAt": june, "line": 0, "quantity": 1, "amount": 8 }],
    );
    let all = [
        order("T3", "completed", 1),
        order("T10", "completed", 10),
        first,
        order("T0", "cancelled", 1000),
    ];
    let orders = store.database().collection::<Document>("orders");
    orders.insert_many(all).await.unwrap();
    let shop = BothEngines::over(store.clone()).await;
    let told = dora(&[("new", 92.0), ("returning", 11.0)]);
    assert_eq!(text(&shop.data(DORA).await), text(&told));
    let by_day = DORA.replace("filter: {", "filter: { period: { month: \"2024-06\" }");
    let told = dora(&[("new", -8.0)]);
    assert_eq!(text(&shop.data(&by_day).await), text(&told));
}

/// Who sees what went abroad sees Ben's O2 (100.10) as his first, and Cleo's O6 (30).
#[tokio::test]
async fn who_sees_some_rows_knows_nothing_of_orders_before_them() {
    let store = small_shop("kinds_in_scope").await;
    let rows =
        Scope::from_toml("rows = { region = [\"Abroad\"] }", Vocabulary::built_in()).unwrap();
    let rows = Arc::new(rows);
    let query =
        "{ kpis { breakdown(by: CUSTOMER_KIND) { rows { key { value } kpis { totalSales } } } } }";
    let expected = json!({ "kpis": { "breakdown": { "rows": [
        { "key": [{ "value": "new" }], "kpis": { "totalSales": 130.1 } }
    ] } } });
    for shop in [
        Shop::over(store.clone()),
        Shop::in_memory(store.clone()).await,
    ] {
        let answer = shop.execute_as(&rows, query).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        assert_eq!(text(&answer.data.into_json().unwrap()), text(&expected));
    }
}

/// 130 and 130.0 are one number.
fn text(value: &Value) -> String {
    value.to_string().replace(".0", "")
}
