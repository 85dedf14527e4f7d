//! Connections that ask nothing are closed, and keep nobody out.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use salesgraph::http::{self, Connections};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use axum::Router;

const SHORT: Connections = Connections {
    most: 20,
    first: Duration::from_millis(500),
    idle: Duration::from_millis(1_500),
};

/// A server with a page, its address, and what stops it.
async fn served(
    connections: Connections,
) -> (String, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().route("/", axum::routing::get(async || "here"));
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let grace = Duration::from_secs(10);
    let serving = http::serve(listener, router, connections, stopped, grace);
    let task = tokio::spawn(serving);
    (address, stop, task)
}

/// How long a connection lives on which this was sent and nothing else comes.
async fn lifetime(address: &str, sent: &[u8]) -> Duration {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(sent).await.unwrap();
    let start = Instant::now();
    let mut said = Vec::new();
    let closed = timeout(Duration::from_secs(10), connection.read_to_end(&mut said));
    drop(closed.await.expect("it is closed"));
    start.elapsed()
}

#[tokio::test]
async fn who_sends_half_a_request_or_none_is_left() {
    let (address, _stop, _task) = served(SHORT).await;
    let whole = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    for sent in [&b""[..], b"GET / HT", b"PRI * HTTP", &whole[..30], whole] {
        let lived = lifetime(&address, sent).await;
        assert!(lived < Duration::from_secs(3), "{lived:?} after {sent:?}");
    }
}

#[tokio::test]
async fn who_sends_letter_by_letter_is_left() {
    let (address, _stop, _task) = served(SHORT).await;
    let mut connection = TcpStream::connect(&address).await.unwrap();
    connection
        .write_all(b"GET / HTTP/1.1\r\nHost: ")
        .await
        .unwrap();
    let start = Instant::now();
    while connection.write_all(b"x").await.is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "it goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn who_asks_again_after_a_while_finds_the_connection() {
    const ASKED: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    let (address, _stop, _task) = served(SHORT).await;
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let mut said = [0; 1024];
    for _ in 0..3 {
        connection.write_all(ASKED).await.unwrap();
        let read = connection.read(&mut said).await.unwrap();
        assert!(said[..read].starts_with(b"HTTP/1.1 200"));
        // Longer than the first request may take.
        tokio::time::sleep(SHORT.first + SHORT.first / 2).await;
    }
}

#[tokio::test]
async fn a_crowd_that_asks_nothing_keeps_nobody_out() {
    let patient = Connections {
        idle: Duration::from_secs(60),
        first: Duration::from_secs(60),
        ..SHORT
    };
    let (address, _stop, _task) = served(patient).await;
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(TcpStream::connect(&address).await.unwrap());
    }
    let start = Instant::now();
    let answer = reqwest::get(format!("http://{address}/")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn half_a_request_does_not_delay_the_end() {
    let patient = Connections {
        idle: Duration::from_secs(60),
        first: Duration::from_secs(60),
        ..SHORT
    };
    let (address, stop, task) = served(patient).await;
    let mut connection = TcpStream::connect(&address).await.unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    stop.send(()).unwrap();
    task.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(2));
}
