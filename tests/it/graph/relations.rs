//! What nodes lead to, and back.

use serde_json::{Value, json};

use super::shop;

async fn assert_answer(name: &str, query: &str, expected: Value) {
    let shop = shop(name).await;
    let data = shop.data(query).await;
    assert_eq!(data, expected, "{data:#}");
}

fn nodes(codes: &[&str]) -> Value {
    let edge = |code: &&str| json!({ "node": { "code": code } });
    json!(codes.iter().map(edge).collect::<Vec<_>>())
}

#[tokio::test]
async fn an_order_leads_to_everything_on_it() {
    assert_answer(
        "order_out",
        r#"{ orders(filter: { code: { in: ["O1", "O4", "O6", "O7"] } }, sort: [{ field: CODE }]) { edges { node {
            code orderedAt shippedAt status isCounted shipMode
            customer { name } shipTo { city } shipFrom { city latitude }
            lines { position productCode product { name } amounts { quantity revenue profit discount } }
            totals { sales profit units lineCount }
        } } } }"#,
        json!({ "orders": { "edges": [
            { "node": {
                "code": "O1", "orderedAt": "2024-03-30T22:59:59.999+00:00", "shippedAt": "2024-04-01T22:59:59.999+00:00",
                "status": "completed", "isCounted": true, "shipMode": "Standard",
                "customer": { "name": "Ada" }, "shipTo": { "city": "Lyon" }, "shipFrom": { "city": "Paris", "latitude": 48.8566 },
                "lines": [
                    { "position": 1, "productCode": "chair", "product": { "name": "Oak Chair" },
                      "amounts": { "quantity": 2, "revenue": 100.1, "profit": 20.02, "discount": null } },
                    { "position": 2, "productCode": "pen", "product": { "name": "Blue Pen" },
                      "amounts": { "quantity": 10, "revenue": 5.5, "profit": 1.1, "discount": null } },
                ],
                "totals": { "sales": 105.6, "profit": 21.12, "units": 12, "lineCount": 2 },
            } },
            { "node": {
                "code": "O4", "orderedAt": "2024-04-10T10:00:00+00:00", "shippedAt": "2024-04-10T22:00:00+00:00",
                "status": "completed", "isCounted": true, "shipMode": "Express",
                "customer": null, "shipTo": { "city": "Lyon" }, "shipFrom": { "city": "Paris", "latitude": 48.8566 },
                "lines": [{ "position": 1, "productCode": "pen", "product": { "name": "Blue Pen" },
                    "amounts": { "quantity": 4, "revenue": 2.2, "profit": 0.44, "discount": null } }],
                "totals": { "sales": 2.2, "profit": 0.44, "units": 4, "lineCount": 1 },
            } },
            { "node": {
                "code": "O6", "orderedAt": "2024-04-20T08:00:00+00:00", "shippedAt": null,
                "status": "completed", "isCounted": true, "shipMode": null,
                "customer": { "name": "Cleo" }, "shipTo": { "city": "Springfield" }, "shipFrom": { "city": "Paris", "latitude": 48.8566 },
                "lines": [{ "position": 1, "productCode": "deleted", "product": null,
                    "amounts": { "quantity": 1, "revenue": 30, "profit": null, "discount": null } }],
                "totals": { "sales": 30, "profit": null, "units": 1, "lineCount": 1 },
            } },
            { "node": {
                "code": "O7", "orderedAt": "2024-04-21T08:00:00+00:00", "shippedAt": null,
                "status": "cancelled", "isCounted": false, "shipMode": "Standard",
                "customer": { "name": "Ben" }, "shipTo": { "city": "Lyon" }, "shipFrom": { "city": "Paris", "latitude": 48.8566 },
                "lines": [{ "position": 1, "productCode": "desk", "product": { "name": "Oak Desk" },
                    "amounts": { "quantity": 1, "revenue": 999, "profit": 99, "discount": null } }],
                "totals": { "sales": 999, "profit": 99, "units": 1, "lineCount": 1 },
            } },
        ] } }),
    )
    .await;
}

/// Ben's newest order is cancelled, the one before has no lines: orders all the same.
#[tokio::test]
async fn customers_have_orders_places_and_products() {
    assert_answer(
        "customer_out",
        r"{ customers { edges { node {
            orders(first: 2) { totalCount pageInfo { hasNextPage } edges { node { code } } }
            locations { totalCount edges { node { code } kpis { orderCount } } }
            mostBoughtProducts(first: 2) { totalCount edges { node { code } kpis { unitsSold totalSales } } }
        } } } }",
        json!({ "customers": { "edges": [
            { "node": {
                "orders": { "totalCount": 3, "pageInfo": { "hasNextPage": true }, "edges": nodes(&["O5", "O3"]) },
                "locations": { "totalCount": 1, "edges": [{ "node": { "code": "lyon" }, "kpis": { "orderCount": 2 } }] },
                "mostBoughtProducts": { "totalCount": 3, "edges": [
                    { "node": { "code": "pen" }, "kpis": { "unitsSold": 10, "totalSales": 5.5 } },
                    { "node": { "code": "chair" }, "kpis": { "unitsSold": 1, "totalSales": 50.05 } },
                ] },
            } },
            { "node": {
                "orders": { "totalCount": 4, "pageInfo": { "hasNextPage": true }, "edges": nodes(&["O7", "O9"]) },
                "locations": { "totalCount": 2, "edges": [
                    { "node": { "code": "lyon" }, "kpis": { "orderCount": 1 } },
                    { "node": { "code": "ohio" }, "kpis": { "orderCount": 1 } },
                ] },
                "mostBoughtProducts": { "totalCount": 2, "edges": [
                    { "node": { "code": "chair" }, "kpis": { "unitsSold": 2, "totalSales": 100.1 } },
                    { "node": { "code": "desk" }, "kpis": { "unitsSold": 2, "totalSales": 400 } },
                ] },
            } },
            { "node": {
                "orders": { "totalCount": 1, "pageInfo": { "hasNextPage": false }, "edges": nodes(&["O6"]) },
                "locations": { "totalCount": 1, "edges": [{ "node": { "code": "illinois" }, "kpis": { "orderCount": 1 } }] },
                "mostBoughtProducts": { "totalCount": 1, "edges": [
                    { "node": null, "kpis": { "unitsSold": 1, "totalSales": 30 } },
                ] },
            } },
        ] } }),
    )
    .await;
}

#[tokio::test]
async fn products_have_orders_customers_and_siblings() {
    assert_answer(
        "product_out",
        r#"{ products(sort: [{ field: CODE }]) { edges { node {
            orders { totalCount edges { node { code } } }
            of2024: orders(filter: { orderedAt: { gte: "2024-03-31T00:00:00Z" } }, sort: [{ field: CODE }], last: 1) { totalCount edges { node { code } } }
            customers { edges { node { code } kpis { totalSales } } }
            siblings { totalCount edges { node { code } } }
        } } } }"#,
        json!({ "products": { "edges": [
            { "node": {
                "orders": { "totalCount": 3, "edges": nodes(&["O5", "O2", "O1"]) },
                "of2024": { "totalCount": 1, "edges": nodes(&["O5"]) },
                "customers": { "edges": [
                    { "node": { "code": "ben" }, "kpis": { "totalSales": 100.1 } },
                    { "node": { "code": "ada" }, "kpis": { "totalSales": 50.05 } },
                ] },
                "siblings": { "totalCount": 1, "edges": nodes(&["desk"]) },
            } },
            { "node": {
                "orders": { "totalCount": 3, "edges": nodes(&["O7", "O3", "O8"]) },
                "of2024": { "totalCount": 2, "edges": nodes(&["O7"]) },
                "customers": { "edges": [
                    { "node": { "code": "ben" }, "kpis": { "totalSales": 400 } },
                    { "node": { "code": "ada" }, "kpis": { "totalSales": 200 } },
                ] },
                "siblings": { "totalCount": 1, "edges": nodes(&["chair"]) },
            } },
            { "node": {
                "orders": { "totalCount": 2, "edges": nodes(&["O4", "O1"]) },
                "of2024": { "totalCount": 1, "edges": nodes(&["O4"]) },
                "customers": { "edges": [{ "node": { "code": "ada" }, "kpis": { "totalSales": 5.5 } }] },
                "siblings": { "totalCount": 0, "edges": [] },
            } },
        ] } }),
    )
    .await;
}

#[tokio::test]
async fn locations_have_orders_customers_and_figures() {
    assert_answer(
        "location_out",
        r"{ locations(sort: [{ field: CODE }]) { edges { node { code
            orders(sort: [{ field: CODE }]) { edges { node { code } } }
            customers { edges { node { code } kpis { totalSales } } }
            kpis { totalSales orderCount averageBasket }
        } } } }",
        json!({ "locations": { "edges": [
            { "node": { "code": "illinois", "orders": { "edges": nodes(&["O6"]) },
                "customers": { "edges": [{ "node": { "code": "cleo" }, "kpis": { "totalSales": 30 } }] },
                "kpis": { "totalSales": 30, "orderCount": 1, "averageBasket": 30 } } },
            { "node": { "code": "lyon", "orders": { "edges": nodes(&["O1", "O3", "O4", "O7", "O8"]) },
                "customers": { "edges": [
                    { "node": { "code": "ben" }, "kpis": { "totalSales": 400 } },
                    { "node": { "code": "ada" }, "kpis": { "totalSales": 305.6 } },
                ] },
                "kpis": { "totalSales": 707.8, "orderCount": 4, "averageBasket": 176.95 } } },
            { "node": { "code": "ohio", "orders": { "edges": nodes(&["O2"]) },
                "customers": { "edges": [{ "node": { "code": "ben" }, "kpis": { "totalSales": 100.1 } }] },
                "kpis": { "totalSales": 100.1, "orderCount": 1, "averageBasket": 100.1 } } },
            { "node": { "code": "paris", "orders": { "edges": [] }, "customers": { "edges": [] },
                "kpis": { "totalSales": 0, "orderCount": 0, "averageBasket": null } } },
        ] } }),
    )
    .await;
}

/// Ada in April 2024: 200 − 50.05, against 105.60 in March.
#[tokio::test]
async fn a_nodes_figures_can_be_looked_into() {
    assert_answer(
        "node_figures",
        r#"{ customers(filter: { code: { eq: "ada" } }) { edges { node { kpis(filter: { period: { month: "2024-04" } }) {
            totalSales
            compareTo(baseline: { relative: PREVIOUS_PERIOD }) { kpis { totalSales } }
            breakdown(by: PRODUCT) { rows { key { value node { __typename ... on Product { name } } } kpis { totalSales } } }
        } } } } }"#,
        json!({ "customers": { "edges": [{ "node": { "kpis": {
            "totalSales": 149.95,
            "compareTo": { "kpis": { "totalSales": 105.6 } },
            "breakdown": { "rows": [
                { "key": [{ "value": "desk", "node": { "__typename": "Product", "name": "Oak Desk" } }], "kpis": { "totalSales": 200 } },
                { "key": [{ "value": "chair", "node": { "__typename": "Product", "name": "Oak Chair" } }], "kpis": { "totalSales": -50.05 } },
            ] },
        } } }] } }),
    )
    .await;
}

/// Every type's nodes come back by the ids that lists give, one by one and together.
#[tokio::test]
async fn nodes_come_back_by_id() {
    let shop = shop("by_id").await;
    for (list, one, code) in [
        ("orders", "order", "O1"),
        ("customers", "customer", "ada"),
        ("products", "product", "pen"),
        ("locations", "location", "lyon"),
    ] {
        let query = format!(
            "{{ list: {list}(filter: {{ code: {{ eq: \"{code}\" }} }}) {{ edges {{ node {{ id __typename }} }} }} }}"
        );
        let node = shop.data(&query).await["list"]["edges"][0]["node"].take();
        let id = &node["id"];
        let query = format!(
            "{{ one: {one}(id: {id}) {{ code }} node(id: {id}) {{ id __typename }} nodes(ids: [{id}, {id}]) {{ id }} }}"
        );
        let found = shop.data(&query).await;
        let expected =
            json!({ "one": { "code": code }, "node": node, "nodes": [{ "id": id }, { "id": id }] });
        assert_eq!(found, expected);
    }
}
