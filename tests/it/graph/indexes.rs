//! What a page makes the database read: as much late in a list as at its start.

use bson::{Bson, Document, doc};
use futures::TryStreamExt;
use salesgraph::store::Store;

use crate::{small_shop::small_shop, support::Shop};

fn third(of: [&str; 3], n: i64) -> &str {
    of[usize::try_from(n % 3).unwrap()]
}

/// Orders placed in threes at one instant, of three customers and products; every fifth has shipped.
async fn long_list(name: &str) -> Store {
    let store = small_shop(name).await;
    let order = |n: i64| {
        let time = |days: i64| {
            bson::DateTime::from_millis(1_600_000_000_000 + n / 3 * 1_000 + days * 86_400_000)
        };
        let mut order = doc! {
            "_id": format!("X{n:05}"), "status": "completed", "orderedAt": time(0),
            "customerId": third(["ada", "ben", "cleo"], n), "shipToId": "lyon",
            "lines": [{ "productId": third(["pen", "desk", "chair"], n), "quantity": 1, "revenue": n }],
        };
        if n % 5 == 0 {
            order.insert("shippedAt", time(2));
        }
        order
    };
    let customer = |n: i64| doc! { "_id": format!("c{n:05}"), "name": format!("Person {}", n / 4), "segment": third(["A", "B", "B"], n) };
    let insert = async |collection: &str, documents: Vec<Document>| {
        let collection = store.database().collection::<Document>(collection);
        collection.insert_many(documents).await.unwrap();
    };
    insert("orders", (0..6_000).map(order).collect()).await;
    insert("customers", (0..6_000).map(customer).collect()).await;
    store
}

/// The index entries that reading the connection took, and the nodes that it gave.
async fn read(store: &Store, shop: &Shop, query: &str, path: &str) -> (i64, serde_json::Value) {
    let database = store.database();
    let profile = database.collection::<Document>("system.profile");
    profile.drop().await.unwrap();
    database.run_command(doc! { "profile": 2 }).await.unwrap();
    let mut data = shop.data(query).await;
    database.run_command(doc! { "profile": 0 }).await.unwrap();
    let read = profile.find(doc! { "op": { "$in": ["query", "command"] }, "keysExamined": { "$exists": true }, "ns": { "$not": { "$regex": r"\.shop$" } } });
    let read: Vec<Document> = read.await.unwrap().try_collect().await.unwrap();
    assert!(!read.is_empty(), "{query}");
    let mut keys = 0;
    for command in &read {
        let number = |field: &str| match command.get(field) {
            Some(Bson::Int32(number)) => i64::from(*number),
            Some(Bson::Int64(number)) => *number,
            _ => 0,
        };
        let sorted = command.get_bool("hasSortStage").unwrap_or_default();
        let plan = command.get_str("planSummary").unwrap_or_default();
        assert!(
            !sorted && !plan.contains("COLLSCAN"),
            "{query} reads by {plan}"
        );
        keys += number("keysExamined");
    }
    (keys, data.pointer_mut(path).unwrap().take())
}

/// Page 1 and a page far behind it must read about as much.
async fn assert_flat(name: &str, before: &str, list: &str, after: &str) {
    let store = long_list(name).await;
    let shop = Shop::over(store.clone());
    let path = before
        .split_whitespace()
        .filter(|it| it.chars().all(char::is_alphabetic) && !it.is_empty());
    let path: String = path.map(|it| format!("/{it}")).collect();
    let page = |size: usize, cursor: &str| {
        let place = if cursor.is_empty() {
            String::new()
        } else {
            format!(", after: {cursor}")
        };
        format!(
            "{before} list: {list}, first: {size}{place}) {{ edges {{ node {{ code }} }} pageInfo {{ endCursor }} }} {after}"
        )
    };
    let path = format!("{path}/list");
    let (first, _) = read(&store, &shop, &page(20, ""), &path).await;
    let mut cursor = String::new();
    for _ in 0..3 {
        let mut data = shop.data(&page(500, &cursor)).await;
        cursor = data.pointer_mut(&path).unwrap()["pageInfo"]["endCursor"].to_string();
    }
    let (late, found) = read(&store, &shop, &page(20, &cursor), &path).await;
    assert_eq!(found["edges"].as_array().unwrap().len(), 20, "{list}");
    assert!(
        first <= 50 && late <= 50,
        "{list}: {first} keys for page 1, {late} for a late one"
    );
}

#[tokio::test]
async fn late_pages_of_all_nodes_cost_what_the_first_costs() {
    for (name, list) in [
        (
            "flat_time",
            "orders(sort: [{ field: ORDERED_AT, direction: DESC }]",
        ),
        ("flat_code", "orders(sort: [{ field: CODE }]"),
        ("flat_shipped", "orders(sort: [{ field: SHIPPED_AT }]"),
        (
            "flat_shipped_down",
            "orders(sort: [{ field: SHIPPED_AT, direction: DESC }]",
        ),
        ("flat_status", "orders(sort: [{ field: STATUS }]"),
        ("flat_name", "customers(sort: [{ field: NAME }]"),
        (
            "flat_segment",
            "customers(sort: [{ field: SEGMENT, direction: DESC }]",
        ),
        (
            "flat_customer",
            "orders(filter: { customer: { eq: \"ada\" } }, sort: [{ field: ORDERED_AT }]",
        ),
        (
            "flat_product",
            "orders(filter: { line: { product: { eq: \"pen\" } } }, sort: [{ field: ORDERED_AT }]",
        ),
    ] {
        assert_flat(name, "{", list, "}").await;
    }
}
