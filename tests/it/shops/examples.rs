//! Single orders in full, as they stand in the canonical collection.

use mongodb::bson::{Bson, Document, doc};
use rust_decimal::Decimal;
use salesgraph::store::{Store, decimal_from_bson};
use serde_json::Value;

use super::{Fixture, decimal, started};
use crate::support::fresh_store;

async fn stand_as_expected(name: &'static str) {
    let source = fresh_store(&format!("{name}_examples_source")).await;
    let Some(fixture) = Fixture::load(name, source).await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let store = fresh_store(&format!("{name}_examples")).await;
    started(&fixture, &store).await.abort();
    compare_all(&fixture, &store).await;
}

/// Compares all examples of a shop with its canonical orders.
pub async fn compare_all(fixture: &Fixture, store: &Store) {
    let name = fixture.name;
    let orders = store.database().collection::<Document>("orders");
    let mut compared = 0;
    for example in fixture.expected["examples"].as_array().unwrap() {
        let id = example["order"].as_str().unwrap();
        let found = orders.find_one(doc! { "_id": id }).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("{name}: there is no order {id}"));
        compare(&found, example, &format!("{name} {id}"));
        compared += 1;
    }
    assert!(compared > 10);
}

fn compare(found: &Document, example: &Value, what: &str) {
    for (field, key) in [("orderedAt", "orderedAt"), ("shippedAt", "shippedAt")] {
        let at = found.get_datetime(field).ok();
        let at = at.map(|it| it.timestamp_millis());
        assert_eq!(at, instant(&example[key]), "{what}: {field}");
    }
    let customer = found.get_str("customerId").ok();
    assert_eq!(customer, example["customer"].as_str(), "{what}: customer");
    // An order without lines is in no KPI, and what it cost belongs to none.
    let fields: &[&str] = match documents(found, "lines").as_slice() {
        [] => &[],
        _ => &["tax", "shipping"],
    };
    for field in fields {
        // The figures have 0 where the source knows nothing.
        let parts = documents(found, "lines");
        let parts = parts.iter().filter_map(|it| it.get(*field));
        let expected = decimal(&example[*field]);
        assert_eq!(
            parts.filter_map(decimal_from_bson).sum::<Decimal>(),
            expected.unwrap_or_default(),
            "{what}: {field}"
        );
    }
    let ours = documents(found, "lines").into_iter().map(|line| {
        let amounts = ["quantity", "discountAmount", "revenue", "profit"];
        let amount = |field: &str| line.get(field).and_then(decimal_from_bson);
        let [quantity, discount, revenue, profit] = amounts.map(amount);
        let discount = discount.unwrap_or_default();
        let list = revenue.map(|it| it + discount);
        [quantity, list, Some(discount), revenue, profit]
    });
    let theirs = example["lines"].as_array().unwrap().iter().map(|line| {
        let amounts = ["quantity", "gross", "discount", "revenue", "profit"];
        let [quantity, gross, discount, rest @ ..] = amounts.map(|field| decimal(&line[field]));
        [
            quantity,
            gross,
            Some(discount.unwrap_or_default()),
            rest[0],
            rest[1],
        ]
    });
    // Their order says nothing.
    let (mut ours, mut theirs): (Vec<_>, Vec<_>) = (ours.collect(), theirs.collect());
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "{what}: lines");
    returns(found, example, what);
}

/// Records of nothing are none.
fn returns(found: &Document, example: &Value, what: &str) {
    let lines = documents(found, "lines");
    let ours = documents(found, "returns").into_iter().map(|it| {
        let number = |field: &str| {
            it.get(field)
                .and_then(decimal_from_bson)
                .unwrap_or_default()
        };
        let at = it.get_datetime("returnedAt").unwrap().timestamp_millis();
        let line = usize::try_from(it.get_i64("line").unwrap()).unwrap();
        let product = lines[line]
            .get_str("productId")
            .unwrap_or_default()
            .to_owned();
        (at, product, number("quantity"), number("amount"))
    });
    let theirs = example["returns"].as_array().unwrap().iter().map(|it| {
        let number = |field: &str| decimal(&it[field]).unwrap_or_default();
        let product = it["product"].as_str().unwrap_or_default().to_owned();
        (
            instant(&it["at"]).unwrap(),
            product,
            number("quantity"),
            number("amount"),
        )
    });
    let is_any = |it: &(i64, String, Decimal, Decimal)| !it.2.is_zero() || !it.3.is_zero();
    let mut ours: Vec<_> = ours.filter(is_any).collect();
    let mut theirs: Vec<_> = theirs.filter(is_any).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "{what}: returns");
}

fn documents(document: &Document, field: &str) -> Vec<Document> {
    let documents = document.get_array(field).into_iter().flatten();
    documents.filter_map(Bson::as_document).cloned().collect()
}

fn instant(value: &Value) -> Option<i64> {
    let text = value.as_str()?;
    let at = mongodb::bson::DateTime::parse_rfc3339_str(text).unwrap();
    Some(at.timestamp_millis())
}

#[tokio::test]
async fn of_items_in_an_array() {
    stand_as_expected("mern").await;
}

#[tokio::test]
async fn of_one_document_a_line() {
    stand_as_expected("prototype").await;
}

#[tokio::test]
async fn of_orders_in_other_currencies() {
    stand_as_expected("grandnode").await;
}

#[tokio::test]
async fn of_orders_spread_over_collections() {
    stand_as_expected("unchained").await;
}

#[tokio::test]
async fn of_shipments() {
    stand_as_expected("reaction").await;
}
