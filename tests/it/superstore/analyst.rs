//! What an analyst asks: figures that an SQL engine gave over the same file.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::{Value, json};

use super::{assert_close, assert_exact, decimal, list, superstore};

/// The product that sells most: 5 orders.
const COPIER: &str = "TEC-CO-10004722";

/// `group by "Product ID" having count(distinct "Order ID") >= 10 and sum("Sales") > 10000`
#[tokio::test]
async fn groups_by_conditions() {
    let Some(shop) = superstore().await else {
        return;
    };
    let selection = "breakdown(by: PRODUCT, having: [{ kpi: ORDER_COUNT, gte: 10 }, { kpi: TOTAL_SALES, gt: 10000 }], first: 1000) { groupCount endCursor rows { kpis { orderCount totalSales } } }";
    let breakdown = &shop.kpis("", selection).await["breakdown"];
    assert_eq!(breakdown["groupCount"], 10);
    assert!(breakdown["endCursor"].is_null());
    let rows = list(&breakdown["rows"]);
    let sum = |kpi: &str| -> Decimal { rows.iter().map(|it| decimal(&it["kpis"][kpi])).sum() };
    assert_eq!(sum("orderCount"), dec!(122));
    assert_eq!(sum("totalSales"), dec!(142111.7615));
}

/// `sum(sales) over (order by sales desc, product)`, over the sum of all: on two pages.
#[tokio::test]
async fn classes_of_all_products_page_by_page() {
    let Some(shop) = superstore().await else {
        return;
    };
    let (mut rows, mut after) = (Vec::new(), String::new());
    let mut pages = 0;
    loop {
        let selection = format!(
            "breakdown(by: PRODUCT, first: 1000{after}) {{ groupCount endCursor rows {{ key {{ value }} cumulativeShare class kpis {{ totalSales }} }} }}"
        );
        let page = shop.kpis("", &selection).await["breakdown"].clone();
        assert_eq!(page["groupCount"], 1862);
        rows.extend(list(&page["rows"]).to_vec());
        pages += 1;
        match page["endCursor"].as_str() {
            Some(cursor) => after = format!(", after: {cursor:?}"),
            None => break,
        }
    }
    assert_eq!(pages, 2);
    let first: Vec<(&Value, &Value)> = rows[..3]
        .iter()
        .map(|row| (&row["key"][0]["value"], &row["cumulativeShare"]))
        .collect();
    let expected = [
        (json!(COPIER), json!(0.026_815_166_694_633_51)),
        (json!("OFF-BI-10003527"), json!(0.038_765_964_935_417_19)),
        (json!("TEC-MA-10002412"), json!(0.048_620_775_801_648_34)),
    ];
    for ((product, share), (expected, expected_share)) in first.into_iter().zip(&expected) {
        assert_eq!(product, expected);
        assert_close(share, expected_share, "cumulative share");
    }
    let mut classes: BTreeMap<&str, (usize, Decimal)> = BTreeMap::new();
    for row in &rows {
        let (count, sales) = classes.entry(row["class"].as_str().unwrap()).or_default();
        *count += 1;
        *sales += decimal(&row["kpis"]["totalSales"]);
    }
    let expected = [
        ("A", (413, dec!(1837241.8732))),
        ("B", (489, dec!(344849.9741))),
        ("C", (960, dec!(115109.013))),
    ];
    assert_eq!(classes, BTreeMap::from(expected));
}

/// `"Order ID" in (select "Order ID" from lines where …)`, `"Customer ID" in …` and `not in …`
#[tokio::test]
async fn lines_by_other_lines() {
    let Some(shop) = superstore().await else {
        return;
    };
    let around = format!("orderHolds: {{ product: {{ eq: {COPIER:?} }} }}");
    for (filter, sales, orders, customers) in [
        (around.as_str(), "65144.668", 5, 5),
        (
            r#"customerOrdered: { line: { subCategory: { eq: "Copiers" } } }, customerNeverOrdered: { line: { subCategory: { eq: "Tables" } } }"#,
            "233727.2706",
            307,
            46,
        ),
        (
            r#"period: { year: 2017 }, customerOrdered: { period: { year: 2014 }, line: { category: { eq: "Technology" } } }, customerNeverOrdered: { period: { between: { from: "2015-01-01", to: "2017-01-01" } } }"#,
            "2591.262",
            6,
            4,
        ),
    ] {
        let kpis = shop
            .kpis(
                &format!("(filter: {{ {filter} }})"),
                "totalSales orderCount customerCount",
            )
            .await;
        let sales: Value = serde_json::from_str(sales).unwrap();
        assert_exact(&kpis["totalSales"], &sales, filter);
        assert_eq!(kpis["orderCount"], orders, "{filter}");
        assert_eq!(kpis["customerCount"], customers, "{filter}");
    }
    let beside = format!("(filter: {{ {around}, product: {{ ne: {COPIER:?} }} }}) ");
    let selection = "breakdown(by: SUB_CATEGORY, first: 3) { rows { key { value } kpis { orderCount totalSales } } }";
    let rows = shop.kpis(&beside, selection).await["breakdown"]["rows"].clone();
    let expected = r#"[
        { "key": [{ "value": "Phones" }], "kpis": { "orderCount": 2, "totalSales": 2574.972 } },
        { "key": [{ "value": "Binders" }], "kpis": { "orderCount": 2, "totalSales": 776.644 } },
        { "key": [{ "value": "Storage" }], "kpis": { "orderCount": 2, "totalSales": 64.96 } }
    ]"#;
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(rows, expected);
}

/// `(region = 'West' and category = 'Furniture') or ship_mode = 'Same Day'`, and `not (…)`
#[tokio::test]
async fn conditions_are_connected() {
    let Some(shop) = superstore().await else {
        return;
    };
    let or = r#"or: [{ region: { eq: "West" }, category: { eq: "Furniture" } }, { shipMode: { eq: "Same Day" } }]"#;
    for (filter, sales, orders, lines) in [
        (or.to_owned(), "366447.8905", 822, 1207),
        (format!("not: {{ {or} }}"), "1930752.9698", 4528, 8787),
    ] {
        let filter = format!("(filter: {{ {filter} }})");
        let kpis = shop.kpis(&filter, "totalSales orderCount lineCount").await;
        let sales: Value = serde_json::from_str(sales).unwrap();
        assert_exact(&kpis["totalSales"], &sales, &filter);
        assert_eq!(kpis["orderCount"], orders, "{filter}");
        assert_eq!(kpis["lineCount"], lines, "{filter}");
    }
}

/// From 2016 to 2017, by product and along the tree; its parts with SQL's `ln` of doubles.
#[tokio::test]
async fn drivers_of_a_year() {
    let Some(shop) = superstore().await else {
        return;
    };
    let selection = "drivers(by: PRODUCT, baseline: { relative: PREVIOUS_YEAR }, first: 1000) { now then difference groupCount others rows { fate part } salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer } }
        by_two: drivers(by: [CATEGORY, REGION], baseline: { relative: PREVIOUS_YEAR }, first: 2) { rows { key { value } now then part } }";
    let kpis = shop
        .kpis("(filter: { period: { year: 2017 } })", selection)
        .await;
    let drivers = &kpis["drivers"];
    assert_eq!(decimal(&drivers["now"]), dec!(733215.2552));
    assert_eq!(decimal(&drivers["then"]), dec!(609205.598));
    assert_eq!(decimal(&drivers["difference"]), dec!(124009.6572));
    assert_eq!(drivers["groupCount"], 1755);
    let rows = list(&drivers["rows"]);
    let parts: Decimal = rows.iter().map(|it| decimal(&it["part"])).sum();
    assert_eq!(parts + decimal(&drivers["others"]), dec!(124009.6572));
    let tree = &drivers["salesTree"];
    let mut along_the_tree = Decimal::ZERO;
    for (factor, part) in [
        ("customers", dec!(55345.29880525814)),
        ("ordersPerCustomer", dec!(111386.65983133129)),
        ("unitsPerOrder", dec!(-7669.555897984391)),
        ("price", dec!(-35052.74553860496)),
        ("withoutCustomer", dec!(0)),
    ] {
        let ours = decimal(&tree[factor]);
        assert!((ours - part).abs() < dec!(0.0002), "{factor}: {ours}");
        along_the_tree += ours;
    }
    assert_eq!(along_the_tree, dec!(124009.6572));
    let expected = r#"[
        { "key": [{ "value": "Office Supplies" }, { "value": "West" }], "now": 82463.506, "then": 47679.357, "part": 34784.149 },
        { "key": [{ "value": "Technology" }, { "value": "West" }], "now": 95959.148, "then": 65981.179, "part": 29977.969 }
    ]"#;
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(kpis["by_two"]["rows"], expected);
}
