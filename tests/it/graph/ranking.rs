//! Nodes in the order of a KPI, page by page.

use super::{codes, refusal, shop};
use crate::support::Shop;

/// The list in this order, in pages of one and of all, forwards and backwards.
async fn assert_ranked(shop: &Shop, list: &str, arguments: &str, expected: &[&str]) {
    let whole = format!(
        "{{ list: {list}({arguments}) {{ totalCount edges {{ cursor node {{ code }} }} pageInfo {{ hasNextPage }} }} }}"
    );
    let whole = shop.data(&whole).await["list"].take();
    assert_eq!(codes(&whole), expected, "{arguments}");
    assert_eq!(whole["totalCount"], expected.len());
    for (at, code) in expected.iter().enumerate() {
        let cursor = &whole["edges"][at]["cursor"];
        for (place, next) in [
            (format!("first: 1, after: {cursor}"), expected.get(at + 1)),
            (format!("last: 1, before: {cursor}"), expected[..at].last()),
        ] {
            let query = format!(
                "{{ list: {list}({arguments}, {place}) {{ edges {{ node {{ code }} }} pageInfo {{ hasNextPage hasPreviousPage }} }} }}"
            );
            let page = shop.data(&query).await["list"].take();
            let next: Vec<&str> = next.into_iter().copied().collect();
            assert_eq!(codes(&page), next, "{arguments}, {place} of {code}");
        }
    }
}

/// Ada: 105.60 + 200 − 50.05. Ben: 100.10 in 2024, 400 in 2023. Cleo: 30.
#[tokio::test]
async fn customers_by_sales_of_a_year() {
    let shop = shop("customers_by_sales").await;
    let sort = |over: &str, direction: &str| {
        format!("sort: [{{ kpi: TOTAL_SALES, {over} direction: {direction} }}]")
    };
    let in_2024 = "over: { period: { year: 2024 } },";
    let in_2023 = "over: { period: { year: 2023 } },";
    for (sort, expected) in [
        (sort("", "DESC"), ["ben", "ada", "cleo"]),
        (sort(in_2024, "DESC"), ["ada", "ben", "cleo"]),
        (sort(in_2024, "ASC"), ["cleo", "ben", "ada"]),
        // Who bought nothing has sales of 0, ties by code.
        (sort(in_2023, "DESC"), ["ben", "ada", "cleo"]),
        (sort(in_2023, "ASC"), ["ada", "cleo", "ben"]),
    ] {
        assert_ranked(&shop, "customers", &sort, &expected).await;
    }
}

/// Nobody but Ben has a basket in 2023, so only he has an average one.
#[tokio::test]
async fn nulls_come_last_either_way() {
    let shop = shop("nulls_last").await;
    for direction in ["ASC", "DESC"] {
        let sort = format!(
            "sort: [{{ kpi: AVERAGE_BASKET, over: {{ period: {{ year: 2023 }} }}, direction: {direction} }}]"
        );
        assert_ranked(&shop, "customers", &sort, &["ben", "ada", "cleo"]).await;
    }
}

/// Pens: 10 + 4. Chairs: 2 + 1 + 1 − 1. Desks: 1 + 2. To Lyon: O1, O3, O4, O8.
#[tokio::test]
async fn products_and_locations_with_filters_and_more_keys() {
    let shop = shop("products_ranked").await;
    let by_units = "sort: [{ kpi: UNITS_SOLD, direction: DESC }]";
    assert_ranked(&shop, "products", by_units, &["pen", "chair", "desk"]).await;
    let names_down =
        "sort: [{ kpi: UNITS_SOLD, direction: DESC }, { field: NAME, direction: DESC }]";
    assert_ranked(&shop, "products", names_down, &["pen", "desk", "chair"]).await;
    let filtered = format!("filter: {{ category: {{ eq: \"Furniture\" }} }}, {by_units}");
    assert_ranked(&shop, "products", &filtered, &["chair", "desk"]).await;
    let field_first = "sort: [{ field: CATEGORY, direction: DESC }, { kpi: TOTAL_SALES }]";
    assert_ranked(&shop, "products", field_first, &["pen", "desk", "chair"]).await;
    let by_orders = "sort: [{ kpi: ORDER_COUNT, direction: DESC }]";
    let expected = ["lyon", "illinois", "ohio", "paris"];
    assert_ranked(&shop, "locations", by_orders, &expected).await;
}

#[tokio::test]
async fn a_key_is_a_field_or_a_kpi() {
    let shop = shop("field_or_kpi").await;
    for key in [
        "{ direction: ASC }",
        "{ field: NAME, kpi: TOTAL_SALES }",
        "{ field: NAME, over: { period: { year: 2024 } } }",
    ] {
        let query = format!("{{ customers(sort: [{key}]) {{ totalCount }} }}");
        assert_eq!(refusal(&shop, &query).await.0, "BAD_USER_INPUT", "{key}");
    }
}
