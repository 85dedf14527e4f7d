//! Keys over sockets and as events, and what becomes of those when a key ends.

use reqwest::{Client, Response, StatusCode, header};
use serde_json::{Value, json};

use super::keys::Shop;
use crate::support::{Heard, Socket};

const LIVE: &str = "subscription { kpis { orderCount } }";

/// Subscribes by events, with a key or without.
async fn events(shop: &Shop, key: Option<&str>) -> Response {
    let request = Client::new()
        .post(format!("{}/graphql", shop.url))
        .header(header::ACCEPT, "text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .body(json!({ "query": LIVE }).to_string());
    let request = match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_key_opens_a_socket_by_its_payload_or_the_handshake() {
    let shop = Shop::start("socket_keys").await;
    let key = shop.key(&["socket"]);
    shop.answers(&key, StatusCode::OK).await;
    let bearer = format!("Bearer {key}");
    let cookie = format!("salesgraph={key}");
    let by_payload = [
        json!({ "Authorization": &bearer }),
        json!({ "authorization": &bearer, "theme": "dark" }),
        json!({ "x-api-key": &key }),
    ];
    for payload in by_payload {
        Socket::ready(&shop.url, payload).await;
    }
    for header in [
        ("authorization", bearer.as_str()),
        ("x-api-key", &key),
        ("cookie", &cookie),
    ] {
        let mut socket = Socket::open(&shop.url, &[header]).await.unwrap();
        socket.init(json!(null)).await;
        assert_eq!(socket.message().await["type"], "connection_ack");
    }
    for payload in [json!({}), json!({ "authorization": "Bearer sg_guessed" })] {
        let mut socket = Socket::open(&shop.url, &[]).await.unwrap();
        socket.init(payload).await;
        assert_eq!(socket.closed().await, 4403);
    }
}

#[tokio::test]
async fn sockets_and_events_end_with_their_key() {
    let shop = Shop::start("socket_revoked").await;
    let key = shop.key(&["ending"]);
    shop.answers(&key, StatusCode::OK).await;
    let mut socket = Socket::ready(&shop.url, json!({ "x-api-key": &key })).await;
    socket.subscribe("1", LIVE).await;
    let first = socket.message().await;
    assert_eq!(first["payload"]["data"]["kpis"]["orderCount"], 0, "{first}");
    let mut events = events(&shop, Some(&key)).await;
    assert_eq!(events.status(), StatusCode::OK);
    events.chunk().await.unwrap();

    assert!(shop.keys(&["revoke", "ending"]).status.success());
    let (code, reason) = loop {
        if let Heard::Close(code, reason) = socket.hear().await {
            break (code, reason);
        }
    };
    assert_eq!(code, 4401, "{reason}");
    let rest = events.text().await.unwrap();
    let last = rest.lines().rev().find(|it| it.contains("errors")).unwrap();
    let last: Value = serde_json::from_str(last.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(last["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert!(rest.contains("event: complete"), "{rest}");
}

#[tokio::test]
async fn a_stranger_gets_no_events() {
    let shop = Shop::start("socket_stranger").await;
    shop.answers("sg_guessed", StatusCode::UNAUTHORIZED).await;
    let events = events(&shop, None).await;
    assert_eq!(events.status(), StatusCode::UNAUTHORIZED);
}
