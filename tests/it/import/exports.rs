//! Files that are not quite as the mapping says, read as a person would.

use bson::{Bson, doc};

use super::{MINIMAL, Shop, amount, instant, with};

#[tokio::test]
async fn rows_that_are_short_long_or_blank_are_read() {
    let shop = Shop::new("uneven").await;
    let mapping = with("[customer]\nid = \"Customer\"\n");
    let input = "\
Order,Date,Quantity,Revenue,Customer,Note
1,2024-01-01,1,10
2,2024-01-01,1,20,ann
,,,,,
3,2024-01-01,1,30,ann,,,
 ,\"\",\u{a0}
4,2024-01-01,1,40,ann,x,y
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.rows, report.rejected, report.blank_rows), (4, 1, 2));
    assert_eq!((report.orders.total, report.uneven_rows), (3, 3));
    assert_eq!(report.orders_without_customer, 1);
    assert!(shop.rejects().contains("7,\"record: too many cells"));
    assert!(shop.rejects().contains("7 instead of 6"));
}

#[tokio::test]
async fn what_stands_above_the_header_is_no_row() {
    let shop = Shop::new("above").await;
    let rows = "Order;Date;Quantity;Revenue\n1;2024-01-01;1;10\n";
    let mapping = with("[file]\ndelimiter = \";\"\n");
    let titled = format!("Sales of \"the\" year\n\nDate;all\n{rows}");
    let report = shop.import(&mapping, titled).await;
    assert_eq!((report.rows, report.rejected), (1, 0));
    assert_eq!(
        report.read_as,
        ["the columns are named in line 4: what stands above is no row"]
    );

    let named = shop.import(MINIMAL, format!("sep=;\r\n{rows}")).await;
    assert_eq!(named.orders.total, 1);
    assert_eq!(
        named.read_as,
        ["the file's first line names its delimiter, `;`"]
    );

    let headless = with(
        "[file]\nskip_lines = 2\ncolumns = [\"Order\", \"Date\", \"Quantity\", \"Revenue\"]\n",
    );
    let skipped = shop
        .import(&headless, "\"Sales\nof 2024,,,\n2,2024-01-01,1,10\n")
        .await;
    assert_eq!((skipped.rows, skipped.orders.total), (1, 1));
}

#[tokio::test]
async fn line_ends_of_old_macs_are_line_ends() {
    let shop = Shop::new("carriage_returns").await;
    let report = shop
        .import(
            MINIMAL,
            "Order,Date,Quantity,Revenue,Note\r1,2024-01-01,1,10,a\r2,2024-01-01,1,x,b\r",
        )
        .await;
    assert_eq!(
        (report.rows, report.orders.total, report.rejected),
        (2, 1, 1)
    );
    assert!(shop.rejects().contains("\n3,\"line.revenue: not a number"));
}

#[tokio::test]
async fn an_inch_mark_swallows_no_rows() {
    let shop = Shop::new("inches").await;
    let mapping = with("[product]\nid = \"Product\"\n");
    let input = "\
Order,Date,Quantity,Revenue,Product
1,2024-01-01,1,10,\"7in tube
2,2024-01-01,1,20,plain
3,2024-01-01,1,30,12\" disc
4,2024-01-01,1,40,\"one
two\"
5,2024-01-01,1,50,\"9in plate
6,2024-01-01,1,60,11\"
7,2024-01-01,1,70,\"open
";
    let report = shop.import(&mapping, input).await;

    // The fifth row's mark is closed by the sixth's, as a cell that holds a row.
    assert_eq!((report.rows, report.rejected), (6, 1));
    assert!(shop.rejects().contains("7,record: a cell holds whole rows"));
    let products: Vec<_> = shop.all("products").await;
    let names = products
        .iter()
        .map(|product| product.get_str("_id").unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["\"7in tube", "\"open", "12\" disc", "one\ntwo", "plain"]
    );
    assert_eq!(
        report.read_as,
        [
            "quotes that are not closed before the end of their cell, read as letters: 2, the first in line 2"
        ]
    );
}

#[tokio::test]
async fn codes_and_names_are_cleaned_up() {
    let shop = Shop::new("clean_up").await;
    let mapping = with(
        r#"
[product]
id = "SKU"
[customer]
id = { column = "Mail", lower = true }
[ship_to]
postal_code = { column = "Zip", trim = "'" }
"#,
    )
    .replace(
        "id = \"Order\"",
        "id = { column = \"Order\", strip_prefix = [\"INV\", \"#\"], strip_suffix = \".0\" }",
    );
    let input = "\
Order,Date,Quantity,Revenue,SKU,Mail,Zip
#17.0,2024-01-01,1,10,\"=\"\"0042\"\"\",Zoe@Example.com,'01040
INV17,2024-01-01,1,20,=\"0042\",zoe@example.com\u{200b},01040
18,2024-01-01,1,30,0\u{1}42,zoe@example.com,01040
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.orders.total, report.rejected), (1, 1));
    let order = shop.one("orders", "17").await;
    assert_eq!(order.get_array("lines").unwrap().len(), 2);
    assert_eq!(order.get_str("customerId").unwrap(), "zoe@example.com");
    assert_eq!(order.get_str("shipToId").unwrap(), "01040");
    assert_eq!(shop.all("products").await.len(), 1);
    assert!(
        shop.rejects()
            .contains("product.id: holds a control character, `0\\u{1}42` in column `SKU`")
    );
    let folded = shop
        .import(&with("[customer]\nid = \"Mail\"\n"), input)
        .await;
    assert_eq!(folded.case_twins["customer.id"].first, ["zoe@example.com"]);
}

#[tokio::test]
async fn an_order_number_may_stand_on_the_first_row_only() {
    let shop = Shop::new("carried").await;
    let mapping = MINIMAL.replace("[line]", "carry_down = true\n[line]");
    let input = "\
Order,Date,Quantity,Revenue
1,2024-01-01,1,10
,,2,30
2,2024-01-02,1,x
,,1,7
3,2024-01-03,1,1,,stray
,,1,5
";
    let report = shop.import(&mapping, input).await;

    let reasons: Vec<&str> = report
        .rejected_by_reason
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(report.rejected, 3);
    assert_eq!(
        reasons,
        [
            "line.revenue: not a number",
            // A row that cannot be read is no one's first row.
            "order.id: missing",
            "record: too many cells: is `file.delimiter`, `file.quote` or `file.escape` right?",
        ]
    );
    let lines = |id: &'static str| {
        let shop = &shop;
        async move {
            shop.one("orders", id)
                .await
                .get_array("lines")
                .unwrap()
                .len()
        }
    };
    assert_eq!((lines("1").await, lines("2").await), (2, 1));
}

#[tokio::test]
async fn rows_without_order_numbers_are_numbered() {
    let shop = Shop::new("numbered").await;
    let mapping = MINIMAL.replace(
        "id = \"Order\"",
        "id = [{ constant = \"till\" }, { row_number = true }]",
    );
    let input = "Date,Quantity,Revenue\n2024-01-01,1,10\n,,\n2024-01-01,1,20\n";
    shop.import(&mapping, input).await;
    let orders = shop.all("orders").await;
    let ids = orders.iter().map(|order| order.get_str("_id").unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["till|1", "till|2"]);
}

#[tokio::test]
async fn rows_are_left_out_as_the_mapping_says() {
    let shop = Shop::new("left_out").await;
    let mapping = with(
        r#"
[ship_to]
city = "City"
[file]
leave_out = [
  { column = "Kind", values = ["Total", "Note"] },
  { column = "Article", blank = true, order_only = true },
  { column = "Site", other_than = ["web", ""] },
]
"#,
    );
    let input = "\
Order,Date,Quantity,Revenue,Kind,Article,Site,City
1,2024-01-01,3,30,Sale,,web,Lyon
1,2024-01-01,2,20,Sale,A,web,
1,2024-01-01,1,10,Sale,B,,
2,2024-01-01,1,5,Sale,A,till,
,,,35,Total,A,,
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.rows, report.left_out, report.rejected), (5, 3, 0));
    let expected = [doc! {
        "_id": "1",
        "orderedAt": instant("2024-01-01T00:00:00Z"),
        "status": "completed",
        "shipToId": "Lyon",
        "lines": [{ "quantity": 2, "revenue": 20 }, { "quantity": 1, "revenue": 10 }],
    }];
    assert_eq!(shop.all("orders").await, expected);
}

#[tokio::test]
async fn amounts_in_another_currency_are_rejects() {
    let shop = Shop::new("other_currency").await;
    let mapping = MINIMAL.replace("[line]", "currency = \"Currency\"\n[line]");
    let input = "\
Order,Date,Quantity,Revenue,Currency
1,2024-01-01,1,10 €,eur
2,2024-01-01,1,1000,SEK
3,2024-01-01,1,$30,
4,2024-01-01,1,40,
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.orders.total, report.rejected), (2, 2));
    let other = ": in another currency than the shop's";
    assert_eq!(
        report.rejected_by_reason[&format!("order.currency{other}")],
        1
    );
    assert_eq!(
        report.rejected_by_reason[&format!("line.revenue{other}")],
        1
    );
    let unread = shop.import(MINIMAL, input).await;
    assert!(unread.read_as[0].starts_with("the column `Currency` is not read"));
}

#[tokio::test]
async fn a_column_may_tell_the_status() {
    let shop = Shop::new("status_when").await;
    let mapping = MINIMAL.replace(
        "[line]",
        r#"status = { column = "Payment", map = { ok = "completed" } }
status_when = [
  { column = "Void", blank = false, status = "cancelled" },
  { column = "Payment", values = "lost", status = "unavailable" },
]
[line]"#,
    );
    let input = "\
Order,Date,Quantity,Revenue,Payment,Void
1,2024-01-01,1,10,ok,
2,2024-01-01,1,10,ok,2024-01-03
2,,1,10,,
3,2024-01-01,1,10,lost,
";
    let report = shop.import(&mapping, input).await;
    let statuses: Vec<_> = report
        .statuses
        .iter()
        .map(|(s, n)| (s.as_str(), *n))
        .collect();
    assert_eq!(
        statuses,
        [("cancelled", 1), ("completed", 1), ("unavailable", 1)]
    );
    assert!(report.conflicts.is_empty(), "{report}");
}

#[tokio::test]
async fn a_day_of_shipping_is_never_before_the_order() {
    let shop = Shop::new("days").await;
    let mapping = MINIMAL
        .replace("[line]", "shipped_at = \"Shipped\"\n[line]")
        .replace("\"EUR\"", "\"EUR\"\ntime_zone = \"Europe/Paris\"");
    let input = "\
Order,Date,Shipped,Quantity,Revenue
1,2024-01-05 14:30,2024-01-05,1,10
1,,2024-01-05,1,10
2,2024-01-05 14:30,2024-01-06,1,10
3,2024-01-05 14:30,2024-01-04,1,10
";
    let report = shop.import(&mapping, input).await;

    let orders = shop.all("orders").await;
    let shipped = orders
        .iter()
        .map(|order| *order.get_datetime("shippedAt").unwrap());
    let expected = [
        "2024-01-05T13:30:00Z",
        "2024-01-05T23:00:00Z",
        "2024-01-03T23:00:00Z",
    ];
    assert_eq!(shipped.collect::<Vec<_>>(), expected.map(instant));
    assert_eq!(report.shipped_on_the_day, 1);
    assert_eq!(report.shipped_before_ordered.first, ["3"]);
    assert!(report.conflicts.is_empty(), "{report}");
}

#[tokio::test]
async fn keys_with_a_blank_part_and_orders_without_a_place_are_counted() {
    let shop = Shop::new("incomplete").await;
    let mapping = with("[ship_to]\nid = [\"Country\", \"Zip\"]\ncity = \"City\"\n");
    let input = "\
Order,Date,Quantity,Revenue,Country,Zip,City
1,2024-01-01,1,10,FR,69001,Lyon
2,2024-01-01,1,10,FR,,Lyon
3,2024-01-01,1,10,,,
";
    let report = shop.import(&mapping, input).await;
    assert_eq!(report.orders_without_place["ship_to"], 2);
    assert_eq!(report.incomplete_keys["ship_to.id"], 1);
    let said = report.to_string();
    assert!(said.contains("orders without a ship_to: 2\n"), "{said}");
    assert!(said.contains("a part of ship_to.id is blank"), "{said}");
}

#[tokio::test]
async fn noise_of_floats_is_rounded_away_where_amounts_are_rounded() {
    let shop = Shop::new("noise").await;
    let line = "unit_price = \"Price\"\ndiscount = \"Off\"";
    let mapping = MINIMAL.replace("revenue = \"Revenue\"", line);
    // 7 × 5.0999999999999996 less 0.29999999999999999: 24.99 to the cent.
    let input =
        "Order,Date,Quantity,Price,Off\n1,2024-01-01,7,5.0999999999999996,0.29999999999999999\n";
    let exact = shop.import(&mapping, input).await;
    let reasons: Vec<_> = exact.rejected_by_reason.into_keys().collect();
    assert!(
        reasons[0].contains("is `line.round` missing?"),
        "{reasons:?}"
    );
    shop.import(&format!("{mapping}round = 2\n"), input).await;
    let order = shop.one("orders", "1").await;
    let Bson::Document(line) = &order.get_array("lines").unwrap()[0] else {
        panic!("{order}");
    };
    assert_eq!(line.get("revenue"), Some(&amount("24.99")));
}
