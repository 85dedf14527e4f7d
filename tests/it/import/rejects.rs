//! What cannot be used is kept, and said.

use std::{fs, path::Path};

use bson::{Document, doc};
use salesgraph::import::{Error, Mapping, Report};

use super::{MINIMAL, Shop, with};

#[tokio::test]
async fn rows_that_cannot_be_used_are_kept_with_their_line_and_reason() {
    let shop = Shop::new("rejects").await;
    let mapping = with("[product]\nid = \"Product\"\n");
    let input = b"\
Order,Date,Product,Quantity,Revenue
1,2024-01-01,\"A\nsmall\nbox\",1,10

2,2024-13-01,B,1,10
3,2024-01-01,\"C\nlarge\",one,10
4,2024-01-01,D,1
,2024-01-01,E,1,10
5,2024-01-01,\xff,1,10
6,2024-01-01,F,1,
7,2024-01-01,G,1,10
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.rows, report.rejected), (8, 6));
    assert_eq!(report.orders.total, 2);
    assert_eq!(
        report.rejects.as_deref(),
        Some(shop.rejects_path().as_path())
    );
    assert_eq!(report.rejected_by_reason["line.quantity: not a number"], 1);
    let expected = "\
line,reason,Order,Date,Product,Quantity,Revenue
6,\"order.ordered_at: matches no date pattern, `2024-13-01` in column `Date`\",2,2024-13-01,B,1,10
7,\"line.quantity: not a number, `one` in column `Quantity`\",3,2024-01-01,\"C
large\",one,10
9,\"record: wrong number of cells, 4 instead of 5\",4,2024-01-01,D,1
10,order.id: missing,,2024-01-01,E,1,10
11,\"product.id: not text in this encoding: is `file.encoding` right?, `\u{fffd}` in column `Product`\",5,2024-01-01,\u{fffd},1,10
12,line.revenue: missing,6,2024-01-01,F,1,
";
    let rejects = fs::read(shop.rejects_path()).unwrap();
    assert_eq!(String::from_utf8_lossy(&rejects), expected);
}

#[tokio::test]
async fn rejects_of_an_earlier_import_do_not_stay() {
    let shop = Shop::new("stale_rejects").await;
    let bad = shop.import(MINIMAL, "Order,Date,Quantity,Revenue\n1,2024-01-01,1,x\n");
    assert_eq!(bad.await.rejected, 1);
    assert!(shop.rejects().contains("line.revenue: not a number"));
    let good = shop.import(MINIMAL, "Order,Date,Quantity,Revenue\n1,2024-01-01,1,5\n");
    assert_eq!(good.await.rejected, 0);
    assert!(!shop.rejects_path().exists());
}

#[tokio::test]
async fn a_quote_left_open_is_a_reject_and_no_product() {
    let shop = Shop::new("open_quote").await;
    let row = "1,2024-01-01,1,10,\"fine\"\n";
    let input = format!(
        "Order,Date,Quantity,Revenue,Note\n{row}2,2024-01-01,1,10,\"open\n{}",
        row.replace('"', "").repeat(5_000)
    );
    let report = shop.import(MINIMAL, input).await;
    assert_eq!(
        (report.rows, report.rejected, report.orders.total),
        (2, 1, 1)
    );
    assert!(shop.rejects().starts_with(
        "line,reason,Order,Date,Quantity,Revenue,Note\n3,record: too long for one row"
    ));
}

#[tokio::test]
async fn a_blank_customer_is_no_customer() {
    let shop = Shop::new("blank_customers").await;
    let mapping = with("[customer]\nid = { column = \"Customer\", null = [\"guest\"] }\n");
    let input = "\
Order,Date,Quantity,Revenue,Customer
1,2024-01-01,1,10,  ann
2,2024-01-01,1,10,
3,2024-01-01,1,10,guest
4,2024-01-01,1,10,\u{a0}
";
    let report = shop.import(&mapping, input).await;

    assert_eq!(report.orders_without_customer, 3);
    assert_eq!(
        shop.all("customers").await,
        [doc! { "_id": "ann", "name": "ann" }]
    );
    let orders = shop.all("orders").await;
    assert_eq!(orders[0].get_str("customerId").unwrap(), "ann");
    assert!(
        orders[1..]
            .iter()
            .all(|order| !order.contains_key("customerId"))
    );
}

#[tokio::test]
async fn what_is_wrong_with_mapping_or_input_is_said_before_anything_is_written() {
    let shop = Shop::new("refused").await;
    let good = "Order,Date,Quantity,Revenue\n1,2024-01-01,1,10\n";
    let message = |refused: Result<Report, Error>| refused.unwrap_err().to_string();

    let missing = shop.try_import(MINIMAL, "Order,Day,Quantity,revenue\n");
    assert_eq!(
        message(missing.await),
        "no such column: `Date` (order.ordered_at), `Revenue` (line.revenue); \
         the input's columns are `Order`, `Day`, `Quantity`, `revenue`"
    );
    let unknown_key = with("price = \"Price\"\n");
    let unknown = shop.try_import(&unknown_key, good);
    assert!(message(unknown.await).starts_with("shop.toml:12: unknown field `price`"));
    let twice = shop.try_import(MINIMAL, "Order,Date,Date,Quantity,Revenue\n");
    assert!(message(twice.await).starts_with("the input has several columns named `Date`"));
    let empty = shop.try_import(MINIMAL, "").await;
    assert!(matches!(empty, Err(Error::EmptyInput { .. })));

    let one_order = "till 3,2024-01-01,1,10\n".repeat(50_001);
    let endless = shop.try_import(MINIMAL, format!("Order,Date,Quantity,Revenue\n{one_order}"));
    assert!(message(endless.await).starts_with("order `till 3` has 50001 lines"));

    let mapping = Mapping::parse(MINIMAL, "shop.toml").unwrap();
    let nowhere = shop.import_file(&mapping, Path::new("/nowhere.csv")).await;
    assert!(message(nowhere).starts_with("cannot read the input `/nowhere.csv`: "));
    let input = shop.rejects_path();
    fs::write(&input, good).unwrap();
    let onto_itself = shop.import_file(&mapping, &input).await;
    assert!(matches!(onto_itself, Err(Error::RejectsOverInput { .. })));
    assert_eq!(fs::read_to_string(&input).unwrap(), good);
    assert_eq!(shop.everything().await, vec![Vec::<Document>::new(); 5]);
}
