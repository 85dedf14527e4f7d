//! Documents of other types: each costs itself alone, in both engines, and is told of.

use bson::{
    Bson, Decimal128, Document, RawArrayBuf, RawDocumentBuf, doc, oid::ObjectId, raw::cstr, rawdoc,
};
use futures::TryStreamExt;
use salesgraph::{
    engine::Choice,
    store::{Store, rules},
};
use serde_json::{Value, json};

use super::{dice::Dice, spoilt::any_document};
use crate::support::{Shop, caught_up, fresh_store, replica};

const QUERY: &str = "{
    kpis { totalSales orderCount timeSeries(grain: YEAR) { label } }
    orders { totalCount edges { node { code } } }
    shop { firstOrderAt freshness { oddDocuments { collection field count ids } } }
}";

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse::<Decimal128>().unwrap())
}

/// An order of one line of 10.
fn order(id: &str) -> Document {
    doc! {
        "_id": id, "orderedAt": bson::DateTime::from_millis(1_704_110_400_000),
        "status": "completed", "lines": [{ "quantity": 1, "revenue": 10 }],
    }
}

fn line_with(field: &str, value: impl Into<Bson>) -> Bson {
    let mut line = doc! { "quantity": 1, "revenue": 10 };
    line.insert(field, value);
    line.into()
}

/// Values that a field of an order may not have.
fn wrong_values() -> Vec<(&'static str, Bson)> {
    let id = ObjectId::from_bytes([7; 12]);
    let line = || line_with("profit", 1);
    vec![
        ("_id", Bson::ObjectId(id)),
        ("_id", Bson::Int32(3)),
        ("orderedAt", Bson::Null),
        ("orderedAt", "2024-01-01".into()),
        ("orderedAt", bson::DateTime::MAX.into()),
        (
            "orderedAt",
            bson::DateTime::from_millis(253_402_300_800_000).into(),
        ),
        (
            "orderedAt",
            bson::DateTime::from_millis(-62_135_596_800_001).into(),
        ),
        ("shippedAt", bson::DateTime::MAX.into()),
        ("shippedAt", 5.into()),
        ("status", Bson::Null),
        ("status", vec!["completed"].into()),
        ("customerId", id.into()),
        ("shipMode", Bson::Undefined),
        ("shipToId", Bson::Symbol("s".into())),
        ("shipFromId", 1.into()),
        ("lines", Bson::Null),
        ("lines", line()),
        ("lines", vec![line(), Bson::Null].into()),
        ("lines", vec![line(), vec![line()].into()].into()),
        ("lines", vec![Bson::Array(vec![])].into()),
        ("lines.productId", 12.into()),
        ("lines.quantity", "1".into()),
        ("lines.quantity", Bson::Null),
        ("lines.revenue", "12.50".into()),
        ("lines.revenue", vec![1].into()),
        ("lines.revenue", f64::NAN.into()),
        ("lines.revenue", f64::NEG_INFINITY.into()),
        ("lines.revenue", decimal("NaN")),
        ("lines.revenue", decimal("-Infinity")),
        ("lines.revenue", decimal("1E+6000")),
        ("lines.revenue", 1_000_000_000_000_000_i64.into()),
        ("lines.revenue", (-1e15).into()),
        ("lines.profit", "1".into()),
        ("lines.discount", true.into()),
    ]
}

/// An order whose field is wrong.
fn odd_order(id: &str, field: &str, value: &Bson) -> Document {
    let mut order = order(id);
    match field.strip_prefix("lines.") {
        Some(field) => {
            order.insert(
                "lines",
                vec![line_with("profit", 1), line_with(field, value.clone())],
            );
        }
        None => drop(order.insert(field, value.clone())),
    }
    order
}

async fn insert(store: &Store, document: &Document) {
    let orders = store.orders().clone_with_type::<Document>();
    orders.insert_one(document).await.unwrap();
}

/// Two orders, by both engines: the one in memory has heard of everything so far.
async fn assert_two_count(shops: &[Shop; 2], case: &str) -> Value {
    let [mongo, memory] = [shops[0].data(QUERY).await, shops[1].data(QUERY).await];
    assert_eq!(mongo, memory, "{case}");
    assert_eq!(mongo["kpis"]["totalSales"], json!(20), "{case}");
    assert_eq!(mongo["kpis"]["orderCount"], json!(2), "{case}");
    assert_eq!(
        mongo["kpis"]["timeSeries"],
        json!([{ "label": "2024" }]),
        "{case}"
    );
    assert_eq!(mongo["orders"]["totalCount"], json!(2), "{case}");
    assert_eq!(
        mongo["shop"]["firstOrderAt"],
        json!("2024-01-01T12:00:00+00:00"),
        "{case}"
    );
    mongo["shop"]["freshness"]["oddDocuments"].clone()
}

/// A shop of two orders, as both engines see it; with the indexes or without.
async fn two_orders(has_indexes: bool) -> (Store, salesgraph::engine::memory::Replica, [Shop; 2]) {
    let store = fresh_store("odd").await;
    if has_indexes {
        store.create_indexes().await.unwrap();
    }
    insert(&store, &order("a")).await;
    insert(&store, &order("b")).await;
    let replica = replica(&store);
    let memory = Shop::counted_by(Choice::Memory(replica.clone()), store.clone());
    let shops = [Shop::over(store.clone()), memory];
    (store, replica, shops)
}

#[tokio::test]
async fn an_odd_order_costs_itself_until_it_is_mended() {
    for has_indexes in [true, false] {
        let (store, replica, shops) = two_orders(has_indexes).await;
        let orders = store.orders().clone_with_type::<Document>();
        for (field, value) in wrong_values() {
            let case = format!("{field}: {value}, indexes: {has_indexes}");
            let odd = odd_order("odd", field, &value);
            let id = odd.get("_id").unwrap().clone();
            insert(&store, &odd).await;
            caught_up(&replica).await;
            let told = assert_two_count(&shops, &case).await;
            let shown = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            let expected =
                json!([{ "collection": "orders", "field": field, "count": 1, "ids": [shown] }]);
            assert_eq!(told, expected, "{case}");
            if id.as_str().is_some() {
                let this = doc! { "_id": id.clone() };
                orders.replace_one(this, order("odd")).await.unwrap();
                caught_up(&replica).await;
                for shop in &shops {
                    let data = shop.data("{ kpis { orderCount } }").await;
                    assert_eq!(data["kpis"]["orderCount"], json!(3), "{case}");
                }
            }
            orders.delete_one(doc! { "_id": id }).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_missing_field_is_odd_where_it_is_needed() {
    let (store, replica, shops) = two_orders(true).await;
    for field in ["orderedAt", "status", "lines"] {
        let mut odd = order(field);
        odd.remove(field);
        insert(&store, &odd).await;
    }
    caught_up(&replica).await;
    let told = assert_two_count(&shops, "missing").await;
    let told: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["ids"][0])
        .collect();
    assert_eq!(told, ["lines", "orderedAt", "status"]);
}

/// The table and the query that is made of it say the same of documents of any kind.
#[tokio::test]
async fn the_database_finds_what_the_table_says() {
    let store = fresh_store("table").await;
    store.create_indexes().await.unwrap();
    let mut dice = Dice::new(super::first_seed(), 7);
    for collection in rules::COLLECTIONS {
        let documents = store.database().collection::<Document>(collection);
        let some: Vec<Document> = (0..1500)
            .map(|at| any_document(collection, at, &mut dice))
            .collect();
        // Two arrays in one document are refused where an index is of both.
        drop(documents.insert_many(&some).ordered(false).await);
        let held: Vec<RawDocumentBuf> = documents
            .clone_with_type()
            .find(doc! {})
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        let canonical = held
            .iter()
            .filter(|it| rules::check(collection, it).is_ok());
        let mut expected: Vec<&str> = canonical.map(|it| it.get_str("_id").unwrap()).collect();
        let found = documents.distinct("_id", store.canonical(collection).await.unwrap());
        let found = found.await.unwrap();
        let mut found: Vec<&str> = found.iter().map(|it| it.as_str().unwrap()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        let differ = held.iter().filter(|it| {
            let id = it.get_str("_id").unwrap();
            found.contains(&id) != expected.contains(&id)
        });
        let differ: Vec<_> = differ
            .map(|it| (it, rules::check(collection, it)))
            .collect();
        assert!(differ.is_empty(), "{collection}: {differ:?}");
        assert!(
            (200..1400).contains(&found.len()),
            "{collection}: {}",
            found.len()
        );
    }
}

#[tokio::test]
async fn of_a_key_that_stands_twice_the_first_counts() {
    let (store, replica, shops) = two_orders(true).await;
    let orders = store.orders().clone_with_type::<RawDocumentBuf>();
    let time = bson::DateTime::from_millis(1_704_110_400_000);
    let mut twice = rawdoc! { "_id": "twice", "orderedAt": time, "status": "completed" };
    let mut lines = RawArrayBuf::new();
    lines.push(rawdoc! { "quantity": 1, "revenue": 10 });
    twice.append(cstr!("lines"), lines);
    twice.append(cstr!("status"), 5);
    twice.append(cstr!("lines"), "none");
    orders.insert_one(twice).await.unwrap();
    caught_up(&replica).await;
    for shop in &shops {
        let data = shop.data("{ kpis { orderCount totalSales } }").await;
        assert_eq!(data["kpis"], json!({ "orderCount": 3, "totalSales": 30 }));
    }
}

/// A product that is odd has no name and no category; its sales remain.
#[tokio::test]
async fn what_an_odd_document_was_called_is_forgotten() {
    const QUERY: &str = "{
        kpis { breakdown(by: CATEGORY) { rows { key { label } kpis { totalSales } } } }
        products { totalCount } shop { values(of: CATEGORY) { label } }
    }";
    let (store, replica, shops) = two_orders(true).await;
    let products = store.products().clone_with_type::<Document>();
    let mut sold = order("sold");
    sold.insert("lines", vec![line_with("productId", "pen")]);
    insert(&store, &sold).await;
    let pen = doc! { "_id": "pen", "name": "Pen", "category": "Office" };
    products.insert_one(pen).await.unwrap();
    let category = async |category: Bson| {
        let set = doc! { "$set": { "category": category } };
        products
            .update_one(doc! { "_id": "pen" }, set)
            .await
            .unwrap();
        caught_up(&replica).await;
        let [mongo, memory] = [shops[0].data(QUERY).await, shops[1].data(QUERY).await];
        assert_eq!(mongo, memory);
        mongo
    };
    let named = category("Desk".into()).await;
    let rows = |data: &Value| data["kpis"]["breakdown"]["rows"].as_array().unwrap().len();
    assert_eq!(
        (rows(&named), &named["products"]["totalCount"]),
        (2, &json!(1))
    );
    let odd = category(5.into()).await;
    assert_eq!((rows(&odd), &odd["products"]["totalCount"]), (1, &json!(0)));
    assert_eq!(
        odd["kpis"]["breakdown"]["rows"][0]["kpis"]["totalSales"],
        json!(30)
    );
    assert_eq!(odd["shop"]["values"], json!([]));
    assert_eq!(category("Desk".into()).await, named);
}

#[tokio::test]
async fn an_amount_that_is_a_double_counts_as_it_is_written() {
    let (store, replica, shops) = two_orders(true).await;
    let mut noisy = order("noisy");
    noisy.insert(
        "lines",
        vec![line_with("revenue", 0.1 + 0.2), line_with("revenue", 0.7)],
    );
    insert(&store, &noisy).await;
    caught_up(&replica).await;
    for shop in &shops {
        let data = shop.data("{ kpis { totalSales } }").await;
        assert_eq!(data["kpis"]["totalSales"], json!(21));
    }
}

/// Too many to leave out one by one.
#[tokio::test]
async fn thousands_of_odd_orders_cost_themselves() {
    let (store, replica, shops) = two_orders(true).await;
    let odd = |at: usize| odd_order(&format!("odd {at}"), "lines.revenue", &"10".into());
    let orders = store.orders().clone_with_type::<Document>();
    let many: Vec<Document> = (0..10_001).map(odd).collect();
    orders.insert_many(many).await.unwrap();
    caught_up(&replica).await;
    let told = assert_two_count(&shops, "thousands").await;
    assert_eq!(told[0]["count"], json!(10_000));
}
