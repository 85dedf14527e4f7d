//! How the fields of rows may be selected: the text of the answer, in its order.

use serde_json::json;

use crate::{
    small_shop::small_shop,
    support::{BothEngines, Shop},
};

async fn assert_text(name: &str, query: &str, expected: &str) {
    let response = Shop::over(small_shop(name).await).execute(query).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let text = serde_json::to_string(&response.data).unwrap();
    assert_eq!(text, expected.replace(['\n', ' '], ""));
}

#[tokio::test]
async fn rows_take_aliases_fragments_directives_and_type_names() {
    assert_text(
        "fragments",
        "{ kpis { timeSeries(grain: YEAR) {
            ...Row label date @skip(if: true) ... @include(if: false) { end } ... @include(if: true) { again: label }
        } } }
        fragment Row on TimeBucket { year: label ... on TimeBucket { label } type: __typename kpis { ...Money __typename } }
        fragment Money on Kpis { totalSales ...Orders }
        fragment Orders on Kpis { orders: orderCount totalSales }",
        r#"{ "kpis": { "timeSeries": [
            { "year": "2023", "label": "2023", "type": "TimeBucket", "kpis": { "totalSales": 400, "orders": 1, "__typename": "Kpis" }, "again": "2023" },
            { "year": "2024", "label": "2024", "type": "TimeBucket", "kpis": { "totalSales": 387.85, "orders": 6, "__typename": "Kpis" }, "again": "2024" }
        ] } }"#,
    )
    .await;
}

#[tokio::test]
async fn selections_of_one_field_are_merged() {
    assert_text(
        "merged",
        "{ kpis {
            timeSeries(grain: YEAR) { kpis { totalSales } label kpis { orderCount label: totalSales } label }
            cohorts(grain: YEAR) { periods { offset } size periods { share offset } }
        } }",
        r#"{ "kpis": {
            "timeSeries": [
                { "kpis": { "totalSales": 400, "orderCount": 1, "label": 400 }, "label": "2023" },
                { "kpis": { "totalSales": 387.85, "orderCount": 6, "label": 387.85 }, "label": "2024" }
            ],
            "cohorts": [
                { "periods": [{ "offset": 0, "share": 1.0 }, { "offset": 1, "share": 1.0 }], "size": 1 },
                { "periods": [{ "offset": 0, "share": 1.0 }], "size": 2 }
            ]
        } }"#,
    )
    .await;
}

#[tokio::test]
async fn rows_with_nothing_selected_are_empty() {
    assert_text(
        "skipped",
        "{ kpis { cohorts(grain: YEAR) { size @skip(if: true) } timeSeries(grain: YEAR) { label kpis { totalSales @include(if: false) } } } }",
        r#"{ "kpis": { "cohorts": [{}, {}], "timeSeries": [{ "label": "2023", "kpis": {} }, { "label": "2024", "kpis": {} }] } }"#,
    )
    .await;
}

/// Names of products wait for the database, and so do groups within groups.
#[tokio::test]
async fn rows_hold_what_is_at_hand_beside_what_is_not() {
    let shop = BothEngines::over(small_shop("beside").await).await;
    let query = "{ kpis {
        breakdown(by: [PRODUCT, SHIP_MODE], first: 2) { rows { key { value label } share kpis { totalSales } } }
        timeSeries(grain: YEAR) { kpis { breakdown(by: REGION, first: 1) { rows { key { label } } } totalSales } label }
    } }";
    let expected = json!({ "kpis": {
        "breakdown": { "rows": [
            {
                "key": [{ "value": "desk", "label": "Oak Desk" }, { "value": "Standard", "label": "Standard" }],
                "share": 0.761_566_287_998_985, "kpis": { "totalSales": 600 },
            },
            {
                "key": [{ "value": "chair", "label": "Oak Chair" }, { "value": "Express", "label": "Express" }],
                "share": 0.127_054_642_381_164, "kpis": { "totalSales": 100.1 },
            },
        ] },
        "timeSeries": [
            { "kpis": { "breakdown": { "rows": [{ "key": [{ "label": "South" }] }] }, "totalSales": 400 }, "label": "2023" },
            { "kpis": { "breakdown": { "rows": [{ "key": [{ "label": "South" }] }] }, "totalSales": 387.85 }, "label": "2024" },
        ],
    } });
    assert_eq!(shop.data(query).await, expected);
}
