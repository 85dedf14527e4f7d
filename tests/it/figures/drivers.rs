//! Why a KPI is not what it was.

use super::assert_answer;
use crate::{small_shop::small_shop, support::BothEngines};

/// 2024: 387.85; 2023: O8's desks, 400. Desks went from 400 to 200, chairs (150.15), the
/// deleted product (30) and pens (7.70) came: −200 + 150.15 + 37.70 = −12.15.
///
/// With a customer: from 1 customer, 1 order, 2 units and 400 to 3, 5, 15 and 385.65; with
/// m = (385.65 − 400) / ln (385.65 / 400) = 392.7813…, customers have m ln 3 = 431.51, orders
/// of each m ln 5/3 = 200.64, units on each m ln 1.5 = 159.26, and the price, from 200 to
/// 25.71, m ln 0.12855 = −805.76; together −14.35. O4, without a customer, adds 2.20.
#[tokio::test]
async fn the_parts_of_a_difference() {
    assert_answer(
        "drivers",
        "{ kpis(filter: { period: { year: 2024 } }) {
            drivers(by: PRODUCT, baseline: { relative: PREVIOUS_YEAR }, first: 2) {
                period { from } now then difference groupCount others
                rows { key { value } fate now then part share }
                salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer }
            }
            orders: drivers(kpi: ORDER_COUNT, by: SHIP_MODE, baseline: { period: { month: \"2024-04\" } }) {
                difference others rows { key { value } fate part } salesTree { price }
            }
        } }",
        r#"{ "kpis": {
            "drivers": {
                "period": { "from": "2022-12-31T23:00:00+00:00" },
                "now": 387.85, "then": 400, "difference": -12.15, "groupCount": 4, "others": 37.7,
                "rows": [
                    { "key": [{ "value": "desk" }], "fate": "CHANGED", "now": 200, "then": 400, "part": -200, "share": 16.4609053497942 },
                    { "key": [{ "value": "chair" }], "fate": "CAME", "now": 150.15, "then": null, "part": 150.15, "share": -12.358024691358 }
                ],
                "salesTree": { "customers": 431.51, "ordersPerCustomer": 200.64, "unitsPerOrder": 159.26, "price": -805.76, "withoutCustomer": 2.2 }
            },
            "orders": {
                "difference": 2, "others": null,
                "rows": [
                    { "key": [{ "value": "Express" }], "fate": "CHANGED", "part": 1 },
                    { "key": [{ "value": "Standard" }], "fate": "CHANGED", "part": 1 },
                    { "key": [{ "value": null }], "fate": "CHANGED", "part": 0 }
                ],
                "salesTree": null
            }
        } }"#,
    )
    .await;
}

#[tokio::test]
async fn what_has_no_parts() {
    let shop = BothEngines::over(small_shop("no_drivers").await).await;
    let baseline = "baseline: { relative: PREVIOUS_YEAR }";
    for kpi in ["CUSTOMER_COUNT", "AVERAGE_BASKET"] {
        let query =
            format!("{{ kpis {{ drivers(kpi: {kpi}, by: REGION, {baseline}) {{ now }} }} }}");
        assert_eq!(
            shop.error(&query).await,
            format!(
                "{kpi} of all groups is not the sum of theirs, so it has no parts by these dimensions; ask for a sum, such as TOTAL_SALES, TOTAL_PROFIT or UNITS_SOLD"
            )
        );
    }
    let twice = format!("{{ kpis {{ drivers(by: [REGION, REGION], {baseline}) {{ now }} }} }}");
    assert_eq!(
        shop.error(&twice).await,
        "give by one or more dimensions, each once"
    );
    // All of time has nothing before it.
    let query = format!(
        "{{ kpis {{ drivers(by: REGION, {baseline}) {{ period {{ from }} now then difference rows {{ part }} others salesTree {{ price }} }} }} }}"
    );
    let expected = r#"{ "kpis": { "drivers": {
        "period": null, "now": 787.85, "then": null, "difference": null, "rows": [], "others": null, "salesTree": null
    } } }"#;
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(shop.data(&query).await, expected);
}
