//! Customers by how recently, how often and for how much they bought.

use serde_json::{Value, json};

use super::assert_answer;
use crate::{small_shop::small_shop, support::BothEngines};

/// Ada came last on 10 April at 12:00 (O5), of three orders that come to 255.55; Ben on
/// 31 March at 00:00 (O2), of two for 500.10; Cleo on 20 April at 10:00 (O6) for 30. Of three
/// customers the scores are 1 to 3. By recency Ben, Ada, Cleo; by orders Cleo, Ben, Ada; by
/// sales Cleo, Ada, Ben. So Ada's mean is 2.5, rounded to 3, as is Ben's.
#[tokio::test]
async fn customers_are_in_the_group_of_their_scores() {
    let shop = BothEngines::over(small_shop("rfm").await).await;
    let data = shop
        .data(
            "{ kpis { rfm { asOf customerCount
                groups { group customerCount share averageDaysSinceLastOrder kpis {
                    orderCount totalSales
                    breakdown(by: CUSTOMER) { rows { key { label } kpis { newCustomerCount } } }
                } }
                cells { recency frequencyMonetary group customerCount }
            } } }",
        )
        .await;
    let rfm = &data["kpis"]["rfm"];
    // All time has no end: as of the last order.
    assert_eq!(rfm["asOf"], "2024-04-20T08:00:00+00:00");
    assert_eq!(rfm["customerCount"], 3);
    let groups = rfm["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 11);
    let with_customers = groups.iter().filter(|it| it["customerCount"] != 0);
    let of = |group: &str, days: f64, orders: u32, sales: Value, who: &str| {
        json!({ "group": group, "customerCount": 1, "share": 0.333_333_333_333_333,
            "averageDaysSinceLastOrder": days, "kpis": {
                "orderCount": orders, "totalSales": sales, "breakdown": { "rows": [
                    { "key": [{ "label": who }], "kpis": { "newCustomerCount": 1 } } ] } } })
    };
    let expected = json!([
        of("PROMISING", 0.0, 1, json!(30), "Cleo"),
        of(
            "NEED_ATTENTION",
            9.916_666_666_666_67,
            3,
            json!(255.55),
            "Ada"
        ),
        of("AT_RISK", 20.375, 2, json!(500.1), "Ben"),
    ]);
    let with_customers: Value = with_customers.cloned().collect();
    assert_eq!(with_customers, expected);
    let nobody = json!({ "group": "CHAMPIONS", "customerCount": 0, "share": 0.0,
        "averageDaysSinceLastOrder": null,
        "kpis": { "orderCount": 0, "totalSales": 0, "breakdown": { "rows": [] } } });
    assert_eq!(groups[0], nobody);
    let cells = rfm["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 25);
    let with_customers = cells.iter().filter(|it| it["customerCount"] != 0);
    let with_customers: Value = with_customers.cloned().collect();
    let cell = |recency: u8, rest: u8, group: &str| json!({ "recency": recency, "frequencyMonetary": rest, "group": group, "customerCount": 1 });
    let expected = json!([
        cell(3, 1, "PROMISING"),
        cell(2, 3, "NEED_ATTENTION"),
        cell(1, 3, "AT_RISK"),
    ]);
    assert_eq!(with_customers, expected);
}

/// March ended on 1 April at 00:00 in Paris, ten days ago. Ada ordered once (105.60), an
/// instant before Ben (100.10): her mean is that of 1 and 2, since a tie goes by id, and his
/// that of 2 and 1. April is not over: as of its last order.
#[tokio::test]
async fn scores_are_of_the_scope_as_of_its_end() {
    assert_answer(
        "rfm_scopes",
        r#"{
            march: kpis(filter: { period: { month: "2024-03" } }) { rfm { asOf cells { group customerCount } } }
            april: kpis(filter: { period: { month: "2024-04" } }) { rfm { asOf } }
            nothing: kpis(filter: { period: { year: 2020 } }) { rfm { asOf customerCount groups { share } } }
        }"#,
        &json!({
            "march": { "rfm": { "asOf": "2024-03-31T22:00:00+00:00", "cells": march() } },
            "april": { "rfm": { "asOf": "2024-04-20T08:00:00+00:00" } },
            "nothing": { "rfm": { "asOf": null, "customerCount": 0,
                "groups": vec![json!({ "share": null }); 11] } },
        })
        .to_string(),
    )
    .await;
}

/// Ada in the cell of 1 and 2, Ben in that of 2 and 2.
fn march() -> Value {
    let groups = [
        ("CHAMPIONS", 2),
        ("LOYAL_CUSTOMERS", 1),
        ("POTENTIAL_LOYALISTS", 1),
        ("NEW_CUSTOMERS", 1),
        ("CHAMPIONS", 1),
        ("LOYAL_CUSTOMERS", 1),
        ("POTENTIAL_LOYALISTS", 2),
        ("PROMISING", 1),
        ("LOYAL_CUSTOMERS", 2),
        ("POTENTIAL_LOYALISTS", 1),
        ("NEED_ATTENTION", 1),
        ("PROMISING", 1),
        ("AT_RISK", 2),
        ("NEED_ATTENTION", 2),
        ("ABOUT_TO_SLEEP", 1),
        ("CANNOT_LOSE_THEM", 2),
        ("AT_RISK", 1),
        ("HIBERNATING", 1),
        ("LOST", 1),
    ];
    let cells = groups.into_iter();
    let cells = cells.flat_map(|(group, cells)| vec![group; cells]);
    let cell = |(at, group): (usize, &str)| {
        let customers = u8::from(at == 18 || at == 23);
        json!({ "group": group, "customerCount": customers })
    };
    cells.enumerate().map(cell).collect()
}
