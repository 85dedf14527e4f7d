//! The GraphQL-over-HTTP draft: media types, statuses, methods, parameters.

use reqwest::{Method, StatusCode, header};
use salesgraph::http::{self, App, Hosts};
use serde_json::{Value, json};

use super::{NEW, OLD, Server, app, code, content_type};
use crate::{small_shop::small_shop, support::Served};

#[tokio::test]
async fn the_answer_is_labelled_as_the_client_asked() {
    let server = Server::of_the_tests().await;
    let hello = json!({ "query": "{ hello }" });
    for (accept, expected) in [(NEW, NEW), (OLD, OLD), ("*/*", OLD)] {
        let response = server
            .post(&hello)
            .header(header::ACCEPT, accept)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            content_type(&response),
            format!("{expected}; charset=utf-8")
        );
        assert_eq!(
            response.text().await.unwrap(),
            r#"{"data":{"hello":"hello"}}"#
        );
    }
    let response = server
        .post(&hello)
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
    assert_eq!(code(response).await, "NOT_ACCEPTABLE");
}

/// What was not run has no `data`, and the newer media type says so by status.
#[tokio::test]
async fn a_document_that_cannot_be_run_is_the_clients_error() {
    let server = Server::of_the_tests().await;
    for (body, expected) in [
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
        (
            json!({ "query": "{ nothing }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (json!({ "query": "{ whole }" }), "GRAPHQL_VALIDATION_FAILED"),
        (
            json!({ "query": "query A { hello } query B { hello }" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query A { hello }", "operationName": "B" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        for (accept, status) in [(NEW, StatusCode::BAD_REQUEST), (OLD, StatusCode::OK)] {
            let response = server
                .post(&body)
                .header(header::ACCEPT, accept)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), status, "{body}");
            let answer: Value = response.json().await.unwrap();
            assert_eq!(
                answer["errors"][0]["extensions"]["code"], expected,
                "{answer}"
            );
            assert!(answer.get("data").is_none(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_field_that_fails_leaves_a_well_formed_answer() {
    let server = Server::of_the_tests().await;
    for query in ["{ fails hello }", "{ failsAll }"] {
        let request = server
            .post(&json!({ "query": query }))
            .header(header::ACCEPT, NEW);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let answer: Value = response.json().await.unwrap();
        assert!(answer.get("data").is_some(), "{answer}");
        assert_eq!(answer["errors"][0]["message"], "no luck");
    }
}

#[tokio::test]
async fn bad_parameters_are_a_bad_request_for_every_client() {
    let server = Server::of_the_tests().await;
    for body in [
        "",
        "{",
        "7",
        "null",
        r#"[{ "query": "{ hello }" }]"#,
        "{}",
        r#"{ "query": null }"#,
        r#"{ "query": 7 }"#,
        r#"{ "query": ["{ hello }"] }"#,
        r#"{ "query": "{ hello }", "operationName": 7 }"#,
        r#"{ "query": "{ hello }", "operationName": {} }"#,
        r#"{ "query": "{ hello }", "variables": 7 }"#,
        r#"{ "query": "{ hello }", "variables": [] }"#,
        r#"{ "query": "{ hello }", "variables": "{}" }"#,
        r#"{ "query": "{ hello }", "extensions": true }"#,
    ] {
        for accept in [NEW, OLD] {
            let response = server
                .post_text(body)
                .header(header::ACCEPT, accept)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
            assert!(content_type(&response).starts_with(accept));
            assert_eq!(code(response).await, "BAD_REQUEST", "{body}");
        }
    }
}

#[tokio::test]
async fn parameters_that_are_null_are_not_there() {
    let server = Server::of_the_tests().await;
    let body = json!({ "query": "{ hello }", "operationName": null, "variables": null, "extensions": null });
    let answer = server
        .post(&body)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(answer, r#"{"data":{"hello":"hello"}}"#);
}

#[tokio::test]
async fn a_body_must_say_that_it_is_json() {
    let server = Server::of_the_tests().await;
    let url = format!("{}/graphql", server.url);
    let body = r#"{ "query": "{ hello }" }"#;
    for content_type in [
        "text/plain",
        "application/graphql",
        "application/json; charset=utf-16",
    ] {
        let request = server
            .client
            .post(&url)
            .header(header::CONTENT_TYPE, content_type);
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(code(response).await, "UNSUPPORTED_MEDIA_TYPE");
    }
    let response = server.client.post(&url).body(body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn queries_go_by_get_too() {
    let server = Server::of_the_tests().await;
    let path = "/graphql?query=query%20Q($n:Int!)%7Bwhole(number:$n)%7D&operationName=Q&variables=%7B%22n%22:7%7D";
    let response = server.get(path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.text().await.unwrap(), r#"{"data":{"whole":7}}"#);
    for path in [
        "/graphql",
        "/graphql?variables=%7B%7D",
        "/graphql?query=%7Bhello%7D&variables=7",
        "/graphql?query=%7Bhello%7D&variables=%7B",
        "/graphql?query=%7Bhello%7D&query=%7Bhello%7D",
    ] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(code(response).await, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn mutations_go_by_post_only() {
    let server = Server::of_the_tests().await;
    let document = "query A{hello} mutation B{touch}";
    let get = |name: &str| server.get(&format!("/graphql?query={document}&operationName={name}"));
    assert_eq!(get("A").send().await.unwrap().status(), StatusCode::OK);
    let response = get("B").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST");
    assert_eq!(code(response).await, "METHOD_NOT_ALLOWED");
    let post = server.post(&json!({ "query": document, "operationName": "B" }));
    assert_eq!(
        post.send().await.unwrap().text().await.unwrap(),
        r#"{"data":{"touch":true}}"#
    );
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let server = Server::of_the_tests().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let response = server
            .client
            .request(method, format!("{}/graphql", server.url))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "GET, POST");
        assert_eq!(code(response).await, "METHOD_NOT_ALLOWED");
    }
}

/// Where one field fails, the others answer: `orders` is null and stands where it was asked
/// for. Fields come in the order of the query, whichever was done first.
#[tokio::test]
async fn a_field_that_failed_is_null_and_keys_keep_their_order() {
    let served = Served::start(small_shop("nulls").await);
    for head in ["", "query", "query Named"] {
        let fields = "{ shop { name } orders(first: 0) { totalCount } kpis { orderCount } }";
        let query = format!("{head} {fields}");
        let answer = served.text(&query).await;
        let data = r#""data":{"shop":{"name":"Small Shop"},"orders":null,"kpis":{"orderCount":7}}"#;
        assert!(answer.contains(data), "{answer}");
    }
}

/// A page of another site can have a browser send a query, and its own name point here.
#[tokio::test]
async fn pages_of_others_get_nothing() {
    let server = Server::start(http::router(App {
        hosts: Hosts::listening_on(([127, 0, 0, 1], 8080).into(), &[]),
        ..app()
    }))
    .await;
    let hello = json!({ "query": "{ hello }" });
    for (name, value, status, expected) in [
        (
            "sec-fetch-site",
            "cross-site",
            StatusCode::FORBIDDEN,
            "CROSS_SITE_REQUEST",
        ),
        (
            "host",
            "evil.example",
            StatusCode::MISDIRECTED_REQUEST,
            "HOST_NOT_ALLOWED",
        ),
    ] {
        let response = server
            .post(&hello)
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(code(response).await, expected);
    }
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("host", "localhost:8080"),
    ] {
        let response = server
            .post(&hello)
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()[header::REFERRER_POLICY], "same-origin");
    }
}
