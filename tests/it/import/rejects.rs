//! What cannot be used is kept, and said.

use std::{fs, path::Path};

use bson::{Document, doc};
use salesgraph::import::{Error, Mapping, Report};

use super::{MINIMAL, Shop, instant, with};

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
9,\"line.revenue: missing, in a row with fewer cells than columns\",4,2024-01-01,D,1
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
    assert!(message(nowhere).starts_with("cannot read `/nowhere.csv`: "));
    let input = shop.rejects_path();
    fs::write(&input, good).unwrap();
    let onto_itself = shop.import_file(&mapping, &input).await;
    assert!(matches!(onto_itself, Err(Error::RejectsOverInput { .. })));
    assert_eq!(fs::read_to_string(&input).unwrap(), good);
    assert_eq!(shop.everything().await, vec![Vec::<Document>::new(); 5]);
}

#[tokio::test]
async fn what_a_rejected_row_says_of_its_order_holds() {
    let shop = Shop::new("heads").await;
    let mapping = with("[customer]\nid = \"Customer\"\n[ship_to]\ncity = \"City\"\n").replace(
        "[line]",
        "status = { column = \"Status\", default = \"completed\" }\n[line]",
    );
    let input = "\
Order,Date,Status,Customer,City,Quantity,Revenue
1,2024-01-01,,ann,Lyon,1,n/a
1,,,,,2,30
2,2024-01-02,cancelled,bob,Nice,x,5
2,2024-01-02,,,,1,7
3,2024-01-03,,eve,Metz,1,?
4,soon,,dan,Lens,1,1
4,2024-01-04,,,,1,1
";
    let report = shop.import(&mapping, input).await;

    assert_eq!((report.rejected, report.orders.total), (4, 3));
    let order = |id, day, status, customer, city, quantity, revenue| {
        doc! {
            "_id": id,
            "orderedAt": instant(day),
            "status": status,
            "customerId": customer,
            "shipToId": city,
            "lines": [{ "quantity": quantity, "revenue": revenue }],
        }
    };
    let expected = [
        order(
            "1",
            "2024-01-01T00:00:00Z",
            "completed",
            "ann",
            "Lyon",
            2,
            30,
        ),
        order(
            "2",
            "2024-01-02T00:00:00Z",
            "cancelled",
            "bob",
            "Nice",
            1,
            7,
        ),
        order(
            "4",
            "2024-01-04T00:00:00Z",
            "completed",
            "dan",
            "Lens",
            1,
            1,
        ),
    ];
    assert_eq!(shop.all("orders").await, expected);
    // Nothing is left of the order that has no line.
    let customers = shop.all("customers").await;
    let ids = customers
        .iter()
        .map(|customer| customer.get_str("_id").unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["ann", "bob", "dan"]);
    assert_eq!(shop.all("locations").await.len(), 3);
    assert!(report.conflicts.is_empty(), "{report}");
}

#[tokio::test]
async fn rejects_take_the_place_of_rejects_only() {
    let shop = Shop::new("places_of_rejects").await;
    let bad = "Order,Date,Quantity,Revenue\n1,2024-01-01,1,x\n";
    let good = bad.replace('x', "10");
    let path = shop.rejects_path();
    let is_refused = |refused| matches!(refused, Err(Error::RejectsOverOther { .. }));

    for other in ["[shop]\ncurrency = \"EUR\"\n", "line,reasons\n", "\u{fffd}"] {
        fs::write(&path, other).unwrap();
        for input in [bad, good.as_str()] {
            assert!(is_refused(shop.try_import(MINIMAL, input).await), "{other}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(is_refused(shop.try_import(MINIMAL, bad).await));
    fs::remove_dir(&path).unwrap();

    fs::write(&path, "").unwrap();
    shop.import(MINIMAL, bad).await;
    assert!(shop.rejects().starts_with("line,reason,Order,"));
    let files = fs::read_dir(shop.folder.path()).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["input.csv", "rejects.csv"]);
}

#[cfg(unix)]
#[tokio::test]
async fn rejects_do_not_replace_a_device_or_what_a_link_names() {
    let shop = Shop::new("links").await;
    let input = "Order,Date,Quantity,Revenue\n1,2024-01-01,1,x\n";
    let target = shop.folder.path().join("notes.txt");
    for (target, is_allowed) in [
        ("/dev/null".into(), false),
        (target.clone(), false),
        (shop.folder.path().join("earlier.csv"), true),
    ] {
        if target
            .extension()
            .is_some_and(|extension| extension == "txt")
        {
            fs::write(&target, "mine").unwrap();
        } else if is_allowed {
            fs::write(&target, "line,reason,Order\n").unwrap();
        }
        std::os::unix::fs::symlink(&target, shop.rejects_path()).unwrap();
        let done = shop.try_import(MINIMAL, input).await;
        assert_eq!(done.is_ok(), is_allowed, "{target:?}");
        assert!(target.exists());
        assert!(shop.rejects_path().is_symlink());
        fs::remove_file(shop.rejects_path()).unwrap();
    }
    let earlier = fs::read_to_string(shop.folder.path().join("earlier.csv")).unwrap();
    assert!(earlier.contains("not a number"));
    assert_eq!(fs::read_to_string(target).unwrap(), "mine");
}

#[tokio::test]
async fn messages_show_what_cannot_be_seen_and_name_what_is_no_csv() {
    let shop = Shop::new("unseen_letters").await;
    let message = |refused: Result<Report, Error>| refused.unwrap_err().to_string();
    let spaced = shop.try_import(MINIMAL, "\u{200b}Order,Da\u{a0}te,Quantity,Revenue\n");
    assert_eq!(
        message(spaced.await),
        "no such column: `Date` (order.ordered_at); \
         the input's columns are `Order`, `Da\\u{a0}te`, `Quantity`, `Revenue`"
    );
    let semicolons = shop.try_import(MINIMAL, "Order;Date;Quantity;Revenue\n");
    assert!(message(semicolons.await).ends_with(": is `file.delimiter` right?"));
    let workbook = shop.try_import(MINIMAL, b"PK\x03\x04\x14\0\x06\0");
    assert!(
        message(workbook.await)
            .ends_with("is an Excel workbook or another zip file: save it as CSV first")
    );
    shop.import(
        MINIMAL,
        "Order,Date,Quantity,Revenue\n1,2024-01-01,1,1\u{a0}0\n",
    )
    .await;
    assert!(
        shop.rejects()
            .contains("not a number, `1\\u{a0}0` in column `Revenue`")
    );
    let serial = shop
        .import(MINIMAL, "Order,Date,Quantity,Revenue\n1,45306,1,10\n")
        .await;
    let reasons: Vec<_> = serial.rejected_by_reason.into_keys().collect();
    assert!(reasons[0].contains("`format = \"excel\"`"), "{reasons:?}");
}
