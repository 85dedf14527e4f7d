//! Who is new, who came back.

use serde_json::Value;

use super::assert_answer;
use crate::small_shop::small_shop;
use crate::support::BothEngines;

/// Each customer is new once: Ben in April 2023, Ada in March 2024, Cleo in April 2024.
/// With a filter, "first ever" still looks at every order: in April 2024, Ada bought her
/// first desk but is no new customer.
#[tokio::test]
async fn customers_are_new_once() {
    let shop = BothEngines::over(small_shop("new").await).await;
    let new = async |filter: &str| {
        let series = "timeSeries(grain: MONTH) { label kpis { newCustomerCount } }";
        let data = shop
            .data(&format!("{{ kpis{filter} {{ {series} }} }}"))
            .await;
        let buckets = data["kpis"]["timeSeries"].as_array().unwrap().clone();
        let counted = |it: &Value| it["kpis"]["newCustomerCount"].as_u64() != Some(0);
        let label = |it: &Value| it["label"].as_str().unwrap().to_owned();
        buckets
            .iter()
            .filter(|it| counted(it))
            .map(label)
            .collect::<Vec<_>>()
    };
    assert_eq!(new("").await, ["2023-04", "2024-03", "2024-04"]);
    assert_eq!(
        new(r#"(filter: { product: { eq: "desk" } })"#).await,
        ["2023-04"]
    );
    let year = "(filter: { period: { year: 2024 } })";
    assert_eq!(new(year).await, ["2024-03", "2024-04"]);
}

/// Ben founded April 2023, Ada March 2024, Cleo April 2024. In April 2024 Ben did not come.
#[tokio::test]
async fn cohorts_are_founded_by_the_first_order_ever() {
    assert_answer(
        "cohorts",
        r#"{
            kpis(filter: { period: { month: "2024-04" } }) { cohorts { label size periods { offset date customerCount share } } }
            all: kpis { cohorts(grain: YEAR) { label size periods { customerCount } } }
        }"#,
        &format!(
            r#"{{
                "kpis": {{ "cohorts": [
                    {{ "label": "2023-04", "size": 1, "periods": [{absent}] }},
                    {{ "label": "2024-03", "size": 1, "periods": [
                        {{ "offset": 0, "date": "2024-03-01", "customerCount": 0, "share": 0.0 }},
                        {{ "offset": 1, "date": "2024-04-01", "customerCount": 1, "share": 1.0 }}
                    ] }},
                    {{ "label": "2024-04", "size": 1, "periods": [
                        {{ "offset": 0, "date": "2024-04-01", "customerCount": 1, "share": 1.0 }}
                    ] }}
                ] }},
                "all": {{ "cohorts": [
                    {{ "label": "2023", "size": 1, "periods": [{{ "customerCount": 1 }}, {{ "customerCount": 1 }}] }},
                    {{ "label": "2024", "size": 2, "periods": [{{ "customerCount": 2 }}] }}
                ] }}
            }}"#,
            absent = (0..13)
                .map(|offset| format!(
                    r#"{{ "offset": {offset}, "date": "{}-{:02}-01", "customerCount": 0, "share": 0.0 }}"#,
                    2023 + (offset + 3) / 12,
                    (offset + 3) % 12 + 1,
                ))
                .collect::<Vec<_>>()
                .join(","),
        ),
    )
    .await;
}

/// Ben founded 2023 with O8 (400) and came back once (O2, 100.10), 360.54166666… days later:
/// 31,150,800 s. Ada ordered three times in 903,600.001 s. Ada and Cleo founded 2024: O1 (105.60), O3 (200), O5 (−50.05) and O6 (30).
/// All that Ben bought was furniture. In 2024 he was there who had been in 2023; of the cohort
/// of 2024 nobody had.
#[tokio::test]
async fn cohorts_have_every_kpi_by_stretch_and_to_date() {
    assert_answer(
        "cohort_kpis",
        r"{ kpis { cohorts(grain: YEAR) { label size periods { customerCount
            kpis { totalSales orderCount newCustomerCount retentionRate
                breakdown(by: CATEGORY, first: 1) { rows { key { value } kpis { totalSales } } } }
            toDate { totalSales orderCount customerCount averageDaysBetweenOrders repeatCustomerRate }
        } } } }",
        r#"{ "kpis": { "cohorts": [
            { "label": "2023", "size": 1, "periods": [
                { "customerCount": 1,
                  "kpis": { "totalSales": 400, "orderCount": 1, "newCustomerCount": 1, "retentionRate": null,
                    "breakdown": { "rows": [{ "key": [{ "value": "Furniture" }], "kpis": { "totalSales": 400 } }] } },
                  "toDate": { "totalSales": 400, "orderCount": 1, "customerCount": 1,
                    "averageDaysBetweenOrders": null, "repeatCustomerRate": 0.0 } },
                { "customerCount": 1,
                  "kpis": { "totalSales": 100.1, "orderCount": 1, "newCustomerCount": 0, "retentionRate": 1.0,
                    "breakdown": { "rows": [{ "key": [{ "value": "Furniture" }], "kpis": { "totalSales": 100.1 } }] } },
                  "toDate": { "totalSales": 500.1, "orderCount": 2, "customerCount": 1,
                    "averageDaysBetweenOrders": 360.541666666667, "repeatCustomerRate": 1.0 } }
            ] },
            { "label": "2024", "size": 2, "periods": [
                { "customerCount": 2,
                  "kpis": { "totalSales": 285.55, "orderCount": 4, "newCustomerCount": 2, "retentionRate": null,
                    "breakdown": { "rows": [{ "key": [{ "value": "Furniture" }], "kpis": { "totalSales": 250.05 } }] } },
                  "toDate": { "totalSales": 285.55, "orderCount": 4, "customerCount": 2,
                    "averageDaysBetweenOrders": 5.2291666724537, "repeatCustomerRate": 0.5 } }
            ] }
        ] } }"#,
    )
    .await;
}

/// In April 2024 Ada (cohort of March) spent 200 − 50.05 and Cleo 30. Before the period
/// begins nothing is in scope, to date neither, however it is looked into.
#[tokio::test]
async fn cohorts_have_the_kpis_of_what_is_in_scope() {
    let nothing =
        r#"{ "kpis": { "totalSales": 0, "timeSeries": [] }, "toDate": { "totalSales": 0 } }"#;
    let some = |sales: &str| {
        format!(
            r#"{{ "kpis": {{ "totalSales": {sales}, "timeSeries": [
                {{ "label": "2024-04", "kpis": {{ "totalSales": {sales} }} }}
            ] }}, "toDate": {{ "totalSales": {sales} }} }}"#
        )
    };
    assert_answer(
        "cohort_kpis_in_scope",
        r#"{ kpis(filter: { period: { month: "2024-04" } }) { cohorts(grain: QUARTER) {
            label periods { kpis { totalSales timeSeries(grain: MONTH) { label kpis { totalSales } } } toDate { totalSales } } } } }"#,
        &format!(
            r#"{{ "kpis": {{ "cohorts": [
                {{ "label": "2023-Q2", "periods": [{nothing}, {nothing}, {nothing}, {nothing}, {}] }},
                {{ "label": "2024-Q1", "periods": [{nothing}, {}] }},
                {{ "label": "2024-Q2", "periods": [{}] }}
            ] }} }}"#,
            some("0"),
            some("149.95"),
            some("30"),
        ),
    )
    .await;
}
