//! `graphql-transport-ws`, down to its close codes.

use std::time::Duration;

use futures::StreamExt;
use reqwest::StatusCode;
use salesgraph::http::{self, App, Hosts, Sockets};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use super::{Server, app};
use crate::support::{Heard, Socket, soon};

/// A server with these bounds.
pub(super) async fn server(sockets: Sockets) -> Server {
    Server::start(http::router(App { sockets, ..app() })).await
}

pub(super) async fn ready(server: &Server) -> Socket {
    Socket::ready(&server.url, json!({})).await
}

/// Asks until there is room for one operation more.
pub(super) async fn gets_a_place(socket: &mut Socket) {
    soon(async {
        loop {
            socket.subscribe("1", "{ hello }").await;
            if socket.message().await["type"] == "next" {
                break;
            }
        }
    })
    .await;
}

/// An answer.
fn next(id: &str, data: impl Into<Value>) -> Value {
    let data = data.into();
    json!({ "id": id, "type": "next", "payload": { "data": data } })
}

#[tokio::test]
async fn operations_run_side_by_side_until_they_are_done() {
    let server = server(Sockets::DEFAULT).await;
    let mut socket = ready(&server).await;
    socket.subscribe("a", "subscription { lasts }").await;
    assert_eq!(
        socket.message().await,
        next("a", json!({ "lasts": "hello" }))
    );
    socket
        .subscribe("b", "subscription { counts(to: 2) }")
        .await;
    assert_eq!(socket.message().await, next("b", json!({ "counts": 1 })));
    assert_eq!(socket.message().await, next("b", json!({ "counts": 2 })));
    assert_eq!(
        socket.message().await,
        json!({ "id": "b", "type": "complete" })
    );
    // Queries and mutations have one answer.
    for (query, data) in [
        ("{ hello }", json!({ "hello": "hello" })),
        ("mutation { touch }", json!({ "touch": true })),
    ] {
        socket.subscribe("b", query).await;
        assert_eq!(socket.message().await, next("b", data));
        assert_eq!(socket.message().await["type"], "complete");
    }
    // An id is free again once the client has had enough of its operation.
    socket.say(json!({ "id": "a", "type": "complete" })).await;
    socket.subscribe("a", "{ hello }").await;
    assert_eq!(
        socket.message().await,
        next("a", json!({ "hello": "hello" }))
    );
}

#[tokio::test]
async fn variables_and_operation_names_count() {
    let server = server(Sockets::DEFAULT).await;
    let mut socket = ready(&server).await;
    socket
        .say(json!({ "id": "1", "type": "subscribe", "payload": {
            "query": "query A { hello } query B($n: Exact!) { echo(number: $n) }",
            "operationName": "B",
            "variables": { "n": 1.25 },
        } }))
        .await;
    assert_eq!(socket.message().await, next("1", json!({ "echo": 1.25 })));
}

#[tokio::test]
async fn what_is_refused_ends_that_operation_alone() {
    let server = server(Sockets {
        operations_each: 1,
        ..Sockets::DEFAULT
    })
    .await;
    let mut socket = ready(&server).await;
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("{ hello @later }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        socket.subscribe("1", query).await;
        let message = socket.message().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(
            message["payload"][0]["extensions"]["code"], code,
            "{message}"
        );
    }
    socket.subscribe("1", "subscription { lasts }").await;
    assert_eq!(socket.message().await["type"], "next");
    socket.subscribe("2", "{ hello }").await;
    let message = socket.message().await;
    assert_eq!(message["id"], "2");
    let code = &message["payload"][0]["extensions"]["code"];
    assert_eq!(code, "TOO_MANY_SUBSCRIPTIONS");
}

#[tokio::test]
async fn operations_are_bounded_over_all_sockets() {
    let server = server(Sockets {
        operations: 1,
        ..Sockets::DEFAULT
    })
    .await;
    let (mut one, mut other) = (ready(&server).await, ready(&server).await);
    one.subscribe("1", "subscription { lasts }").await;
    assert_eq!(one.message().await["type"], "next");
    other.subscribe("1", "{ hello }").await;
    let message = other.message().await;
    let code = &message["payload"][0]["extensions"]["code"];
    assert_eq!(code, "TOO_MANY_SUBSCRIPTIONS");
    // Each has its place until it ends.
    drop(one);
    gets_a_place(&mut other).await;
}

#[tokio::test]
async fn pings_are_answered_with_what_they_hold() {
    let server = server(Sockets::DEFAULT).await;
    let mut socket = Socket::open(&server.url, &[]).await.unwrap();
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.message().await, json!({ "type": "pong" }));
    socket
        .say(json!({ "type": "ping", "payload": { "n": 1 } }))
        .await;
    let pong = json!({ "type": "pong", "payload": { "n": 1 } });
    assert_eq!(socket.message().await, pong);
    socket.say(json!({ "type": "pong" })).await;
    socket.init(json!(null)).await;
    assert_eq!(socket.message().await["type"], "connection_ack");
}

#[tokio::test]
async fn what_is_against_the_protocol_ends_the_socket() {
    let server = server(Sockets::DEFAULT).await;
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": {
        "query": "subscription { lasts }"
    } });
    let init = json!({ "type": "connection_init" });
    for (said, code, reason) in [
        (vec![subscribe.clone()], 4401, "Unauthorized"),
        (
            vec![init.clone(), init.clone()],
            4429,
            "Too many initialisation requests",
        ),
        (
            vec![init.clone(), subscribe.clone(), subscribe],
            4409,
            "Subscriber for 1 already exists",
        ),
        (vec![json!({ "type": "start" })], 4400, "of this `type`"),
        (vec![json!([])], 4400, "a JSON object"),
        (
            vec![init.clone(), json!({ "type": "subscribe", "id": "1" })],
            4400,
            "must be a JSON object with a `query`",
        ),
        (
            vec![init, json!({ "type": "complete" })],
            4400,
            "has no `id`",
        ),
    ] {
        let mut socket = Socket::open(&server.url, &[]).await.unwrap();
        for message in &said {
            socket.say(message.clone()).await;
        }
        let (closed, why) = loop {
            if let Heard::Close(code, reason) = socket.hear().await {
                break (code, reason);
            }
        };
        assert_eq!(closed, code, "{said:?}: {why}");
        assert!(why.contains(reason), "{said:?}: {why}");
    }
    let mut socket = ready(&server).await;
    socket.say_text("{ \"type\"").await;
    assert_eq!(socket.closed().await, 4400);
    let mut socket = ready(&server).await;
    socket.say_text(&" ".repeat(300_000)).await;
    let told = "the message is too long: at most 262144 bytes are allowed";
    assert_eq!(socket.hear().await, Heard::Close(1009, told.into()));
}

#[tokio::test]
async fn a_socket_that_is_not_initialised_in_time_ends() {
    let server = server(Sockets {
        init: Duration::from_millis(50),
        ..Sockets::DEFAULT
    })
    .await;
    let mut socket = Socket::open(&server.url, &[]).await.unwrap();
    assert_eq!(socket.closed().await, 4408);
}

#[tokio::test]
async fn a_client_that_speaks_no_protocol_that_is_known_is_told_so() {
    let server = server(Sockets::DEFAULT).await;
    let url = format!("{}/graphql", server.url.replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(url).await.unwrap();
    match socket.next().await {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(u16::from(frame.code), 4406),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_answer_has_to_come_in_time() {
    let server = Server::start(http::router(App {
        request_timeout: Duration::from_millis(100),
        ..app()
    }))
    .await;
    let mut socket = ready(&server).await;
    for query in ["subscription { waits }", "{ waits(millis: 60000) }"] {
        socket.subscribe("1", query).await;
        let message = socket.message().await;
        let code = &message["payload"][0]["extensions"]["code"];
        assert_eq!(code, "REQUEST_TIMEOUT", "{message}");
    }
}

#[tokio::test]
async fn there_is_room_for_so_many_sockets() {
    let server = server(Sockets {
        most: 1,
        ..Sockets::DEFAULT
    })
    .await;
    let first = ready(&server).await;
    let second = Socket::open(&server.url, &[]).await;
    assert_eq!(second.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(server.query("{ hello }").await.contains("hello"));
    drop(first);
    soon(async { while Socket::open(&server.url, &[]).await.is_err() {} }).await;
}

#[tokio::test]
async fn pages_of_other_sites_and_foreign_names_open_no_socket() {
    let server = Server::start(http::router(App {
        hosts: Hosts::Only(vec!["shop.example".into()]),
        ..app()
    }))
    .await;
    let open =
        async |headers: &[(&'static str, &str)]| Socket::open(&server.url, headers).await.map(drop);
    let ours = server.url.as_str();
    for (headers, expected) in [
        (vec![], Ok(())),
        (vec![("origin", ours)], Ok(())),
        (
            vec![("origin", "https://evil.example")],
            Err(StatusCode::FORBIDDEN),
        ),
        (vec![("origin", "null")], Err(StatusCode::FORBIDDEN)),
        (
            vec![("sec-fetch-site", "cross-site"), ("origin", ours)],
            Err(StatusCode::FORBIDDEN),
        ),
        // A proxy may have given the server another name than the browser knows.
        (
            vec![
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://shop.example"),
            ],
            Ok(()),
        ),
        (
            vec![("host", "evil.example")],
            Err(StatusCode::MISDIRECTED_REQUEST),
        ),
    ] {
        assert_eq!(open(&headers).await, expected, "{headers:?}");
    }
}
