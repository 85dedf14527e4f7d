//! Filters on lines by `and`, `or` and `not`, and by what else is on the order or was ordered.

use serde_json::{Value, json};

use crate::{small_shop::small_shop, support::BothEngines};

/// Each filter with what it leaves: sales, orders, lines, customers.
async fn assert_left(name: &str, cases: &[(&str, Value)]) {
    let shop = BothEngines::over(small_shop(name).await).await;
    for (filter, expected) in cases {
        let kpis = "totalSales orderCount lineCount customerCount";
        let query = format!("{{ kpis(filter: {{ {filter} }}) {{ {kpis} }} }}");
        assert_eq!(shop.data(&query).await["kpis"], *expected, "{filter}");
    }
}

fn left(sales: &str, orders: u64, lines: u64, customers: u64) -> Value {
    let sales: Value = serde_json::from_str(sales).unwrap();
    json!({
        "totalSales": sales, "orderCount": orders, "lineCount": lines, "customerCount": customers,
    })
}

#[tokio::test]
async fn conditions_are_connected() {
    let pen_or_desk = r#"or: [{ product: { eq: "pen" } }, { product: { eq: "desk" } }]"#;
    let furniture = r#"category: { eq: "Furniture" }"#;
    assert_left(
        "connected",
        &[
            // O1's and O4's pens, O3's and O8's desks.
            (pen_or_desk, left("607.7", 4, 4, 2)),
            // The desks.
            (&format!("{furniture}, {pen_or_desk}"), left("600", 2, 2, 2)),
            (
                &format!("and: [{{ {furniture} }}, {{ {pen_or_desk} }}]"),
                left("600", 2, 2, 2),
            ),
            // Pens, and the deleted product, which has no category.
            (&format!("not: {{ {furniture} }}"), left("37.7", 3, 3, 2)),
            // O2 and O4 went by express; beside them, O1's pen: one of its two lines.
            (
                r#"or: [{ shipMode: { eq: "Express" } }, { product: { eq: "pen" } }]"#,
                left("107.8", 3, 4, 2),
            ),
            // Nothing is one of nothing; all of nothing holds of all.
            ("or: []", left("0", 0, 0, 0)),
            ("not: { and: [] }", left("0", 0, 0, 0)),
            ("not: { or: [] }", left("787.85", 7, 9, 3)),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_basket_around_a_product() {
    assert_left(
        "basket_around",
        &[
            // All of O1 and O4.
            (r#"orderHolds: { product: { eq: "pen" } }"#, left("107.8", 2, 3, 1)),
            // Of these, what else is in it: O1's chairs.
            (
                r#"orderHolds: { product: { eq: "pen" } }, product: { ne: "pen" }"#,
                left("100.1", 1, 1, 1),
            ),
            // Both on one line there is none, on one order there is O1.
            (
                r#"orderHolds: { product: { eq: "pen" }, category: { eq: "Furniture" } }"#,
                left("0", 0, 0, 0),
            ),
            (
                r#"orderHolds: { product: { eq: "pen" } }, and: [{ orderHolds: { category: { eq: "Furniture" } } }]"#,
                left("105.6", 1, 2, 1),
            ),
            // Neither: O2, O3, O5, O6, O8 without the desks of O3 and O8.
            (
                r#"not: { or: [{ orderHolds: { product: { eq: "pen" } } }, { orderHolds: { product: { eq: "desk" } } }] }"#,
                left("80.05", 3, 4, 3),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn customers_by_what_they_ever_ordered() {
    let desk = r#"{ line: { product: { eq: "desk" } } }"#;
    let pen = r#"{ line: { product: { eq: "pen" } } }"#;
    assert_left(
        "ever_ordered",
        &[
            // Ada and Ben, with all that they ordered.
            (&format!("customerOrdered: {desk}"), left("755.65", 5, 7, 2)),
            // Ben never ordered a pen.
            (
                &format!("customerOrdered: {desk}, customerNeverOrdered: {pen}"),
                left("500.1", 2, 3, 1),
            ),
            // Cleo; and O4, which nobody placed.
            (&format!("customerNeverOrdered: {desk}"), left("30", 1, 1, 1)),
            (&format!("not: {{ customerOrdered: {desk} }}"), left("32.2", 2, 2, 1)),
            // In April 2024 Ada did. Ben's order was cancelled.
            (
                r#"customerOrdered: { period: { month: "2024-04" }, line: { product: { eq: "desk" } } }"#,
                left("255.55", 3, 4, 1),
            ),
            // Ben was there in 2023: what he ordered since.
            (
                "period: { year: 2024 }, customerOrdered: { period: { year: 2023 } }",
                left("100.1", 1, 2, 1),
            ),
        ],
    )
    .await;
}

/// New is who has no earlier order at all, whatever they ever ordered: in April 2024 Cleo
/// is, and Ada, who ordered a desk then, is not. A breakdown's rest is within the filter.
#[tokio::test]
async fn semi_joins_hold_at_every_scope() {
    let shop = BothEngines::over(small_shop("semi_scopes").await).await;
    let query = r#"{
        kpis(filter: { customerOrdered: { line: { category: { eq: "Furniture" } } } }) {
            breakdown(by: PRODUCT, first: 1) {
                rows { key { value } kpis { customerCount } }
                others { kpis { totalSales customerCount } }
            }
            timeSeries(grain: YEAR) { label kpis { newCustomerCount orderCount } }
        }
        products(first: 1, sort: { kpi: ORDER_COUNT, direction: DESC, over: { orderHolds: { product: { eq: "pen" } } } }) {
            edges { node { code kpis(filter: { orderHolds: { product: { eq: "chair" } } }) { totalSales } } }
        }
    }"#;
    let expected = r#"{
        "kpis": {
            "breakdown": {
                "rows": [{ "key": [{ "value": "desk" }], "kpis": { "customerCount": 2 } }],
                "others": { "kpis": { "totalSales": 155.65, "customerCount": 2 } }
            },
            "timeSeries": [
                { "label": "2023", "kpis": { "newCustomerCount": 1, "orderCount": 1 } },
                { "label": "2024", "kpis": { "newCustomerCount": 1, "orderCount": 4 } }
            ]
        },
        "products": { "edges": [{ "node": { "code": "pen", "kpis": { "totalSales": 5.5 } } }] }
    }"#;
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(shop.data(query).await, expected);
}

#[tokio::test]
async fn a_semi_join_stands_in_no_other() {
    let shop = BothEngines::over(small_shop("semi_in_semi").await).await;
    for filter in [
        "orderHolds: { orderHolds: { product: { eq: \"pen\" } } }",
        "customerOrdered: { line: { not: { orderHolds: { product: { eq: \"pen\" } } } } }",
        "not: { orderHolds: { or: [{ customerNeverOrdered: {} }] } }",
    ] {
        let query = format!("{{ kpis(filter: {{ {filter} }}) {{ orderCount }} }}");
        assert_eq!(
            shop.error(&query).await,
            "orderHolds, customerOrdered and customerNeverOrdered look for lines by their own fields: put them side by side, or into and, or and not, instead of one into another"
        );
    }
}
