//! One request is answered by one engine, as of one instant, or refused.

use std::time::Duration;

use bson::{Document, doc};
use salesgraph::engine::Choice;

use crate::{
    failures::{LEISURE, failing_store},
    small_shop::small_shop,
    support::{Shop, caught_up, replica, soon},
};

/// By all dimensions at once there may be more groups than memory can number: MongoDB would
/// count them of another instant than the rest of the request.
#[tokio::test]
async fn what_memory_cannot_number_is_refused_rather_than_mixed() {
    let store = small_shop("all_dimensions").await;
    let orders = (0..300).map(|at| {
        doc! {
            "_id": format!("many{at}"), "orderedAt": bson::DateTime::from_millis(1_700_000_000_000),
            "status": format!("s{at}"), "shipMode": format!("m{at}"),
            "customerId": format!("c{at}"), "shipToId": format!("l{at}"),
            "lines": [{ "productId": format!("p{at}"), "quantity": 1, "revenue": 1 }],
        }
    });
    let places = (0..300).map(|at| {
        let part = format!("{at}");
        doc! { "_id": format!("l{at}"), "country": &part, "region": &part, "state": &part, "city": &part }
    });
    let collection = |name| store.database().collection::<Document>(name);
    collection("orders").insert_many(orders).await.unwrap();
    collection("locations").insert_many(places).await.unwrap();
    let replica = replica(&store);
    caught_up(&replica).await;
    let query = "{ kpis { orderCount breakdown(by: [PRODUCT, CUSTOMER, LOCATION, REGION, COUNTRY, \
                 STATE, CITY, SHIP_MODE, STATUS], first: 1) { groupCount } } }";
    for choice in [Choice::Auto(replica.clone()), Choice::Memory(replica)] {
        let shop = Shop::counted_by(choice, store.clone());
        let response = shop.execute(query).await;
        let answer = serde_json::to_value(&response).unwrap();
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{answer}");
        assert!(
            answer["extensions"]["engine"]["mongo"].is_null(),
            "{answer}"
        );
    }
}

/// Before it is through, `MongoDB` would read the whole shop for one request.
#[tokio::test]
async fn a_load_into_memory_that_has_begun_is_waited_for() {
    let slow = doc! { "failCommands": ["find"], "blockConnection": true, "blockTimeMS": 1_000 };
    let once = doc! { "times": 1 };
    let (store, asked, _alone) = failing_store("waited_for", once, slow, LEISURE).await;
    let replica = replica(&store);
    let begun = async {
        while asked.count("find") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(begun).await;
    let shop = Shop::counted_by(Choice::Auto(replica), store);
    let response = shop.execute("{ kpis { orderCount } }").await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let engines = response.extensions["engine"].clone().into_json().unwrap();
    assert_eq!(engines["memory"]["passes"], 1, "{engines}");
    assert_eq!(engines.get("mongo"), None, "{engines}");
}
