//! Two files joined by a key: found, read, told of, read again.

use std::{fs, time::Duration};

use serde_json::json;

use super::{Files, checked, refusal};
use crate::support::Shop;

const MODEL: &str = r#"
[shop]
currency = "EUR"
time_zone = "Europe/Paris"

[order]
from = "orders"
id = "Order"
ordered_at = { path = "Date", format = "%d/%m/%Y %H:%M" }

[line]
from = "items.csv"
id = "Order"
key = "Order"
quantity = "Qty"
unit_price = "Price"

[product]
id = "SKU"
name = "Product"

[customer]
id = { path = "E-mail", lower = true }
"#;

const ORDERS: &[u8] = b"\xef\xbb\xbfOrder,Date,E-mail,Notes\n\
1001,14/07/2024 00:30,Ada@Example.com,\"two\nlines, and a comma\"\n\
1002,15/07/2024 12:00,ada@example.com,\n\
1003,some day,bob@example.com,\n";
const ITEMS: &[u8] = b"Order,SKU,Product,Qty,Price\n\
1001,A,Lamp,2,12.10\n\
1002,A,Lamp,1,12.10\n\
1001,B,Chair,1,99.99\n\
1002,C,Desk,many,5\n\
1003,A,Lamp,1,12.10\n";

const SHOP: [(&str, &[u8]); 2] = [("orders.csv", ORDERS), ("items.csv", ITEMS)];

#[tokio::test]
async fn lines_are_found_in_the_other_file() {
    let shop = Files::load("joined", MODEL, &SHOP).await;
    // 2 × 12.10 + 99.99 + 12.10; the third order has no date, a fourth line no quantity.
    let expected = json!({
        "totalSales": 136.29, "unitsSold": 4, "orderCount": 2, "lineCount": 3, "customerCount": 1,
    });
    let names = "totalSales unitsSold orderCount lineCount customerCount";
    assert_eq!(shop.kpis(names).await, expected);
    let products = shop.breakdown("PRODUCT").await;
    let of = |name: &str, sales: &str, orders| (name.to_owned(), sales.to_owned(), orders);
    assert_eq!(products, [of("Chair", "99.99", 1), of("Lamp", "36.3", 2)]);
    let mut rejects = shop.rejects().await;
    rejects.sort();
    let reject = |what: &str, reason: &str, id: &str| {
        (what.to_owned(), reason.to_owned(), vec![id.to_owned()])
    };
    assert_eq!(
        rejects,
        [
            reject("line", "no quantity that can be read", "1002 (items.csv:5)"),
            // The first order's note has two lines.
            reject("order", "`Date` holds no date", "1003 (orders.csv:5)"),
        ]
    );
}

#[tokio::test]
async fn a_check_tells_what_would_be_served() {
    let checked = checked(MODEL, &SHOP).await;
    assert!(!checked.is_whole());
    let text = checked.to_string();
    for expected in [
        "         3  orders\n",
        "         2  orders\n",
        "         3  lines of orders\n",
        "line: no quantity that can be read; of orders 1002 (items.csv:5)\n",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
}

#[tokio::test]
async fn files_that_change_are_read_again() {
    let shop = Files::load("changed", MODEL, &SHOP).await;
    let mended = String::from_utf8_lossy(ITEMS).replace("many", "4");
    fs::write(shop.folder.path().join("items.csv"), mended).unwrap();
    // A question may be broken off as the collections that it reads are replaced.
    let is_mended = async || {
        let rejects = shop.store.rejects().await;
        let sales = Shop::over(shop.store.clone());
        let sales = sales.execute("{ kpis { totalSales } }").await;
        // 4 × 5 more.
        let is_right = sales.data.to_string() == "{kpis: {totalSales: 156.29}}";
        is_right && rejects.is_ok_and(|rejects| rejects.len() == 1)
    };
    for _ in 0..1200 {
        if is_mended().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the files are not read again");
}

#[tokio::test]
async fn what_the_model_names_must_be_there() {
    let none = refusal(MODEL, &[("orders.csv", ORDERS)]).await;
    assert_eq!(
        none,
        "shop.toml:12: there is no file `items.csv` in `FOLDER`; it has `orders.csv`"
    );
    let other = MODEL.replace("\"SKU\"", "\"Sku\"");
    let column = refusal(&other, &SHOP).await;
    assert_eq!(
        column,
        "shop.toml:12: `FOLDER/items.csv` has no column `Sku`; it has `Order`, `SKU`, `Product`, `Qty`, `Price`"
    );
}
