//! Health, failures, stopping.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode, header};
use salesgraph::http::{self, App, Connections};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::sleep,
};

use super::{Server, Switch, app, code, sockets::ready};
use crate::support::soon;

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

/// Several operations share a connection there, and one of them its end.
#[tokio::test]
async fn a_panic_over_a_socket_is_the_end_of_its_operation_only() {
    let server = Server::of_the_tests().await;
    let mut socket = ready(&server).await;
    socket.subscribe("lasts", "subscription { lasts }").await;
    assert_eq!(socket.message().await["id"], "lasts");
    socket.subscribe("panics", "{ panics }").await;
    let refused = socket.message().await;
    assert_eq!(refused["id"], "panics");
    assert_eq!(refused["type"], "error");
    let error = &refused["payload"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert!(!error.to_string().contains("test wants"), "{error}");
    socket.subscribe("hello", "{ hello }").await;
    assert_eq!(socket.message().await["id"], "hello");
}

#[tokio::test]
async fn a_panic_as_events_is_told_as_one() {
    let server = Server::of_the_tests().await;
    let asked = server.post(&json!({ "query": "{ panics }" }));
    let asked = asked.header(header::ACCEPT, "text/event-stream");
    let events = asked.send().await.unwrap().text().await.unwrap();
    assert!(events.contains("INTERNAL_SERVER_ERROR"), "{events}");
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
    let task = tokio::spawn(serving);
    (url, stop, task)
}

/// What comes over a connection until the end of a small answer.
async fn answer(connection: &mut TcpStream) -> String {
    let mut answer = vec![0; 4_096];
    let read = soon(connection.read(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).to_lowercase()
}

/// Who has a connection may be asking just as the server is told to stop.
#[tokio::test]
async fn whoever_has_a_connection_is_answered_once_more() {
    let (url, stop, server) = stoppable(Duration::from_secs(10)).await;
    let address = url
        .trim_start_matches("http://")
        .trim_end_matches("/graphql");
    let request = format!("GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let before = answer(&mut connection).await;
    assert!(before.starts_with("http/1.1 200") && !before.contains("connection: close"));
    // One that is not taken yet, but whose client thinks that it is.
    let mut waits = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    for connection in [&mut connection, &mut waits] {
        connection.write_all(request.as_bytes()).await.unwrap();
        let last = answer(connection).await;
        assert!(last.starts_with("http/1.1 200"), "{last}");
        assert!(last.contains("connection: close"), "{last}");
    }
    server.await.unwrap();
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
