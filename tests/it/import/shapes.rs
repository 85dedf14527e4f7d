//! Exports of other shapes, each read as it is meant.

use bson::doc;

use super::{Shop, amount, instant, with};

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

    let renamed = &report.conflicts["product.name"];
    assert_eq!((renamed.count, renamed.first[0].as_str()), (1, "P"));
    assert_eq!(report.conflicts.get("product.category"), None);
    let product = doc! { "_id": "P", "name": "Newest", "category": "Toys" };
    assert_eq!(shop.one("products", "P").await, product);
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
    let moved = &report.conflicts["order.ordered_at"];
    assert_eq!((moved.count, moved.first[0].as_str()), (1, "2"));
    assert_eq!(report.conflicts["ship_to"].count, 1);
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
async fn the_guides_first_mapping_imports_the_file_beside_it() {
    let guide = include_str!("../../../docs/mapping.md");
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
