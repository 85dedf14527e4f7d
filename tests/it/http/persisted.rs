//! Documents that go by an id, over every way that a request can come.

use reqwest::{Response, StatusCode, header};
use salesgraph::{
    guard::{Limits, Persisted},
    http::{self, App},
};
use serde_json::{Value, json};

use super::{NEW, OLD, Server, app, code};
use crate::support::Socket;

const ECHO: &str = "query Echo($number: Exact!) { echo(number: $number) }";
/// By `printf '%s' '{ hello money }' | sha256sum`.
const OTHER: &str = "{ hello money }";
const OTHER_HASH: &str = "5b3744b786a3971663682399e26d21a79b75a28f85848a9fa359df2a0cd7c630";

fn persisted() -> Persisted {
    let manifest = json!({
        "h1": "query Hello { hello }",
        "e1": ECHO,
        "c1": "subscription Counts { counts(to: 2) }",
    });
    Persisted::from_json(&manifest.to_string(), Limits::DEFAULT).unwrap()
}

async fn server(persisted: Persisted) -> Server {
    Server::start(http::router(App { persisted, ..app() })).await
}

async fn data(response: Response) -> Value {
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

#[tokio::test]
async fn a_document_of_the_manifest_goes_by_its_id_everywhere() {
    let server = server(persisted()).await;
    let hello = json!({ "hello": "hello" });
    let by_id = json!({ "documentId": "h1" });
    let posted = server.post(&by_id).send().await.unwrap();
    assert_eq!(data(posted).await, hello);
    let got = server.get("/graphql?documentId=h1").send().await.unwrap();
    assert_eq!(data(got).await, hello);
    let with = json!({ "documentId": "e1", "variables": { "number": 12.50 } });
    let echoed = server.post(&with).send().await.unwrap();
    assert_eq!(echoed.text().await.unwrap(), r#"{"data":{"echo":12.5}}"#);

    let events = server.post(&json!({ "documentId": "c1" }));
    let events = events.header(header::ACCEPT, "text/event-stream");
    let events = events.send().await.unwrap().text().await.unwrap();
    assert!(events.contains("{\"data\":{\"counts\":2}}"), "{events}");

    let mut socket = Socket::ready(&server.url, json!({})).await;
    let payload = json!({ "documentId": "h1" });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": payload });
    socket.say(subscribe).await;
    assert_eq!(socket.message().await["payload"], json!({ "data": hello }));

    // A document that is not there, and one that is there twice.
    for (body, status, expected) in [
        (
            json!({ "documentId": "h2" }),
            StatusCode::OK,
            "PERSISTED_QUERY_NOT_FOUND",
        ),
        (
            json!({ "documentId": "h1", "query": "{ hello }" }),
            StatusCode::BAD_REQUEST,
            "BAD_REQUEST",
        ),
        (
            json!({ "documentId": 1 }),
            StatusCode::BAD_REQUEST,
            "BAD_REQUEST",
        ),
        (json!({}), StatusCode::BAD_REQUEST, "BAD_REQUEST"),
    ] {
        let refused = server.post(&body).send().await.unwrap();
        assert_eq!(refused.status(), status, "{body}");
        assert_eq!(code(refused).await, expected, "{body}");
    }
}

/// What is known is weighed with the variables that it is asked with.
#[tokio::test]
async fn a_document_of_the_manifest_keeps_to_the_limits() {
    let server = server(persisted()).await;
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let body = json!({ "documentId": "e1", "variables": { "number": deep } });
    let refused = server.post(&body).send().await.unwrap();
    assert_eq!(code(refused).await, "QUERY_TOO_DEEP");
}

/// As Apollo's clients do: the hash alone, then both, then the hash alone.
#[tokio::test]
async fn a_document_that_was_shown_goes_by_its_hash() {
    let server = server(Persisted::default()).await;
    let shown = json!({ "persistedQuery": { "version": 1, "sha256Hash": OTHER_HASH } });
    let alone = json!({ "extensions": shown });
    for (accept, status) in [(OLD, StatusCode::OK), (NEW, StatusCode::BAD_REQUEST)] {
        let request = server.post(&alone).header(header::ACCEPT, accept);
        let unknown = request.send().await.unwrap();
        assert_eq!(unknown.status(), status);
        assert_eq!(code(unknown).await, "PERSISTED_QUERY_NOT_FOUND");
    }
    let wrong = json!({ "query": "{ hello }", "extensions": shown });
    let wrong = server.post(&wrong).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);

    let both = json!({ "query": OTHER, "extensions": shown });
    let expected = r#"{"data":{"hello":"hello","money":12345678901234567890.1234}}"#;
    for body in [&both, &alone] {
        let answer = server.post(body).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), expected);
    }
    let address = format!("/graphql?extensions={shown}");
    let got = server.get(&address).send().await.unwrap();
    assert_eq!(got.text().await.unwrap(), expected);
}

#[tokio::test]
async fn where_none_other_is_taken_there_are_no_web_apps() {
    let server = server(persisted().only()).await;
    let known = json!({ "documentId": "h1" });
    let known = server.post(&known).send().await.unwrap();
    assert_eq!(data(known).await, json!({ "hello": "hello" }));
    for body in [
        json!({ "query": "{ hello }" }),
        json!({ "query": OTHER, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": OTHER_HASH } } }),
        json!({ "query": "{ __schema { types { name } } }" }),
    ] {
        let refused = server.post(&body).send().await.unwrap();
        assert_eq!(code(refused).await, "PERSISTED_DOCUMENTS_ONLY", "{body}");
    }
    let mut socket = Socket::ready(&server.url, json!({})).await;
    socket.subscribe("1", "{ hello }").await;
    let refused = socket.message().await;
    let refused = &refused["payload"][0]["extensions"]["code"];
    assert_eq!(refused, "PERSISTED_DOCUMENTS_ONLY");
    for page in ["/", "/products", "/graphiql"] {
        let answer = server.get(page).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{page}");
        let said = answer.text().await.unwrap();
        assert!(said.contains("--persisted-only"), "{page}: {said}");
    }
}
