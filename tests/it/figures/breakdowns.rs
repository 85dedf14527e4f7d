//! Breakdowns: whose rows need not add up.

use super::assert_answer;
use crate::{small_shop::small_shop, support::BothEngines};

/// Furniture: chairs 100.10 + 100.10 − 50.05, desks 200 + 400, on O1, O2, O3, O5, O8 by
/// Ada and Ben. The rest: pens on O1 and O4, the deleted product on O6: three orders by
/// Ada and Cleo. Adding up the rows would give 8 orders and 4 customers, not 7 and 3.
#[tokio::test]
async fn others_are_counted_not_added_up() {
    assert_answer(
        "others",
        "{ kpis { breakdown(by: CATEGORY, first: 1) {
            groupCount
            rows { key { dimension value label } share kpis { totalSales totalProfit orderCount customerCount unitsSold } }
            others { key { value } share kpis { totalSales totalProfit orderCount customerCount } }
        } } }",
        r#"{ "kpis": { "breakdown": {
            "groupCount": 3,
            "rows": [{
                "key": [{ "dimension": "CATEGORY", "value": "Furniture", "label": "Furniture" }],
                "share": 0.95214825157073,
                "kpis": { "totalSales": 750.15, "totalProfit": 160.01, "orderCount": 5, "customerCount": 2, "unitsSold": 6 }
            }],
            "others": {
                "key": [], "share": 0.0478517484292695,
                "kpis": { "totalSales": 37.7, "totalProfit": 1.54, "orderCount": 3, "customerCount": 2 }
            }
        } } }"#,
    )
    .await;
}

/// Ascending by profit; the deleted product's is unknown and comes last, under its id.
#[tokio::test]
async fn products_by_profit_from_the_bottom() {
    assert_answer(
        "bottom",
        "{ kpis { breakdown(by: [PRODUCT], orderBy: TOTAL_PROFIT, direction: ASC) {
            rows { key { value label } kpis { totalProfit averageQuantityPerOrder } }
            others { share }
        } } }",
        r#"{ "kpis": { "breakdown": { "rows": [
            { "key": [{ "value": "pen", "label": "Blue Pen" }], "kpis": { "totalProfit": 1.54, "averageQuantityPerOrder": 7.0 } },
            { "key": [{ "value": "chair", "label": "Oak Chair" }], "kpis": { "totalProfit": 10.01, "averageQuantityPerOrder": 1.0 } },
            { "key": [{ "value": "desk", "label": "Oak Desk" }], "kpis": { "totalProfit": 150, "averageQuantityPerOrder": 1.5 } },
            { "key": [{ "value": "deleted", "label": "deleted" }], "kpis": { "totalProfit": null, "averageQuantityPerOrder": 1.0 } }
        ], "others": null } } }"#,
    )
    .await;
}

/// By falling sales: desk 600, chair 150.15, the deleted product 30, pen 7.70; together
/// 787.85. Those with two orders or more: chair (O1, O2, O5), desk (O3, O8), pen (O1, O4);
/// of these, less than 600 come from chair and pen. Others are desk and the deleted
/// product: three orders. Shares are of all sales, whatever is kept.
#[tokio::test]
async fn groups_by_conditions_on_their_kpis() {
    assert_answer(
        "having",
        "{ kpis { breakdown(by: PRODUCT, having: [
            { kpi: ORDER_COUNT, gte: 2 }, { kpi: TOTAL_SALES, gt: 7.69, lt: 600 }
        ]) {
            groupCount endCursor
            rows { key { value } share cumulativeShare class kpis { orderCount } }
            others { share cumulativeShare class kpis { orderCount } }
        } } }",
        r#"{ "kpis": { "breakdown": {
            "groupCount": 2, "endCursor": null,
            "rows": [
                { "key": [{ "value": "chair" }], "share": 0.190581963571746, "cumulativeShare": 0.95214825157073, "class": "C", "kpis": { "orderCount": 3 } },
                { "key": [{ "value": "pen" }], "share": 0.0097734340293203, "cumulativeShare": 1.0, "class": "C", "kpis": { "orderCount": 2 } }
            ],
            "others": { "share": 0.799644602398934, "cumulativeShare": null, "class": null, "kpis": { "orderCount": 3 } }
        } } }"#,
    )
    .await;
}

/// Page after page, each behind the last row of the one before; ties go by value. Ada's
/// chairs (O1, O5) and both desks (O3, O8) went the standard way, the rest are of one order.
#[tokio::test]
async fn pages_of_groups_follow_each_other() {
    let shop = BothEngines::over(small_shop("pages").await).await;
    let page = async |after: &str| {
        let query = format!(
            "{{ kpis {{ breakdown(by: [PRODUCT, SHIP_MODE], orderBy: ORDER_COUNT, first: 2{after}) {{
                groupCount endCursor rows {{ key {{ value }} kpis {{ orderCount }} }}
            }} }} }}"
        );
        shop.data(&query).await["kpis"]["breakdown"].clone()
    };
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = page(&after).await;
        assert_eq!(page["groupCount"], 6);
        rows.extend(page["rows"].as_array().unwrap().clone());
        let Some(cursor) = page["endCursor"].as_str() else {
            break;
        };
        after = format!(", after: {cursor:?}");
    }
    let row = |product: &str, mode: Option<&str>, orders: u64| {
        serde_json::json!({
            "key": [{ "value": product }, { "value": mode }], "kpis": { "orderCount": orders },
        })
    };
    let expected = [
        row("chair", Some("Standard"), 2),
        row("desk", Some("Standard"), 2),
        row("chair", Some("Express"), 1),
        row("deleted", None, 1),
        row("pen", Some("Express"), 1),
        row("pen", Some("Standard"), 1),
    ];
    assert_eq!(rows, expected);
}

/// Each says what to write.
#[tokio::test]
async fn conditions_and_cursors_that_cannot_be() {
    let shop = BothEngines::over(small_shop("no_having").await).await;
    let message = async |arguments: &str| {
        let query = format!("{{ kpis {{ breakdown(by: REGION, {arguments}) {{ groupCount }} }} }}");
        shop.error(&query).await
    };
    assert_eq!(
        message("having: [{ kpi: TOTAL_SALES }]").await,
        "say what TOTAL_SALES must be in having, by one or more of eq, gt, gte, lt, lte and isNull"
    );
    assert_eq!(
        message("after: \"e30\"").await,
        "this is no cursor of this server; pass on one that a cursor field gave, as it is"
    );
    let other = "{ kpis { breakdown(by: CITY, first: 1) { endCursor } } }";
    let other = shop.data(other).await["kpis"]["breakdown"]["endCursor"].clone();
    assert_eq!(
        message(&format!("after: {other}")).await,
        "the cursor is of another list or of another sort; start again from the first page"
    );
}

/// Springfield is two cities, and O5 goes nowhere: in or not in a place, one of them only.
#[tokio::test]
async fn namesakes_are_told_apart_by_all_their_levels() {
    assert_answer(
        "namesakes",
        r#"{
            by_name: kpis(filter: { city: { eq: "Springfield" } }) { totalSales }
            ohio: kpis(filter: { place: { in: [{ state: "Ohio", city: "Springfield" }] } }) { totalSales }
            two: kpis(filter: { place: { in: [
                { country: "United States", state: "Illinois", city: "Springfield" },
                { country: "France", state: "Rhône", city: "Lyon" }
            ] } }) { totalSales }
            both: kpis(filter: { place: [
                { in: [{ state: "Ohio", city: "Springfield" }] }, { in: [{ country: "United States" }] }
            ] }) { totalSales }
            nowhere: kpis(filter: { place: { in: [{ country: null, city: null }] } }) { totalSales }
            neither: kpis(filter: { place: { notIn: [
                { state: "Ohio", city: "Springfield" }, { state: "Illinois", city: "Springfield" }
            ] }, city: { eq: "Springfield" } }) { orderCount }
            none: kpis(filter: { place: { in: [] } }) { orderCount }
        }"#,
        r#"{
            "by_name": { "totalSales": 130.1 },
            "ohio": { "totalSales": 100.1 },
            "two": { "totalSales": 737.8 },
            "both": { "totalSales": 100.1 },
            "nowhere": { "totalSales": -50.05 },
            "neither": { "orderCount": 0 },
            "none": { "orderCount": 0 }
        }"#,
    )
    .await;
}

/// Springfield is two cities; O5 goes nowhere. Corporate and no segment tie at two orders.
#[tokio::test]
async fn several_dimensions_tell_namesakes_apart() {
    assert_answer(
        "namesakes",
        "{ kpis {
            cities: breakdown(by: [CITY]) { rows { key { value } kpis { orderCount totalSales } } }
            places: breakdown(by: [STATE, CITY]) { rows { key { value } kpis { totalSales } } }
            segments: breakdown(by: [SEGMENT], orderBy: ORDER_COUNT) { rows { key { value } kpis { orderCount } } }
        } }",
        r#"{ "kpis": {
            "cities": { "rows": [
                { "key": [{ "value": "Lyon" }], "kpis": { "orderCount": 4, "totalSales": 707.8 } },
                { "key": [{ "value": "Springfield" }], "kpis": { "orderCount": 2, "totalSales": 130.1 } },
                { "key": [{ "value": null }], "kpis": { "orderCount": 1, "totalSales": -50.05 } }
            ] },
            "places": { "rows": [
                { "key": [{ "value": "Rhône" }, { "value": "Lyon" }], "kpis": { "totalSales": 707.8 } },
                { "key": [{ "value": "Ohio" }, { "value": "Springfield" }], "kpis": { "totalSales": 100.1 } },
                { "key": [{ "value": "Illinois" }, { "value": "Springfield" }], "kpis": { "totalSales": 30 } },
                { "key": [{ "value": null }, { "value": null }], "kpis": { "totalSales": -50.05 } }
            ] },
            "segments": { "rows": [
                { "key": [{ "value": "Consumer" }], "kpis": { "orderCount": 3 } },
                { "key": [{ "value": "Corporate" }], "kpis": { "orderCount": 2 } },
                { "key": [{ "value": null }], "kpis": { "orderCount": 2 } }
            ] }
        } }"#,
    )
    .await;
}

/// Rows, buckets and the rest are `Kpis` as everything else: they can be looked into again.
#[tokio::test]
async fn every_row_can_be_broken_down_again() {
    assert_answer(
        "nested",
        r#"{ kpis(filter: { period: { month: "2024-04" } }) {
            breakdown(by: CATEGORY, first: 1) {
                rows { key { value } kpis {
                    timeSeries(grain: WEEK) { label kpis { totalSales } }
                    compareTo(baseline: { relative: PREVIOUS_YEAR }) { kpis { totalSales } }
                } }
                others { kpis { breakdown(by: PRODUCT) { rows { key { value } kpis { totalSales } } } } }
            }
            timeSeries(grain: MONTH) { kpis { breakdown(by: SEGMENT) { rows { key { value } kpis { orderCount } } } timeSeries(grain: QUARTER) { label kpis { orderCount } } } }
        } }"#,
        r#"{ "kpis": {
            "breakdown": {
                "rows": [{ "key": [{ "value": "Furniture" }], "kpis": {
                    "timeSeries": [
                        { "label": "2024-W14", "kpis": { "totalSales": 200 } },
                        { "label": "2024-W15", "kpis": { "totalSales": -50.05 } },
                        { "label": "2024-W16", "kpis": { "totalSales": 0 } },
                        { "label": "2024-W17", "kpis": { "totalSales": 0 } },
                        { "label": "2024-W18", "kpis": { "totalSales": 0 } }
                    ],
                    "compareTo": { "kpis": { "totalSales": 400 } }
                } }],
                "others": { "kpis": { "breakdown": { "rows": [
                    { "key": [{ "value": "deleted" }], "kpis": { "totalSales": 30 } },
                    { "key": [{ "value": "pen" }], "kpis": { "totalSales": 2.2 } }
                ] } } }
            },
            "timeSeries": [{ "kpis": {
                "breakdown": { "rows": [
                    { "key": [{ "value": "Consumer" }], "kpis": { "orderCount": 2 } },
                    { "key": [{ "value": null }], "kpis": { "orderCount": 2 } }
                ] },
                "timeSeries": [{ "label": "2024-Q2", "kpis": { "orderCount": 4 } }]
            } }]
        } }"#,
    )
    .await;
}
