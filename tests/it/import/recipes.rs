//! The guide's recipes for the exports of well-known systems, with files like theirs.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use rust_decimal::Decimal;
use salesgraph::{import::Report, store::decimal_from_bson};

use super::Shop;

const GUIDE: &str = include_str!("../../../docs/mapping.md");

async fn import(name: &str, input: &str) -> (Shop, Report) {
    let (_, recipe) = GUIDE.split_once(&format!("### {name}\n")).unwrap();
    let (_, mapping) = recipe.split_once("```toml\n").unwrap();
    let (mapping, _) = mapping.split_once("```").unwrap();
    let shop = Shop::new(name).await;
    let report = shop.import(mapping, input).await;
    (shop, report)
}

fn total(order: &Document, field: &str) -> Decimal {
    let lines = order.get_array("lines").unwrap().iter();
    let amounts = lines.map(|line| match line {
        Bson::Document(line) => decimal_from_bson(line.get(field).unwrap()).unwrap(),
        other => panic!("{other} is no line"),
    });
    amounts.sum()
}

/// Each order's status, revenue and units.
async fn orders(shop: &Shop) -> BTreeMap<String, (String, String, String)> {
    let orders = shop.all("orders").await;
    let of = |order: &Document| {
        let text = |key| order.get_str(key).unwrap().to_owned();
        let sum = |field| total(order, field).normalize().to_string();
        (
            text("_id"),
            (text("status"), sum("revenue"), sum("quantity")),
        )
    };
    orders.iter().map(of).collect()
}

fn expected(orders: &[(&str, &str, &str, &str)]) -> BTreeMap<String, (String, String, String)> {
    let of = |&(id, status, revenue, units): &(&str, &str, &str, &str)| {
        (id.into(), (status.into(), revenue.into(), units.into()))
    };
    orders.iter().map(of).collect()
}

#[tokio::test]
async fn shopify() {
    let input = "\
Name,Email,Financial Status,Fulfilled at,Currency,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Billing Name,\
Shipping City,Shipping Zip,Shipping Province,Shipping Country,Cancelled at,Refunded Amount,Note
#7001,Mia@shop.test,paid,2024-02-02 09:00:00 -0500,USD,6.00,Ground,2024-02-01 20:00:00 -0500,3,Soap,8.00,SO-1,0.00,Mia,Salem,'01970,MA,US,,0.00,\"gift,
wrap it\"
#7001,mia@shop.test,,,,,,2024-02-01 20:00:00 -0500,1,Dish,16.00,,4.00,,,,,,,,
#7002,leo@shop.test,partially_refunded,,USD,0.00,Ground,2024-02-03 10:00:00 -0500,2,Soap,8.00,SO-1,0.00,Leo,Troy,'12180,NY,US,,5.50,
#7003,leo@shop.test,paid,,USD,0.00,Ground,2024-02-04 10:00:00 -0500,1,Dish,16.00,,0.00,Leo,,,,,2024-02-05 08:00:00 -0500,0.00,
";
    let (shop, report) = import("Shopify", input).await;

    assert_eq!(
        (report.rejected, report.conflicts.len()),
        (0, 0),
        "{report}"
    );
    // 24 and 16 − 4, less 6; 16 less 5.50.
    let orders_expected = expected(&[
        ("7001", "paid", "30", "4"),
        ("7002", "partially_refunded", "10.5", "2"),
        ("7003", "cancelled", "16", "1"),
    ]);
    assert_eq!(orders(&shop).await, orders_expected);
    assert_eq!(shop.all("customers").await.len(), 2);
    let place = shop.one("locations", "US|MA|Salem|01970").await;
    assert_eq!(place.get_str("postalCode").unwrap(), "01970");
}

#[tokio::test]
async fn magento() {
    let input = "\
ID,Purchase Point,Purchase Date,Grand Total (Base),Status,Customer Email,Customer Group,Subtotal,Customer Name,Total Refunded
000000041,\"Main Website
   Main Store\",2024-06-01 03:30:00,\"1,260.0000\",complete,kim@shop.test,General,\"1,250.5000\",Kim,0.0000
000000042,Main Website,2024-06-02 03:30:00,90.0000,closed,Kim@shop.test,General,80.0000,Kim,90.0000
000000043,Main Website,2024-06-02 03:30:00,10.0000,canceled,,NOT LOGGED IN,10.0000,,
";
    let (shop, report) = import("Magento", input).await;

    assert_eq!(report.rejected, 0, "{report}");
    // The refund gives shipping back as well: the goods were worth 80.
    let orders_expected = expected(&[
        ("000000041", "complete", "1250.5", "1"),
        ("000000042", "closed", "0", "1"),
        ("000000043", "cancelled", "10", "1"),
    ]);
    assert_eq!(orders(&shop).await, orders_expected);
    assert_eq!(report.exceeding_totals.first, ["000000042"]);
    assert_eq!(report.customers.total, 1);
}

#[tokio::test]
async fn amazon() {
    let input = "\
amazon-order-id\tpurchase-date\torder-status\tship-service-level\tproduct-name\tsku\tquantity\tcurrency\titem-price\titem-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids
305-1\t2024-05-01T22:30:00+00:00\tShipped\tStandard\t27\" screen, \"matt\"\tSC27\t2\tEUR\t300.00\t30.00\tBonn\t\t53111\tDE\t
305-1\t2024-05-01T22:30:00+00:00\tShipped\tStandard\tStand\tST\t1\tEUR\t20.00
305-2\t2024-05-02T08:00:00+00:00\tCancelled\tStandard\tStand\tST\t0
305-3\t2024-05-02T09:00:00+00:00\tShipped\tStandard\tStand\tST\t1\tPLN\t89.00\t\t\t\t\t\tPROMO
305-4\t2024-05-02T10:00:00+00:00\tPending\tStandard\tStand\tST\t1
";
    let (shop, report) = import("Amazon", input).await;

    assert_eq!((report.rejected, report.left_out), (0, 1), "{report}");
    let orders_expected = expected(&[
        ("305-1", "Shipped", "290", "3"),
        ("305-2", "cancelled", "0", "0"),
        ("305-4", "Pending", "0", "1"),
    ]);
    assert_eq!(orders(&shop).await, orders_expected);
    let screen = shop.one("products", "SC27").await;
    assert_eq!(screen.get_str("name").unwrap(), "27\" screen, \"matt\"");
}

#[tokio::test]
async fn ebay() {
    let input = "\u{feff}
Sales Record Number,Order Number,Buyer Username,Buyer Name,Ship To City,Ship To State,Ship To Zip,Ship To Country,Item Number,Item Title,Quantity,Sold For,Sale Date,Shipped On Date,Shipping Service
,,,,,,,,,,,,,,
51,09-1,rita,Rita,Hull,,HU1,United Kingdom,901,\"Lamp, \"\"red\"\"\",1,\"$1,050.00\",Sep-03-24,Sep-04-24,Parcel
52,09-2,omar,Omar,Bath,,BA1,United Kingdom,,,5,$75.00,Sep-05-24,,Parcel
52,09-2,omar,,,,,,902,Plug,3,$45.00,Sep-05-24,,
52,09-2,omar,,,,,,903,Cord,2,$30.00,Sep-05-24,,

2,record(s) downloaded,from ,Sep-01-24, to ,Sep-30-24
Seller ID : somebody
";
    let (shop, report) = import("eBay", input).await;

    assert_eq!((report.rejected, report.left_out), (0, 3), "{report}");
    let orders_expected = expected(&[
        ("09-1", "completed", "1050", "1"),
        ("09-2", "completed", "75", "5"),
    ]);
    assert_eq!(orders(&shop).await, orders_expected);
    let order = shop.one("orders", "09-2").await;
    assert_eq!(
        order.get_str("shipToId").unwrap(),
        "United Kingdom||Bath|BA1"
    );
    assert_eq!(
        shop.one("customers", "omar").await.get_str("name").unwrap(),
        "Omar"
    );
}
