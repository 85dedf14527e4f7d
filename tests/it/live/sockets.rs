//! Over a socket of a server, in memory.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::order_again;
use crate::{
    small_shop::small_shop,
    support::{Served, Socket},
};

/// Everything below `kpis` that a query has.
const FIGURES: &str = r#"kpis(filter: { shipMode: { eq: "Express" } }) {
    orderCount totalSales unitsSold
    breakdown(by: [CATEGORY], first: 1) { rows { key { label } share kpis { totalSales } } others { share } }
    timeSeries(grain: MONTH) { label kpis { orderCount } }
}"#;

fn subscription() -> String {
    let live = FIGURES.replacen("} })", "} }, minInterval: 100)", 1);
    format!("subscription {{ {live} }}")
}

fn instant(text: &Value) -> DateTime<Utc> {
    text.as_str().unwrap().parse().unwrap()
}

/// The figures of the next answer to an operation, and as of when they are.
async fn figures(socket: &mut Socket, id: &str) -> (Value, DateTime<Utc>) {
    let mut message = socket.message().await;
    assert_eq!(message["type"], "next", "{message}");
    assert_eq!(message["id"], id, "{message}");
    let payload = message["payload"].take();
    assert!(payload.get("errors").is_none(), "{payload}");
    let as_of = instant(&payload["extensions"]["asOf"]);
    (payload["data"].clone(), as_of)
}

#[tokio::test]
async fn each_answer_is_what_a_query_gives_and_another_than_the_last() {
    let store = small_shop("live_answers").await;
    let server = Served::in_memory(store.clone());
    let mut socket = Socket::ready(server.url(), json!({})).await;
    socket.subscribe("1", &subscription()).await;
    let (mut last, mut last_as_of) = figures(&mut socket, "1").await;
    assert_eq!(last["kpis"]["orderCount"], 2);
    for n in 0..10 {
        // The first of them is not under the filter, and tells nobody anything.
        order_again(&store, "O1", &format!("outside{n}")).await;
        order_again(&store, "O4", &format!("inside{n}")).await;
        let (now, as_of) = figures(&mut socket, "1").await;
        assert_ne!(now, last);
        assert_eq!(now["kpis"]["orderCount"], 3 + n, "nothing between");
        assert!(as_of > last_as_of, "{as_of} after {last_as_of}");
        let query = format!("{{ {FIGURES} shop {{ freshness {{ asOf }} }} }}");
        let mut asked = server.data(&query).await;
        let asked_as_of = asked["shop"]["freshness"]["asOf"].take();
        assert!(instant(&asked_as_of) >= as_of);
        assert_eq!(now["kpis"], asked["kpis"]);
        (last, last_as_of) = (now, as_of);
    }
}

#[tokio::test]
async fn who_comes_later_is_told_at_once_and_who_leaves_no_more() {
    let store = small_shop("live_joins").await;
    let server = Served::in_memory(store.clone());
    let query = "subscription Q($every: Int!) { kpis(minInterval: $every) { orderCount } }";
    let subscribe = |id: &str, every: u32| {
        json!({ "id": id, "type": "subscribe", "payload": {
            "query": query, "variables": { "every": every }
        } })
    };
    let mut socket = Socket::ready(server.url(), json!({})).await;
    socket.say(subscribe("slow", 3_600_000)).await;
    let (first, _) = figures(&mut socket, "slow").await;
    assert_eq!(first["kpis"]["orderCount"], 7);
    socket.say(subscribe("quick", 100)).await;
    figures(&mut socket, "quick").await;
    order_again(&store, "O1", "new").await;
    // Within the hour that the other one waits.
    let (now, _) = figures(&mut socket, "quick").await;
    assert_eq!(now["kpis"]["orderCount"], 8);
    socket
        .say(json!({ "id": "quick", "type": "complete" }))
        .await;
    // The same as the slow one asks; its last answer is too old for who comes now.
    socket.say(subscribe("late", 3_600_000)).await;
    let mut told = Vec::new();
    for _ in 0..2 {
        let message = socket.message().await;
        let count = message["payload"]["data"]["kpis"]["orderCount"].as_i64();
        told.push((message["id"].as_str().unwrap().to_owned(), count));
    }
    told.sort();
    let eight = Some(8);
    assert_eq!(told, [("late".into(), eight), ("slow".into(), eight)]);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let store = small_shop("live_refused").await;
    let server = Served::in_memory(store);
    let mut socket = Socket::ready(server.url(), json!({})).await;
    for (query, code) in [
        (
            "subscription { kpis { nothing } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription { shop { name } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { kpis { orderCount } more: kpis { orderCount } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription { kpis(minInterval: 99) { orderCount } }",
            "BAD_USER_INPUT",
        ),
        (
            r#"subscription { kpis(filter: { period: { month: "2024-13" } }) { orderCount } }"#,
            "BAD_USER_INPUT",
        ),
    ] {
        socket.subscribe("1", query).await;
        let message = socket.message().await;
        let errors = match message["type"].as_str().unwrap() {
            "error" => &message["payload"],
            _ => &message["payload"]["errors"],
        };
        assert_eq!(errors[0]["extensions"]["code"], code, "{query}: {message}");
        socket.say(json!({ "id": "1", "type": "complete" })).await;
    }
}
