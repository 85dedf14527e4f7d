//! Health, failures, stopping.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use salesgraph::http::{self, App, Connections};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot, time::sleep};

use super::{Server, Switch, app, code};

#[tokio::test]
async fn ready_follows_the_database_and_live_does_not() {
    let database = Arc::new(Switch::default());
    let server = Server::start(http::router(App {
        readiness: database.clone(),
        ..app()
    }))
    .await;
    for ready in [false, true, false] {
        database.0.store(ready, Ordering::SeqCst);
        let expected = if ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        assert_eq!(
            server.get("/health/ready").send().await.unwrap().status(),
            expected
        );
        assert_eq!(
            server.get("/health/live").send().await.unwrap().status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn a_panic_is_an_error_of_the_server_and_not_its_end() {
    let server = Server::of_the_tests().await;
    let response = server
        .post(&json!({ "query": "{ panics }" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = response.text().await.unwrap();
    assert!(
        body.contains("INTERNAL_SERVER_ERROR") && !body.contains("test wants"),
        "{body}"
    );
    assert!(server.query("{ hello }").await.contains("hello"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let request_timeout = Duration::from_millis(100);
    let server = Server::start(http::router(App {
        request_timeout,
        ..app()
    }))
    .await;
    let response = server
        .post(&json!({ "query": "{ waits(millis: 60000) }" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(code(response).await, "REQUEST_TIMEOUT");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_read_that() {
    let server = Server::of_the_tests().await;
    let long = json!({ "query": "{ long }" });
    for encoding in ["gzip", "br"] {
        let response = server
            .post(&long)
            .header(header::ACCEPT_ENCODING, encoding)
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()[header::CONTENT_ENCODING], encoding);
        assert!(response.bytes().await.unwrap().len() < 1_000);
    }
    assert!(server.query("{ long }").await.len() > 20_000);
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_guessing() {
    let server = Server::of_the_tests().await;
    for path in ["/", "/graphiql", "/graphql", "/health/live", "/nowhere"] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(
            response.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff"
        );
    }
}

/// A server that stops when told to, and the task that runs it.
async fn stoppable(grace: Duration) -> (String, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!(
        "http://{}/graphql",
        listener.local_addr().expect("an address")
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let serving = http::serve(
        listener,
        http::router(app()),
        Connections::DEFAULT,
        stopped,
        grace,
    );
    let task = tokio::spawn(async { serving.await.expect("it serves") });
    (url, stop, task)
}

fn waiting(url: &str, millis: u32) -> tokio::task::JoinHandle<reqwest::Result<String>> {
    let query = format!("{url}?query={{waits(millis:{millis})}}");
    tokio::spawn(async { Client::new().get(query).send().await?.text().await })
}

#[tokio::test]
async fn stopping_lets_running_requests_finish() {
    let (url, stop, server) = stoppable(Duration::from_secs(10)).await;
    let running = waiting(&url, 500);
    sleep(Duration::from_millis(200)).await;
    stop.send(()).unwrap();
    assert_eq!(running.await.unwrap().unwrap(), r#"{"data":{"waits":500}}"#);
    server.await.unwrap();
    assert!(
        Client::new().get(&url).send().await.is_err(),
        "it takes no new connection"
    );
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let (url, stop, server) = stoppable(Duration::from_millis(100)).await;
    let _running = waiting(&url, 60_000);
    sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    stop.send(()).unwrap();
    server.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
}
