//! `graphql-sse`: a connection for each operation.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, header};
use salesgraph::http::{self, App, Connections};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot};

use super::{NEW, OLD, Server, app, code, content_type};

const EVENTS: &str = "text/event-stream";

fn accepting(request: RequestBuilder, media: &str) -> RequestBuilder {
    request.header(header::ACCEPT, media)
}

#[tokio::test]
async fn answers_come_as_events_until_there_are_no_more() {
    let server = Server::of_the_tests().await;
    let counts = "subscription { counts(to: 2) }";
    let by_post = server.post(&json!({ "query": counts }));
    // As the browser's own `EventSource` asks.
    let by_get = server.get(&format!("/graphql?query={}", counts.replace(' ', "%20")));
    for request in [by_post, by_get] {
        let response = accepting(request, EVENTS).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(content_type(&response), EVENTS);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(
            response.text().await.unwrap(),
            "event: next\ndata: {\"data\":{\"counts\":1}}\n\n\
             event: next\ndata: {\"data\":{\"counts\":2}}\n\n\
             event: complete\ndata: \ndata: \n\n"
        );
    }
}

#[tokio::test]
async fn the_operation_decides_where_the_client_reads_both() {
    let server = Server::of_the_tests().await;
    let both = format!("{NEW}, {OLD}, {EVENTS}");
    for (query, media) in [
        ("subscription { counts(to: 1) }", EVENTS),
        (
            "{ hello }",
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let request = accepting(server.post(&json!({ "query": query })), &both);
        let response = request.send().await.unwrap();
        assert_eq!(content_type(&response), media, "{query}");
    }
    // What is named to be left out is not read.
    let mixed = accepting(
        server.post(&json!({ "query": "subscription { lasts }" })),
        &format!("{OLD}, {EVENTS};q=0"),
    );
    assert_eq!(code(mixed.send().await.unwrap()).await, "NOT_ACCEPTABLE");
    let only = accepting(server.post(&json!({ "query": "{ hello }" })), EVENTS);
    assert_eq!(
        only.send().await.unwrap().text().await.unwrap(),
        "event: next\ndata: {\"data\":{\"hello\":\"hello\"}}\n\n\
         event: complete\ndata: \ndata: \n\n"
    );
    // Who reads no events learns how to.
    let neither = accepting(
        server.post(&json!({ "query": "subscription { lasts }" })),
        NEW,
    );
    let response = neither.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(code(response).await, "NOT_ACCEPTABLE");
}

#[tokio::test]
async fn what_is_refused_is_an_event_too() {
    let server = Server::of_the_tests().await;
    for (query, code) in [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { lasts", "GRAPHQL_PARSE_FAILED"),
    ] {
        let request = accepting(server.post(&json!({ "query": query })), EVENTS);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let text = response.text().await.unwrap();
        assert!(
            text.starts_with("event: next\ndata: {\"data\":null,\"errors\""),
            "{text}"
        );
        assert!(text.contains(code), "{text}");
        assert!(
            text.ends_with("\n\nevent: complete\ndata: \ndata: \n\n"),
            "{text}"
        );
    }
    // By GET, no page of another site may ask, and nobody may change anything.
    let other = accepting(server.get("/graphql?query={hello}"), EVENTS);
    let other = other.header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(other.unwrap().status(), StatusCode::FORBIDDEN);
    let touch = accepting(server.get("/graphql?query=mutation{touch}"), EVENTS);
    let status = touch.send().await.unwrap().status();
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_server_that_stops_ends_events_without_saying_that_they_are_complete() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(http::serve(
        listener,
        http::router(App { ..app() }),
        Connections::DEFAULT,
        async { drop(stopped.await) },
        Duration::from_secs(30),
    ));
    let request = reqwest::Client::new()
        .post(format!("{url}/graphql"))
        .header(header::CONTENT_TYPE, OLD)
        .body(json!({ "query": "subscription { lasts }" }).to_string());
    let mut response = accepting(request, EVENTS).send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert_eq!(
        first,
        "event: next\ndata: {\"data\":{\"lasts\":\"hello\"}}\n\n"
    );
    drop(stop);
    assert_eq!(response.chunk().await.unwrap(), None);
    serving.await.unwrap();
}
