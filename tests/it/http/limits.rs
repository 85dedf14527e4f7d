//! Requests that cost more than they look.

use std::{fmt::Write as _, time::Instant};

use reqwest::{StatusCode, header};
use salesgraph::guard::Limits;
use serde_json::json;

use super::{NEW, OLD, Server, code};

#[tokio::test]
async fn costly_documents_are_refused_at_once_and_the_server_lives() {
    let server = Server::of_the_tests().await;
    let mut doubling = String::from("{...F0}");
    for level in 0..22 {
        write!(
            doubling,
            "fragment F{level} on Query{{...F{0} ...F{0}}}",
            level + 1
        )
        .unwrap();
    }
    doubling.push_str("fragment F22 on Query{__typename}");
    let aliases = (0..3_000).fold(String::new(), |all, n| all + &format!("a{n}:__typename "));
    let circles = "fields{type{".repeat(8) + "name" + &"}}".repeat(8);
    for (query, expected) in [
        (doubling, "QUERY_TOO_COMPLEX"),
        (
            format!("{{echo(number:{}", "[".repeat(5_000)),
            "QUERY_TOO_DEEP",
        ),
        (format!("{{{aliases}}}"), "QUERY_TOO_COMPLEX"),
        (
            format!("{{__schema{{types{{{circles}}}}}}}"),
            "QUERY_TOO_DEEP",
        ),
        (
            format!("{{{}hello{}}}", "inner{".repeat(40), "}".repeat(40)),
            "QUERY_TOO_DEEP",
        ),
        ("hello ".repeat(20_000), "QUERY_TOO_LARGE"),
    ] {
        let start = Instant::now();
        for (accept, status) in [(NEW, StatusCode::BAD_REQUEST), (OLD, StatusCode::OK)] {
            let request = server
                .post(&json!({ "query": query }))
                .header(header::ACCEPT, accept);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(code(response).await, expected);
        }
        assert!(start.elapsed().as_millis() < 1_000, "{expected}");
    }
    assert!(server.query("{ hello }").await.contains("hello"));
}

#[tokio::test]
async fn deep_variables_are_refused() {
    let server = Server::of_the_tests().await;
    for levels in [20, 100_000] {
        let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let body = format!(r#"{{ "query": "{{ hello }}", "variables": {{ "v": {nested} }} }}"#);
        let response = server
            .post_text(body)
            .header(header::ACCEPT, NEW)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn long_bodies_are_refused_before_they_are_read() {
    let server = Server::of_the_tests().await;
    let response = server
        .post_text(" ".repeat(Limits::DEFAULT.bytes + 1))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(code(response).await, "QUERY_TOO_LARGE");
}

/// The deepest query that the guard lets through must run on the stack that a
/// worker of the runtime has.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_deepest_query_runs() {
    let server = Server::of_the_tests().await;
    let levels = Limits::DEFAULT.depth - 1;
    let query = format!("{{{}hello{}}}", "inner{".repeat(levels), "}".repeat(levels));
    let answer = server.query(&query).await;
    assert!(answer.starts_with(r#"{"data":{"inner":"#), "{answer}");
}

#[tokio::test]
async fn a_document_that_is_wrong_everywhere_gets_a_short_answer() {
    let server = Server::of_the_tests().await;
    let wrong = (0..3_000).fold(String::new(), |all, n| all + &format!("nothing{n} "));
    let answer = server.query(&format!("{{{wrong}}}")).await;
    assert!(answer.len() < 10_000, "{} bytes", answer.len());
}
