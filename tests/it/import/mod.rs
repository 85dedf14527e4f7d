//! Files, as shops export them, into a real database.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bson::{Bson, DateTime, Document, doc};
use futures::TryStreamExt;
use salesgraph::{
    import::{self, Error, Mapping, Progress, Report},
    store::Store,
};
use tempfile::TempDir;

use crate::support::{fresh_store, shared_dir};

/// A database, and a folder for the input and the rejects.
struct Shop {
    store: Store,
    folder: TempDir,
}

impl Shop {
    async fn new(name: &str) -> Self {
        Self {
            store: fresh_store(&format!("import_{name}")).await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn rejects_path(&self) -> PathBuf {
        self.folder.path().join("rejects.csv")
    }

    fn rejects(&self) -> String {
        fs::read_to_string(self.rejects_path()).unwrap()
    }

    async fn import_file(&self, mapping: &Mapping, input: &Path) -> Result<Report, Error> {
        import::run(
            mapping,
            Some(input),
            &self.rejects_path(),
            &self.store,
            |_| (),
        )
        .await
    }

    async fn try_import(&self, mapping: &str, input: impl AsRef<[u8]>) -> Result<Report, Error> {
        let path = self.folder.path().join("input.csv");
        fs::write(&path, input).unwrap();
        let mapping = Mapping::parse(mapping, "shop.toml")?;
        self.import_file(&mapping, &path).await
    }

    async fn import(&self, mapping: &str, input: impl AsRef<[u8]>) -> Report {
        self.try_import(mapping, input).await.unwrap()
    }

    /// All documents of a collection, by id.
    async fn all(&self, collection: &str) -> Vec<Document> {
        let collection = self.store.database().collection::<Document>(collection);
        let found = collection.find(doc! {}).sort(doc! { "_id": 1 }).await;
        found.unwrap().try_collect().await.unwrap()
    }

    async fn one(&self, collection: &str, id: &str) -> Document {
        let documents = self.store.database().collection::<Document>(collection);
        let found = documents.find_one(doc! { "_id": id }).await.unwrap();
        found.unwrap_or_else(|| panic!("{collection} has no `{id}`"))
    }

    async fn everything(&self) -> Vec<Vec<Document>> {
        let mut everything = Vec::new();
        for collection in ["orders", "customers", "products", "locations", "shop"] {
            everything.push(self.all(collection).await);
        }
        everything
    }
}

/// Order, line and shop; a test adds the sections that it is about.
const MINIMAL: &str = r#"
[shop]
currency = "EUR"

[order]
id = "Order"
ordered_at = "Date"

[line]
quantity = "Quantity"
revenue = "Revenue"
"#;

fn with(sections: &str) -> String {
    format!("{MINIMAL}{sections}")
}

fn amount(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}

fn instant(text: &str) -> DateTime {
    DateTime::parse_rfc3339_str(text).unwrap()
}

fn superstore() -> Option<(Mapping, PathBuf)> {
    let Some(shared) = shared_dir() else {
        println!("skipped: there is no folder `shared` beside the repository");
        return None;
    };
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/superstore.toml");
    let mapping = Mapping::from_path(Path::new(mapping)).unwrap();
    Some((mapping, shared.join("data/superstore.csv")))
}

async fn superstore_totals(store: &Store) -> Document {
    let sum = |field: &str| doc! { "$sum": format!("$lines.{field}") };
    let orders = store.database().collection::<Document>("orders");
    let totals = orders.aggregate([
        doc! { "$unwind": "$lines" },
        doc! { "$group": {
            "_id": null,
            "sales": sum("revenue"),
            "profit": sum("profit"),
            "units": sum("quantity"),
            "lines": { "$sum": 1 },
        } },
        doc! { "$project": { "_id": 0 } },
    ]);
    let mut totals = totals.await.unwrap();
    assert!(totals.advance().await.unwrap());
    totals.deserialize_current().unwrap()
}

#[tokio::test]
async fn superstore_has_the_totals_that_are_published_with_it() {
    let Some((mapping, input)) = superstore() else {
        return;
    };
    let shop = Shop::new("superstore").await;
    let report = shop.import_file(&mapping, &input).await.unwrap();

    assert_eq!((report.rows, report.rejected), (9_994, 0));
    assert_eq!(report.orders.total, 5_009);
    assert_eq!(report.customers.total, 793);
    assert_eq!(report.products.total, 1_862);
    assert_eq!(report.conflicts.get("product.name"), Some(&32));
    let expected = doc! {
        "sales": amount("2297200.8603"),
        "profit": amount("286397.0217"),
        "units": 37_873,
        "lines": 9_994,
    };
    assert_eq!(superstore_totals(&shop.store).await, expected);
    let springfield = shop
        .one("locations", "United States|Massachusetts|Holyoke|01040")
        .await;
    assert_eq!(springfield.get_str("region").unwrap(), "East");
}

#[tokio::test]
async fn superstore_twice_is_superstore_once() {
    let Some((mapping, input)) = superstore() else {
        return;
    };
    let shop = Shop::new("superstore_twice").await;
    let first = shop.import_file(&mapping, &input).await.unwrap();
    let once = shop.everything().await;
    let second = shop.import_file(&mapping, &input).await.unwrap();

    assert!(once == shop.everything().await);
    assert_eq!((first.orders.new, second.orders.new), (5_009, 0));
    assert_eq!(second.orders.total, 5_009);
}

#[tokio::test]
async fn a_french_export_is_read_as_it_is_written() {
    let shop = Shop::new("french").await;
    let mapping = r#"
[file]
delimiter = ";"
encoding = "latin1"

[numbers]
decimal = ","
thousands = " "

[shop]
name = "Chez François"
currency = "EUR"
time_zone = "Europe/Paris"

[order]
id = "N° commande"
ordered_at = { column = ["Date", "Heure"], format = "%d/%m/%Y %H:%M" }
status = { column = "État", map = { "Expédiée" = "completed", "Annulée" = "cancelled" } }

[line]
quantity = "Quantité"
revenue = "Montant"
discount = { column = "Remise %", divide_by = 100 }

[customer]
id = "Client"
"#;
    let input = "N° commande;Date;Heure;État;Quantité;Montant;Remise %;Client\r\n\
        C1;15/07/2024;08:30;Expédiée;2;1 234,50 €;12,5;Zoé\r\n\
        C2;31/03/2024;02:30;Annulée;1;-0,10 €;;Zoé\r\n";
    let (input, _, lossy) = encoding_rs::WINDOWS_1252.encode(input);
    assert!(!lossy);
    let report = shop.import(mapping, input).await;

    assert_eq!(report.rejected, 0, "{report}");
    let expected = [
        doc! {
            "_id": "C1",
            "orderedAt": instant("2024-07-15T06:30:00Z"),
            "status": "completed",
            "customerId": "Zoé",
            "lines": [{ "quantity": 2, "revenue": amount("1234.5"), "discount": amount("0.125") }],
        },
        doc! {
            "_id": "C2",
            // Summer time began that night at two: half past two was half past three.
            "orderedAt": instant("2024-03-31T01:30:00Z"),
            "status": "cancelled",
            "customerId": "Zoé",
            "lines": [{ "quantity": 1, "revenue": amount("-0.1") }],
        },
    ];
    assert_eq!(shop.all("orders").await, expected);
    let settings = shop.store.settings().await.unwrap().unwrap();
    assert_eq!(settings.name, "Chez François");
    assert_eq!(settings.time_zone, "Europe/Paris");
}

#[tokio::test]
async fn an_order_id_that_two_customers_share_is_two_orders() {
    let shop = Shop::new("composite").await;
    let mapping = with("[customer]\nid = \"Customer\"\n")
        .replace("id = \"Order\"", "id = [\"Order\", \"Customer\"]");
    let input = "\
Order,Customer,Date,Quantity,Revenue
7,ann,2024-01-01,1,10
7,bob,2024-01-01,1,20
7,ann,2024-01-01,1,30
a|b,c,2024-01-01,1,1
a,b|c,2024-01-01,1,2
";
    shop.import(&mapping, input).await;

    let orders = shop.all("orders").await;
    let ids: Vec<_> = orders
        .iter()
        .map(|order| order.get_str("_id").unwrap())
        .collect();
    assert_eq!(ids, ["7|ann", "7|bob", r"a\|b|c", r"a|b\|c"]);
    assert_eq!(orders[0].get_array("lines").unwrap().len(), 2);
}

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

#[tokio::test]
async fn the_name_on_the_most_recent_order_is_the_products() {
    let shop = Shop::new("two_names").await;
    let mapping = with("[product]\nid = \"SKU\"\nname = \"Name\"\ncategory = \"Category\"\n");
    let input = "\
Order,Date,Quantity,Revenue,SKU,Name,Category
2,2024-02-01,1,10,P,Newer,
1,2024-01-01,1,10,P,Older,Toys
3,2024-02-01,1,10,P,Newest,
4,2023-12-31,1,10,P,Oldest,
5,2024-01-01,1,10,Q,Only,Toys
";
    let report = shop.import(&mapping, input).await;

    assert_eq!(report.conflicts["product.name"], 1);
    assert_eq!(report.conflicts.get("product.category"), None);
    let product = doc! { "_id": "P", "name": "Newest", "category": "Toys" };
    assert_eq!(shop.one("products", "P").await, product);
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
async fn lines_of_an_order_may_be_scattered_and_its_columns_blank_after_the_first() {
    let shop = Shop::new("scattered").await;
    let mapping = with("[product]\nid = \"SKU\"\n[ship_to]\ncity = \"City\"\n")
        .replace("[line]", "status = \"Status\"\n[line]");
    let input = "\
Order,Date,Status,City,SKU,Quantity,Revenue
1,2024-01-01,paid,Lyon,A,1,10
2,2024-01-02,paid,Nice,A,1,20
1,,,,B,2,5
3,,paid,,A,1,1
2,2024-01-03,paid,Paris,C,1,30
1,,,,,1,2
";
    let report = shop.import(&mapping, input).await;

    let line = |product: &str, quantity, revenue| doc! { "productId": product, "quantity": quantity, "revenue": revenue };
    let expected = [
        doc! {
            "_id": "1",
            "orderedAt": instant("2024-01-01T00:00:00Z"),
            "status": "paid",
            "shipToId": "Lyon",
            "lines": [line("A", 1, 10), line("B", 2, 5), doc! { "quantity": 1, "revenue": 2 }],
        },
        doc! {
            "_id": "2",
            "orderedAt": instant("2024-01-02T00:00:00Z"),
            "status": "paid",
            "shipToId": "Nice",
            "lines": [line("A", 1, 20), line("C", 1, 30)],
        },
    ];
    assert_eq!(shop.all("orders").await, expected);
    assert_eq!(report.conflicts["order.ordered_at"], 1);
    assert_eq!(report.conflicts["ship_to"], 1);
    assert_eq!(report.lines_without_product, 1);
    assert_eq!(report.rejected_by_reason["order.ordered_at: missing"], 1);
}

#[tokio::test]
async fn places_have_coordinates_and_codes_their_zeros() {
    let shop = Shop::new("places").await;
    let mapping = with(
        r#"
[ship_to]
state = "State"
city = "City"
postal_code = { column = "Zip", pad = { width = 5, with = "0" } }

[ship_from]
id = [{ constant = "warehouse" }, "Warehouse"]
city = "Warehouse"
latitude = "Lat"
longitude = "Lon"
"#,
    );
    let input = "\
Order,Date,Quantity,Revenue,State,City,Zip,Warehouse,Lat,Lon
1,2024-01-01,1,10,MA,Holyoke,1040,Boston,42.3601,-71.0589
2,2024-01-01,1,10,,,,Boston,42.3601,-71.0589
3,2024-01-01,1,10,,,,Nowhere,142,0
";
    let report = shop.import(&mapping, input).await;

    let expected = [
        doc! { "_id": "MA|Holyoke|01040", "state": "MA", "city": "Holyoke", "postalCode": "01040" },
        doc! {
            "_id": "warehouse|Boston",
            "city": "Boston",
            "point": { "type": "Point", "coordinates": [-71.0589, 42.3601] },
        },
    ];
    assert_eq!(shop.all("locations").await, expected);
    assert!(!shop.one("orders", "2").await.contains_key("shipToId"));
    assert_eq!(
        report.rejected_by_reason["ship_from.latitude: out of range"],
        1
    );
}

#[tokio::test]
async fn a_file_without_a_header_has_the_columns_of_the_mapping() {
    let shop = Shop::new("headless").await;
    let mapping = with("[file]\ncolumns = [\"Order\", \"Date\", \"Quantity\", \"Revenue\"]\n");
    let report = shop
        .import(&mapping, "1,2024-01-01,1,10\n2,2024-01-01,1,x\n")
        .await;
    assert_eq!((report.orders.total, report.rejected), (1, 1));
    assert!(shop.rejects().contains("\n2,\"line.revenue"));
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

#[tokio::test]
async fn the_guides_first_mapping_imports_the_file_beside_it() {
    let guide = include_str!("../../docs/mapping.md");
    let block = |language: &str| {
        let (_, rest) = guide.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let shop = Shop::new("guide").await;
    let report = shop.import(block("toml"), block("csv")).await;
    assert_eq!((report.orders.total, report.rejected), (2, 0));
    let order = shop.one("orders", "1001").await;
    assert_eq!(order.get_array("lines").unwrap().len(), 2);
}

#[tokio::test]
async fn a_shop_keeps_one_currency() {
    let shop = Shop::new("currency").await;
    let input = "Order,Date,Quantity,Revenue\n1,2024-01-01,1,10\n";
    shop.import(MINIMAL, input).await;
    let dollars = shop.try_import(&MINIMAL.replace("EUR", "USD"), input).await;
    assert_eq!(
        dollars.unwrap_err().to_string(),
        "the database holds a shop in EUR and `shop.currency` is USD: import into another database, or drop this one first"
    );
}

#[tokio::test]
async fn progress_ends_where_the_import_does() {
    let shop = Shop::new("progress").await;
    let mut input = String::from("Order,Date,Quantity,Revenue\n");
    for order in 0..5_000 {
        writeln!(input, "{order},2024-01-01,1,10").unwrap();
    }
    let path = shop.folder.path().join("input.csv");
    fs::write(&path, &input).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let mapping = Mapping::parse(MINIMAL, "shop.toml").unwrap();
    let told = move |progress| listener.lock().unwrap().push(progress);
    import::run(
        &mapping,
        Some(&path),
        &shop.rejects_path(),
        &shop.store,
        told,
    )
    .await
    .unwrap();

    let heard = heard.lock().unwrap();
    let bytes = input.len() as u64;
    assert!(heard.contains(&Progress::Reading {
        rows: 5_000,
        bytes,
        total_bytes: Some(bytes)
    }));
    let end = Progress::Writing {
        documents: 5_000,
        total: 5_000,
    };
    assert_eq!(heard.last(), Some(&end));
}
