//! Prices, discounts, returns, currencies.

use bson::{Bson, Document, doc};

use super::{MINIMAL, Shop, amount, with};

#[tokio::test]
async fn returns_lower_sales_however_the_file_tells_them() {
    let shop = Shop::new("returns").await;
    let mapping = with(
        "returned = { column = \"Type\", values = [\"Return\", \"Refund\"] }\nprofit = \"Profit\"\n",
    );
    let input = "\
Order,Date,Type,Quantity,Revenue,Profit
1,2024-01-01,Sale,2,10,4
2,2024-01-02,Return,1,5,2
3,2024-01-03,Refund,-1,-5,-2
4,2024-01-04,Sale,-1,-5,-2
";
    shop.import(&mapping, input).await;

    let returned = doc! { "quantity": -1, "revenue": -5, "profit": -2 };
    for order in &shop.all("orders").await[1..] {
        assert_eq!(
            order.get_array("lines").unwrap(),
            &[Bson::from(returned.clone())]
        );
    }
}

/// `[line]` with a unit price; what is off and what is left is for the test.
fn priced(line: &str) -> String {
    MINIMAL.replace(
        "revenue = \"Revenue\"",
        &format!("unit_price = \"Price\"\n{line}"),
    )
}

async fn only_line(shop: &Shop) -> Document {
    let order = shop.one("orders", "1").await;
    let [Bson::Document(line)] = order.get_array("lines").unwrap().as_slice() else {
        panic!("one line expected in {order}");
    };
    line.clone()
}

#[tokio::test]
async fn revenue_is_quantity_times_unit_price_less_discount() {
    let shop = Shop::new("unit_price").await;
    // 3 × 19.99 = 59.97; less 15 % 50.9745; less 9.97 off the line 50.
    for (line, cells, expected) in [
        (
            "",
            "3,19.99,",
            doc! { "quantity": 3, "revenue": amount("59.97") },
        ),
        (
            "discount = \"Off\"",
            "3,19.99,0.15",
            doc! { "quantity": 3, "revenue": amount("50.9745"), "discount": amount("0.15") },
        ),
        (
            "discount = \"Off\"\nround = 2",
            "3,19.99,-15 %",
            doc! { "quantity": 3, "revenue": amount("50.97"), "discount": amount("0.15") },
        ),
        (
            "discount = { column = \"Off\", divide_by = 100 }\nunit_cost = { constant = 10 }",
            "-3,19.99,15",
            doc! { "quantity": -3, "revenue": amount("-50.9745"), "profit": amount("-20.9745"), "discount": amount("0.15") },
        ),
        (
            "discount_amount = \"Off\"",
            "3,19.99,-9.97",
            // 9.97 / 59.97, to six digits.
            doc! { "quantity": 3, "revenue": 50, "discount": amount("0.16625") },
        ),
        (
            "discount_amount = \"Off\"",
            "-3,19.99,",
            doc! { "quantity": -3, "revenue": amount("-59.97") },
        ),
    ] {
        let input = format!("Order,Date,Quantity,Price,Off\n1,2024-01-01,{cells}\n");
        let report = shop.import(&priced(line), input).await;
        assert_eq!(report.rejected, 0, "{report}");
        assert_eq!(only_line(&shop).await, expected, "{line}");
    }
}

#[tokio::test]
async fn a_percentage_taken_for_a_ratio_is_refused() {
    let shop = Shop::new("percent").await;
    let input = "Order,Date,Quantity,Price,Off\n1,2024-01-01,1,10,20\n2,2024-01-01,1,10,0.2\n";
    let report = shop.import(&priced("discount = \"Off\""), input).await;
    assert_eq!((report.rejected, report.orders.total), (1, 1));
    assert!(
        shop.rejects()
            .contains("line.discount: more than the price: is `divide_by` missing?")
    );
}

#[tokio::test]
async fn a_shop_keeps_one_currency() {
    let shop = Shop::new("currency").await;
    let input = "Order,Date,Quantity,Revenue\n1,2024-01-01,1,10\n";
    shop.import(MINIMAL, input).await;
    let dollars = shop.try_import(&MINIMAL.replace("EUR", "USD"), input).await;
    assert_eq!(
        dollars.unwrap_err().to_string(),
        "the database holds a shop in EUR and `shop.currency` is USD: import into another database, or replace the shop with `--replace`"
    );
}
