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
