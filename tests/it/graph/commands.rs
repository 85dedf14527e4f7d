//! What lists and what hangs on them cost: the commands that the database receives.
//!
//! Among them is one find for each collection that is read, which looks for odd documents,
//! and where something is counted one more, which looks for amounts that are doubles.

use std::collections::BTreeMap;

use bson::{Document, doc};
use salesgraph::store::Store;

use crate::{
    small_shop::small_shop,
    support::{Shop, counted},
};

/// So many products, customers, locations and orders besides the small shop's own.
async fn crowded(name: &str, count: i32) -> Store {
    let store = small_shop(name).await;
    let insert = async |collection: &str, document: fn(i32) -> Document| {
        let documents = (0..count).map(document);
        let collection = store.database().collection::<Document>(collection);
        collection.insert_many(documents).await.unwrap();
    };
    insert("products", |n| {
        doc! { "_id": format!("p{n}"), "name": format!("Thing {n}"), "category": "Things" }
    })
    .await;
    insert(
        "locations",
        |n| doc! { "_id": format!("l{n}"), "city": "Metz" },
    )
    .await;
    insert("customers", |n| {
        doc! { "_id": format!("c{n}"), "name": format!("Person {n}"), "locationId": format!("l{n}") }
    })
    .await;
    insert("orders", |n| {
        doc! {
            "_id": format!("X{n}"), "status": "completed", "customerId": format!("c{n}"),
            "orderedAt": bson::DateTime::from_millis(1_711_929_600_000 + i64::from(n)),
            "shipToId": format!("l{n}"), "shipFromId": "paris",
            "lines": [
                { "productId": format!("p{n}"), "quantity": 1, "revenue": n },
                { "productId": "pen", "quantity": 1, "revenue": 1 },
            ],
        }
    })
    .await;
    store
}

/// The commands of a query over pages of this size.
async fn commands(store: &Store, query: &str, size: usize) -> BTreeMap<String, usize> {
    let (store, counter) = counted(store).await;
    let shop = Shop::over(store);
    shop.data(&query.replace("SIZE", &size.to_string())).await;
    counter.counts()
}

/// The commands must be these, for 1, 100 and 1,000 nodes alike.
async fn assert_commands(name: &str, query: &str, finds: usize, aggregations: usize) {
    let store = crowded(name, 1_000).await;
    for size in [1, 100, 1_000] {
        let counts = commands(&store, query, size).await;
        let count = |command: &str| counts.get(command).copied().unwrap_or_default();
        assert_eq!(count("find"), finds, "{size}: {counts:?}");
        assert_eq!(count("aggregate"), aggregations, "{size}: {counts:?}");
        assert_eq!(count("getMore"), 0, "{size}: {counts:?}");
    }
}

/// Each: the page, the shop's settings, whether anything came back; one pass for each period.
#[tokio::test]
async fn figures_of_a_page_in_two_periods() {
    for list in ["products", "customers", "locations"] {
        let query = format!(
            "{{ {list}(first: SIZE) {{ edges {{ node {{
                now: kpis(filter: {{ period: {{ month: \"2024-04\" }} }}) {{
                    totalSales totalProfit orderCount averageBasket unitsSold lineCount customerCount averageQuantityPerOrder
                }}
                then: kpis(filter: {{ period: {{ month: \"2024-03\" }} }}) {{ totalSales orderCount }}
            }} }} }} }}"
        );
        assert_commands(&format!("figures_{list}"), &query, 6, 2).await;
    }
}

/// The page, customers, products, locations; the customers' own are among those, and read once.
#[tokio::test]
async fn everything_on_an_order() {
    let query = "{ orders(first: SIZE, filter: { code: { startsWith: \"X\" } }) { edges { node {
        customer { name location { city } } shipTo { city } shipFrom { city }
        lines { product { name category } }
    } } } }";
    assert_commands("on_an_order", query, 8, 0).await;
}

/// The page; orders, their number, what was bought; settings, the orders' products.
#[tokio::test]
async fn lists_under_a_list() {
    let query =
        "{ customers(first: SIZE, filter: { code: { startsWith: \"c\" } }) { edges { node { name
        orders(first: 2) { totalCount edges { node { code lines { product { name } } } } }
        mostBoughtProducts(first: 2) { totalCount edges { node { name } kpis { unitsSold } } }
    } } } }";
    let store = crowded("lists_under", 1_000).await;
    let of_one = commands(&store, query, 1).await;
    assert_eq!(of_one["aggregate"], 3);
    assert!(of_one["find"] <= 8, "{of_one:?}");
    for size in [100, 1_000] {
        let counts = commands(&store, query, size).await;
        assert_eq!(counts["aggregate"], 3, "{size}: {counts:?}");
        assert!(counts["find"] <= 8, "{size}: {counts:?}");
    }
}

/// The page and the count of it; a product's siblings and orders; figures of its orders' customers.
#[tokio::test]
async fn a_walk_through_the_graph() {
    let query = "{ products(first: SIZE, filter: { category: { eq: \"Things\" } }) { totalCount edges { node {
        siblings(first: 1) { edges { node { name } } }
        orders(first: 1) { edges { node { customer { name kpis { totalSales } } shipTo { customers(first: 1) { edges { node { name } } } } } } }
    } } } }";
    let store = crowded("walk", 1_000).await;
    let of_one = commands(&store, query, 1).await;
    for size in [10, 100] {
        assert_eq!(commands(&store, query, size).await, of_one, "{size}");
    }
}

/// The ranking's nodes, the page's documents, the settings, whether anything came back; one pass.
#[tokio::test]
async fn a_page_in_the_order_of_a_kpi() {
    let query = "{ customers(first: SIZE, sort: [{ kpi: TOTAL_SALES, direction: DESC }]) { totalCount edges { node { name } } } }";
    assert_commands("kpi_page", query, 7, 1).await;
}

/// One query for each type, whatever the order of the ids.
#[tokio::test]
async fn nodes_by_id_are_read_together() {
    let store = crowded("by_id_together", 100).await;
    let shop = Shop::over(store.clone());
    let ids = shop
        .data("{ a: products(first: 50) { edges { node { id } } } b: customers(first: 50) { edges { node { id } } } }")
        .await;
    let of = |list: &str, at: usize| ids[list]["edges"][at]["node"]["id"].to_string();
    let mixed: Vec<String> = (0..50).flat_map(|at| [of("a", at), of("b", at)]).collect();
    let query = format!(
        "{{ nodes(ids: [{}]) {{ id ... on Product {{ name }} }} }}",
        mixed.join(",")
    );
    let counts = commands(&store, &query, 0).await;
    assert_eq!(counts["find"], 4, "{counts:?}");
}
