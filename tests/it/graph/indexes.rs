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
async fn read(store: &Store, shop: &Shop, query: &str) -> (i64, serde_json::Value) {
    let database = store.database();
    let profile = database.collection::<Document>("system.profile");
    profile.drop().await.unwrap();
    database.run_command(doc! { "profile": 2 }).await.unwrap();
    let data = shop.data(query).await;
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
    (keys, data)
}

/// Page 1 and a page far behind it must read about as much.
async fn assert_flat(store: &Store, list: &str) {
    let shop = Shop::over(store.clone());
    let page = |size: usize, cursor: &str| {
        format!(
            "{{ list: {list}, first: {size}{cursor}) {{ edges {{ node {{ code }} }} pageInfo {{ endCursor }} }} }}"
        )
    };
    let (first, _) = read(store, &shop, &page(20, "")).await;
    let mut cursor = String::new();
    for _ in 0..3 {
        let data = shop.data(&page(500, &cursor)).await;
        cursor = format!(", after: {}", data["list"]["pageInfo"]["endCursor"]);
    }
    let (late, found) = read(store, &shop, &page(20, &cursor)).await;
    assert_eq!(found["list"]["edges"].as_array().unwrap().len(), 20);
    assert!(
        first <= 50 && late <= 50,
        "{list}: {first} keys for page 1, {late} for a late one"
    );
}

#[tokio::test]
async fn late_pages_cost_what_the_first_costs() {
    let store = long_list("flat").await;
    for list in [
        "orders(sort: [{ field: ORDERED_AT, direction: DESC }]",
        "orders(sort: [{ field: CODE }]",
        "orders(sort: [{ field: SHIPPED_AT }]",
        "orders(sort: [{ field: SHIPPED_AT, direction: DESC }]",
        "orders(sort: [{ field: STATUS }]",
        "customers(sort: [{ field: NAME }]",
        "customers(sort: [{ field: SEGMENT, direction: DESC }]",
        r#"orders(filter: { customer: { eq: "ada" } }, sort: [{ field: ORDERED_AT }]"#,
        r#"orders(filter: { line: { product: { eq: "pen" } } }, sort: [{ field: ORDERED_AT }]"#,
    ] {
        assert_flat(&store, list).await;
    }
}

/// The two newest orders of each of three customers, each with thousands: two entries each, and the parents.
#[tokio::test]
async fn lists_under_a_list_read_what_they_give() {
    let store = long_list("flat_under").await;
    let shop = Shop::over(store.clone());
    let query = r#"{ customers(filter: { code: { in: ["ada", "ben", "cleo"] } }, sort: [{ field: CODE }]) {
        edges { node { orders(first: 2) { edges { node { code } } } } }
    } }"#;
    let (keys, _) = read(&store, &shop, query).await;
    assert!(keys <= 30, "{keys} keys");
}

/// The index of odd documents, whose condition differs from one version to the next.
#[tokio::test]
async fn an_index_of_a_former_version_is_made_anew() {
    let store = small_shop("former_index").await;
    let products = store.database().collection::<Document>("products");
    let _ = products.drop_index("odd").await;
    let former = doc! {
        "createIndexes": "products",
        "indexes": [{
            "name": "odd",
            "key": { "_id": 1, "odd": 1 },
            "partialFilterExpression": { "name": { "$type": "int" } },
        }],
    };
    store.database().run_command(former).await.unwrap();
    store.create_indexes().await.unwrap();
    let indexes = products.list_indexes().await.unwrap();
    let indexes: Vec<_> = indexes.try_collect().await.unwrap();
    let odd = indexes.into_iter().find_map(|it| {
        let options = it.options?;
        (options.name? == "odd").then_some(options.partial_filter_expression?)
    });
    assert!(odd.unwrap().contains_key("$or"));
}
