//! What is known of a whole order only.

use bson::{Bson, Document, doc};
use serde_json::json;

use super::{MINIMAL, Shop, amount};
use crate::support::BothEngines;

fn with_totals() -> String {
    let mapping = MINIMAL.replace(
        "[line]",
        "discount_amount = \"Off\"\nrefund_amount = \"Back\"\n[line]",
    );
    format!("{mapping}profit = \"Profit\"\n[product]\nid = \"SKU\"\n")
}

async fn lines(shop: &Shop, order: &str) -> Vec<Document> {
    let order = shop.one("orders", order).await;
    let lines = order.get_array("lines").unwrap().iter();
    lines
        .map(|line| line.as_document().unwrap().clone())
        .collect()
}

#[tokio::test]
async fn an_orders_discount_is_shared_by_list_amount_to_the_cent() {
    let shop = Shop::new("order_discount").await;
    // 10 of 30 is 3.33…, 10 of 10 of 30 likewise, and so the third: the first
    // has the cent that is left.
    let input = "\
Order,Date,Quantity,Revenue,Profit,SKU,Off,Back
1,2024-01-01,1,10,4,A,-10.00,
1,2024-01-01,2,10,,B,,
1,2024-01-01,1,10,1,C,10,
";
    let report = shop.import(&with_totals(), input).await;

    assert!(report.conflicts.is_empty(), "{report}");
    let expected = [
        doc! { "productId": "A", "quantity": 1, "revenue": amount("6.66"), "profit": amount("0.66"), "discount": amount("0.334") },
        doc! { "productId": "B", "quantity": 2, "revenue": amount("6.67"), "discount": amount("0.333") },
        doc! { "productId": "C", "quantity": 1, "revenue": amount("6.67"), "profit": amount("-2.33"), "discount": amount("0.333") },
    ];
    assert_eq!(lines(&shop, "1").await, expected);
}

#[tokio::test]
async fn a_discount_of_the_lines_own_is_part_of_the_list_amount() {
    let shop = Shop::new("both_discounts").await;
    let mapping = with_totals().replace(
        "revenue = \"Revenue\"",
        "list_amount = \"Revenue\"\ndiscount_amount = \"Line off\"",
    );
    // Lists of 40 and 60 share 5 as 2 and 3, although 20 and 60 are left of them.
    let input = "\
Order,Date,Quantity,Revenue,Line off,Profit,SKU,Off,Back
1,2024-01-01,2,40,20,,A,5,
1,2024-01-01,1,60,,,B,,
";
    shop.import(&mapping, input).await;
    let expected = [
        doc! { "productId": "A", "quantity": 2, "revenue": 18, "discount": amount("0.55") },
        doc! { "productId": "B", "quantity": 1, "revenue": 57, "discount": amount("0.05") },
    ];
    assert_eq!(lines(&shop, "1").await, expected);
}

#[tokio::test]
async fn a_refund_is_lines_without_units() {
    let shop = Shop::new("refund").await;
    let input = "\
Order,Date,Quantity,Revenue,Profit,SKU,Off,Back
1,2024-01-01,3,30,9,A,0,12
1,2024-01-01,1,10,,B,,
";
    let report = shop.import(&with_totals(), input).await;
    let expected = [
        doc! { "productId": "A", "quantity": 3, "revenue": 30, "profit": 9 },
        doc! { "productId": "B", "quantity": 1, "revenue": 10 },
        doc! { "productId": "A", "quantity": 0, "revenue": -9, "profit": -9 },
        doc! { "productId": "B", "quantity": 0, "revenue": -3 },
    ];
    assert_eq!(lines(&shop, "1").await, expected);
    assert_eq!(report.lines_of_opposite_signs, 0);
    let kpis = "{ kpis { totalSales totalProfit unitsSold orderCount breakdown(by: [PRODUCT]) { rows { kpis { totalSales } } } } }";
    let counted = BothEngines::over(shop.store.clone()).await.data(kpis).await;
    let expected = json!({
        "totalSales": 28, "totalProfit": 0, "unitsSold": 4, "orderCount": 1,
        "breakdown": { "rows": [{ "kpis": { "totalSales": 21 } }, { "kpis": { "totalSales": 7 } }] },
    });
    assert_eq!(counted["kpis"], expected);
}

#[tokio::test]
async fn more_than_the_lines_are_worth_is_not_taken_and_named() {
    let shop = Shop::new("exceeding").await;
    let input = "\
Order,Date,Quantity,Revenue,Profit,SKU,Off,Back
1,2024-01-01,1,10,,A,10,
2,2024-01-01,1,10,,A,,12.50
3,2024-01-01,1,0,,A,4,
4,2024-01-01,-1,-10,,A,,4
";
    let report = shop.import(&with_totals(), input).await;
    assert_eq!(report.exceeding_totals.first, ["2", "3", "4"]);
    let mut earned = Vec::new();
    for order in ["1", "2", "3", "4"] {
        let lines = lines(&shop, order).await;
        let revenue = lines.iter().map(|line| match line.get("revenue") {
            Some(Bson::Int32(revenue)) => i64::from(*revenue),
            Some(Bson::Int64(revenue)) => *revenue,
            other => panic!("{other:?}"),
        });
        earned.push(revenue.sum::<i64>());
    }
    assert_eq!(earned, [0, 0, 0, -10]);
}
