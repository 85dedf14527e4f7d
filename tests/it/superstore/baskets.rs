//! Pairs of products and groups of customers, as a library and an SQL engine had them over the
//! same file.

use serde_json::{Value, json};

use super::{assert_close, decimal, list, superstore};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;

/// `mlxtend`'s `apriori` over the product ids of each order, with pairs on two orders or more,
/// and its `association_rules` from the lesser id to the greater.
#[tokio::test]
async fn products_that_are_bought_together() {
    let Some(shop) = superstore().await else {
        return;
    };
    let pairs = "{ totalCount orderCount pairs { product { value } otherProduct { value } orderCount support confidence lift } }";
    let selection = format!(
        "pairs(minOrders: 2, first: 1000) {pairs} lift: pairs(minOrders: 2, orderBy: LIFT, first: 1) {pairs}"
    );
    let kpis = shop.kpis("", &selection).await;
    let all = &kpis["pairs"];
    assert_eq!(all["totalCount"], 38);
    assert_eq!(all["orderCount"], 5009);
    let rows = list(&all["pairs"]);
    let sum = |figure: &str| -> f64 { rows.iter().map(|it| it[figure].as_f64().unwrap()).sum() };
    assert_close(&json!(sum("lift")), &json!(LIFTS), "lifts");
    assert_close(
        &json!(sum("confidence")),
        &json!(CONFIDENCES),
        "confidences",
    );
    let ids = |pair: &Value| {
        [&pair["product"]["value"], &pair["otherProduct"]["value"]].map(Value::clone)
    };
    assert_eq!(ids(&rows[0]), ["FUR-BO-10001972", "OFF-BI-10003676"]);
    assert_close(
        &rows[0]["confidence"],
        &json!(0.285_714_285_714_285_7),
        "confidence",
    );
    assert_close(
        &rows[0]["support"],
        &json!(0.000_399_281_293_671_391_5),
        "support",
    );
    let lift = &kpis["lift"]["pairs"][0];
    assert_eq!(ids(lift), ["OFF-AR-10000914", "TEC-AC-10000057"]);
    assert_close(&lift["lift"], &json!(500.9), "lift");
}

const LIFTS: f64 = 7_828.190_949_890_055;
const CONFIDENCES: f64 = 10.835_858_585_858_581;

/// `ntile(5) over (order by max("Order Date"), "Customer ID")`, the same of `count(distinct
/// "Order ID")` and of `sum("Sales")`, `(f + m + 1) // 2`, grouped: from 5 and 5 to 1 and 1.
const CELLS: [usize; 25] = [
    45, 41, 36, 21, 15, 41, 45, 46, 19, 7, 30, 51, 38, 27, 13, 36, 36, 38, 40, 9, 9, 19, 37, 55, 39,
];

#[tokio::test]
async fn customers_by_fifths() {
    let Some(shop) = superstore().await else {
        return;
    };
    let selection = "rfm { customerCount cells { customerCount } groups { group customerCount kpis { totalSales orderCount customerCount } } }";
    let rfm = &shop.kpis("", selection).await["rfm"];
    assert_eq!(rfm["customerCount"], 793);
    let cells = list(&rfm["cells"])
        .iter()
        .map(|it| it["customerCount"].clone());
    assert_eq!(cells.collect::<Vec<_>>(), CELLS);
    let groups = list(&rfm["groups"]);
    let figures = |group: &str| -> (Decimal, &Value) {
        let group = groups.iter().find(|it| it["group"] == group).unwrap();
        assert_eq!(group["kpis"]["customerCount"], group["customerCount"]);
        (
            decimal(&group["kpis"]["totalSales"]),
            &group["kpis"]["orderCount"],
        )
    };
    // 5 and 5, 5 and 4, 4 and 5; 1 and 1.
    assert_eq!(figures("CHAMPIONS"), (dec!(621436.9547), &json!(1152)));
    assert_eq!(figures("LOST"), (dec!(15482.7240), &json!(99)));
    let sales = groups.iter().map(|it| decimal(&it["kpis"]["totalSales"]));
    assert_eq!(sales.sum::<Decimal>(), dec!(2297200.8603));
}
