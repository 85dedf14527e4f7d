//! Rows that an identity may see.

use std::sync::Arc;

use bson::{DateTime, Document, doc};
use salesgraph::{auth::Scope, kpi::Vocabulary};
use serde_json::{Value, json};

use crate::support::{Shop, fresh_store};

/// A record that names no line is seen with an order of which some line is.
#[tokio::test]
async fn a_return_of_no_line_is_seen_with_its_order() {
    let at = DateTime::parse_rfc3339_str("2024-03-10T12:00:00Z").unwrap();
    let order = |id: &str, lines: Vec<Document>, amount: i32| {
        let stray = doc! { "returnedAt": at, "line": 7, "amount": amount };
        doc! { "_id": id, "orderedAt": at, "status": "completed", "lines": lines, "returns": [stray] }
    };
    let line = |product: &str| doc! { "productId": product, "quantity": 1, "revenue": 100 };
    let unnamed = doc! { "quantity": 1, "revenue": 30 };
    let store = fresh_store("rows").await;
    let orders = store.database().collection::<Document>("orders");
    let all = [
        order("O1", vec![line("hidden")], 1),
        order("O2", vec![line("hidden"), line("seen")], 2),
        order("O3", vec![line("hidden"), unnamed], 4),
    ];
    orders.insert_many(all).await.unwrap();
    let shops = [
        Shop::over(store.clone()),
        Shop::in_memory(store.clone()).await,
    ];
    let all_but = "[rows]\nproduct = { not = [\"hidden\"] }";
    let only = "[rows]\nproduct = [\"seen\"]";
    for (scope, figures) in [
        (all_but, json!({ "grossSales": 130, "returns": 6 })),
        // Of no product is not of this one.
        (only, json!({ "grossSales": 100, "returns": 0 })),
    ] {
        let rows = Arc::new(Scope::from_toml(scope, Vocabulary::built_in()).unwrap());
        for clock in ["RETURN_DAY", "ORDER_DAY"] {
            let query =
                format!("{{ kpis(filter: {{ returnsOn: {clock} }}) {{ grossSales returns }} }}");
            for shop in &shops {
                let answer = shop.execute_as(&rows, &query).await;
                assert!(answer.errors.is_empty(), "{query}: {:?}", answer.errors);
                let data: Value = answer.data.into_json().unwrap();
                let expected = json!({ "kpis": figures });
                assert_eq!(text(&data), text(&expected), "{scope} {clock}");
            }
        }
    }
}

/// 130 and 130.0 are one number.
fn text(value: &Value) -> String {
    value.to_string().replace(".0", "")
}
