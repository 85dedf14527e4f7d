//! Ids, cursors and sizes that cannot be: a clear error, never a failure of the server.

use super::{refusal, shop};
use crate::support::Shop;

/// The message to a client who can mend the query.
async fn said(shop: &Shop, query: &str) -> String {
    let (code, message) = refusal(shop, query).await;
    assert_eq!(code, "BAD_USER_INPUT", "{query}: {message}");
    message
}

/// Base64 of `Shop:1`, `Product`, `product:pen`; what is no base64; a plain id.
#[tokio::test]
async fn forged_ids() {
    let shop = shop("forged_ids").await;
    for id in [
        "U2hvcDox",
        "UHJvZHVjdA",
        "cHJvZHVjdDpwZW4",
        "***",
        "",
        "pen",
        "_w",
    ] {
        for query in [
            format!("{{ node(id: \"{id}\") {{ id }} }}"),
            format!("{{ nodes(ids: [\"{id}\"]) {{ id }} }}"),
            format!("{{ product(id: \"{id}\") {{ id }} }}"),
        ] {
            assert!(said(&shop, &query).await.contains("no id of this server"));
        }
    }
    let many = "\"U2hvcDox\",".repeat(1001);
    let query = format!("{{ nodes(ids: [{many}]) {{ id }} }}");
    assert!(said(&shop, &query).await.contains("at most 1000 ids"));
}

/// The id of Ada, who is a customer: base64 of `Customer:ada`.
#[tokio::test]
async fn ids_of_another_type_and_of_what_is_gone() {
    let shop = shop("foreign_ids").await;
    let message = said(&shop, r#"{ product(id: "Q3VzdG9tZXI6YWRh") { id } }"#).await;
    assert_eq!(
        message,
        "the id is of type Customer, not Product; ask the field of that type, or node"
    );
    // `Product:gone`.
    let gone = shop
        .data(r#"{ product(id: "UHJvZHVjdDpnb25l") { id } nodes(ids: ["UHJvZHVjdDpnb25l", "Q3VzdG9tZXI6YWRh"]) { __typename } }"#)
        .await;
    assert!(gone["product"].is_null() && gone["nodes"][0].is_null());
    assert_eq!(gone["nodes"][1]["__typename"], "Customer");
}

#[tokio::test]
async fn places_by_different_levels() {
    let shop = shop("places_by_levels").await;
    for (places, message) in [
        (
            r#"{ city: "Lyon" }, { country: "France", city: "Lyon" }"#,
            "give every place of a list the same levels, such as country, state and city",
        ),
        (
            "{}",
            "give a place one or more of country, region, state and city",
        ),
    ] {
        let query =
            format!("{{ kpis(filter: {{ place: {{ in: [{places}] }} }}) {{ orderCount }} }}");
        assert_eq!(said(&shop, &query).await, message);
    }
}

#[tokio::test]
async fn forged_cursors() {
    let shop = shop("forged_cursors").await;
    for cursor in [
        "",
        "***",
        "e30",
        "bnVsbA",
        "eyJvZiI6MSwiYXQiOltdfQ",
        "WzEsMl0",
    ] {
        for place in ["after", "before"] {
            let query = format!("{{ orders({place}: \"{cursor}\") {{ totalCount }} }}");
            assert!(
                said(&shop, &query)
                    .await
                    .contains("no cursor of this server")
            );
        }
    }
}

/// A cursor is of one list in one order, and its values are of the order's types.
#[tokio::test]
async fn cursors_of_other_lists_and_sorts() {
    let shop = shop("foreign_cursors").await;
    let kpi =
        |year| format!("sort: [{{ kpi: TOTAL_SALES, over: {{ period: {{ year: {year} }} }} }}]");
    let lists = [
        "orders(sort: [{ field: CODE }]".to_owned(),
        "orders(sort: [{ field: CODE, direction: DESC }]".to_owned(),
        "orders(sort: [{ field: SHIPPED_AT }]".to_owned(),
        "customers(sort: [{ field: CODE }]".to_owned(),
        "products(sort: [{ field: CODE }]".to_owned(),
        format!("customers({}", kpi(2023)),
        format!("customers({}", kpi(2024)),
        format!("products({}", kpi(2024)),
    ];
    for own in &lists {
        let query = format!("{{ list: {own}) {{ edges {{ cursor }} }} }}");
        let cursor = shop.data(&query).await["list"]["edges"][0]["cursor"].take();
        for other in lists.iter().filter(|it| *it != own) {
            let query = format!("{{ list: {other}, after: {cursor}) {{ edges {{ cursor }} }} }}");
            assert!(
                said(&shop, &query)
                    .await
                    .contains("another list or of another sort")
            );
        }
    }
}

#[tokio::test]
async fn sizes_of_pages() {
    let shop = shop("page_sizes").await;
    for (arguments, message) in [
        ("first: 0", "first and last must be between 1 and 1000"),
        ("first: -5", "first and last must be between 1 and 1000"),
        ("last: 1001", "first and last must be between 1 and 1000"),
        ("first: 2, last: 2", "give first or last, not both"),
    ] {
        for field in ["orders", "customers", "products", "locations"] {
            let query = format!("{{ {field}({arguments}) {{ totalCount }} }}");
            assert_eq!(said(&shop, &query).await, message);
        }
    }
}
