//! A shop small enough to count by hand.
//!
//! Days are cut in Europe/Paris, UTC+1 in winter and UTC+2 from 31 March 2024 on.
//!
//! | order | placed (Paris) | customer | from → to | mode | shipped after | lines: product, quantity, revenue, profit |
//! |---|---|---|---|---|---|---|
//! | O8 | 5 Apr 2023 12:00 | Ben | Paris → Lyon | Standard | 3 d | desk 2, 400, 100 |
//! | O1 | 30 Mar 2024 23:59:59.999, the last instant of the day | Ada | Paris → Lyon | Standard | 2 d | chair 2, 100.10, 20.02 · pen 10, 5.50, 1.10 |
//! | O2 | 31 Mar 2024 00:00, a day of 23 hours | Ben | Paris → Springfield (Ohio), no point | Express | 1 d | chair 1, 50.05, −10.01 · chair 1, 50.05, 10.01 |
//! | O3 | 1 Apr 2024 00:00 | Ada | Paris → Lyon | Standard | – | desk 1, 200, 50 |
//! | O4 | 10 Apr 2024 12:00 | nobody | Paris → Lyon | Express | 12 h | pen 4, 2.20, 0.44 |
//! | O5 | 10 Apr 2024 12:00, a return | Ada | – | Standard | – | chair −1, −50.05, −10.01 |
//! | O6 | 20 Apr 2024 10:00 | Cleo | Paris → Springfield (Illinois) | – | – | a deleted product 1, 30, unknown |
//! | O7 | 21 Apr 2024 10:00, cancelled | Ben | Paris → Lyon | Standard | – | desk 1, 999, 99 |
//! | O9 | 15 Apr 2024 10:00, without lines | Ben | – | – | – | – |
//!
//! O7 and O9 are in no figure.

use bson::{Document, doc};
use salesgraph::store::{ShopSettings, Store};

use crate::support::fresh_store;

/// A database that holds the shop.
pub async fn small_shop(name: &str) -> Store {
    let store = fresh_store(name).await;
    let database = store.database();
    let insert = async |collection: &str, documents: Vec<Document>| {
        let collection = database.collection::<Document>(collection);
        collection.insert_many(documents).await.unwrap();
    };
    insert("orders", orders()).await;
    insert("customers", customers()).await;
    insert("products", products()).await;
    insert("locations", locations()).await;
    store.save_settings(&settings()).await.unwrap();
    store.create_indexes().await.unwrap();
    store
}

fn settings() -> ShopSettings {
    ShopSettings {
        name: "Small Shop".into(),
        currency: "EUR".into(),
        time_zone: "Europe/Paris".into(),
        ..ShopSettings::default()
    }
}

fn orders() -> Vec<Document> {
    let standard = doc! { "status": "completed", "shipMode": "Standard" };
    let express = doc! { "status": "completed", "shipMode": "Express" };
    vec![
        order(
            "O8",
            "2023-04-05T10:00:00Z",
            &standard,
            doc! {
                "customerId": "ben", "shipFromId": "paris", "shipToId": "lyon",
                "shippedAt": time("2023-04-08T10:00:00Z"),
                "lines": [line("desk", 2, "400", "100")],
            },
        ),
        order(
            "O1",
            "2024-03-30T22:59:59.999Z",
            &standard,
            doc! {
                "customerId": "ada", "shipFromId": "paris", "shipToId": "lyon",
                "shippedAt": time("2024-04-01T22:59:59.999Z"),
                "lines": [line("chair", 2, "100.10", "20.02"), line("pen", 10, "5.50", "1.10")],
            },
        ),
        order(
            "O2",
            "2024-03-30T23:00:00Z",
            &express,
            doc! {
                "customerId": "ben", "shipFromId": "paris", "shipToId": "ohio",
                "shippedAt": time("2024-03-31T23:00:00Z"),
                "lines": [line("chair", 1, "50.05", "-10.01"), line("chair", 1, "50.05", "10.01")],
            },
        ),
        order(
            "O3",
            "2024-03-31T22:00:00Z",
            &standard,
            doc! {
                "customerId": "ada", "shipFromId": "paris", "shipToId": "lyon",
                "lines": [line("desk", 1, "200", "50")],
            },
        ),
        order(
            "O4",
            "2024-04-10T10:00:00Z",
            &express,
            doc! {
                "shipFromId": "paris", "shipToId": "lyon",
                "shippedAt": time("2024-04-10T22:00:00Z"),
                "lines": [line("pen", 4, "2.20", "0.44")],
            },
        ),
        order(
            "O5",
            "2024-04-10T10:00:00Z",
            &standard,
            doc! {
                "customerId": "ada",
                "lines": [line("chair", -1, "-50.05", "-10.01")],
            },
        ),
        order(
            "O6",
            "2024-04-20T08:00:00Z",
            &doc! { "status": "completed" },
            doc! {
                "customerId": "cleo", "shipFromId": "paris", "shipToId": "illinois",
                "lines": [{ "productId": "deleted", "quantity": 1, "revenue": amount("30") }],
            },
        ),
        order(
            "O7",
            "2024-04-21T08:00:00Z",
            &doc! { "status": "cancelled", "shipMode": "Standard" },
            doc! {
                "customerId": "ben", "shipFromId": "paris", "shipToId": "lyon",
                "lines": [line("desk", 1, "999", "99")],
            },
        ),
        order(
            "O9",
            "2024-04-15T08:00:00Z",
            &doc! { "status": "completed" },
            doc! {
                "customerId": "ben", "lines": [],
            },
        ),
    ]
}

fn order(id: &str, placed: &str, common: &Document, rest: Document) -> Document {
    let mut order = doc! { "_id": id, "orderedAt": time(placed) };
    order.extend(common.clone());
    order.extend(rest);
    order
}

fn line(product: &str, quantity: i32, revenue: &str, profit: &str) -> Document {
    doc! {
        "productId": product,
        "quantity": quantity,
        "revenue": amount(revenue),
        "profit": amount(profit),
    }
}

fn time(text: &str) -> bson::DateTime {
    bson::DateTime::parse_rfc3339_str(text).unwrap()
}

fn amount(text: &str) -> bson::Decimal128 {
    text.parse().unwrap()
}

fn customers() -> Vec<Document> {
    vec![
        doc! { "_id": "ada", "name": "Ada", "segment": "Consumer" },
        doc! { "_id": "ben", "name": "Ben", "segment": "Corporate" },
        doc! { "_id": "cleo", "name": "Cleo" },
    ]
}

fn products() -> Vec<Document> {
    vec![
        doc! { "_id": "chair", "name": "Oak Chair", "category": "Furniture", "subCategory": "Chairs" },
        doc! { "_id": "desk", "name": "Oak Desk", "category": "Furniture", "subCategory": "Desks" },
        doc! { "_id": "pen", "name": "Blue Pen", "category": "Office", "subCategory": "Pens" },
    ]
}

fn locations() -> Vec<Document> {
    let point = |longitude: f64, latitude: f64| {
        doc! { "type": "Point", "coordinates": [longitude, latitude] }
    };
    vec![
        doc! { "_id": "paris", "country": "France", "region": "North", "state": "Paris", "city": "Paris", "point": point(2.3522, 48.8566) },
        doc! { "_id": "lyon", "country": "France", "region": "South", "state": "Rhône", "city": "Lyon", "point": point(4.8357, 45.7640) },
        doc! { "_id": "ohio", "country": "United States", "region": "Abroad", "state": "Ohio", "city": "Springfield" },
        doc! { "_id": "illinois", "country": "United States", "region": "Abroad", "state": "Illinois", "city": "Springfield", "point": point(-89.6501, 39.7817) },
    ]
}
