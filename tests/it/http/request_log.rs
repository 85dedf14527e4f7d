//! What the log says of requests, and what it does not.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use reqwest::header;
use serde_json::{Value, json};
use tracing::{Level, subscriber::DefaultGuard};
use tracing_subscriber::{filter::Targets, fmt::MakeWriter, layer::SubscriberExt as _};

use super::Server;
use crate::support::{Socket, soon};

/// The events of this thread, as long as it is there.
struct Log {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Everything that the server says.
    fn start() -> Self {
        let written = Written::default();
        let json = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_writer(written.clone());
        let ours = ["salesgraph", "audit", "tower_http"].map(|it| (it, Level::TRACE));
        let log = tracing_subscriber::registry()
            .with(json)
            .with(Targets::new().with_targets(ours));
        Self {
            _guard: tracing::subscriber::set_default(log),
            written,
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines of a target.
    fn lines(&self, target: &str) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(|it| serde_json::from_str(it).unwrap());
        lines.filter(|it: &Value| it["target"] == target).collect()
    }

    /// The lines of requests, once there are so many.
    async fn requests(&self, many: usize) -> Vec<Value> {
        soon(async {
            loop {
                let lines = self.lines("salesgraph::request");
                if lines.len() >= many {
                    return lines;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

#[tokio::test]
async fn a_request_has_a_line_with_nothing_that_was_asked_for() {
    let (log, server) = (Log::start(), Server::of_the_tests().await);
    let query = "query Named($number: Exact!) { echo(number: $number) float(number: 81273.5) }";
    let body = json!({ "query": query, "variables": { "number": 4711.25 } });
    let request = server.post(&body).header("X-Request-Id", "r-1");
    let request = request.bearer_auth("sg_a-secret");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "r-1");
    let address = "/graphql?query=query+Other{float(number:81273.5)}&operationName=Missing";
    let answer = server.get(address).send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap();

    let lines = log.requests(2).await;
    let [named, other] = &lines[..] else {
        panic!("{lines:?}");
    };
    for (field, expected) in [
        ("id", json!("r-1")),
        ("method", json!("POST")),
        ("path", json!("/graphql")),
        ("status", json!(200)),
        ("operation", json!("Named")),
    ] {
        assert_eq!(named[field], expected, "{named}");
    }
    assert!(named["milliseconds"].as_f64().unwrap() >= 0.0, "{named}");
    assert!(named.get("code").is_none(), "{named}");
    assert_eq!(other["id"], id);
    assert_eq!(other["code"], "GRAPHQL_VALIDATION_FAILED", "{other}");
    for hidden in ["4711.25", "81273.5", "sg_a-secret", "echo", "Missing"] {
        assert!(!log.text().contains(hidden), "{hidden}: {}", log.text());
    }
}

/// Whatever somebody calls an operation, a line stays a line.
#[tokio::test]
async fn names_in_a_line_are_short_and_plain() {
    let (log, server) = (Log::start(), Server::of_the_tests().await);
    let endless = "N".repeat(1000);
    for body in [
        json!({ "query": format!("query {endless} {{ hello }}") }),
        json!({ "query": "query A { hello } query B { hello }", "operationName": "x\n2024 ERROR" }),
    ] {
        server.post(&body).send().await.unwrap();
    }
    let lines = log.requests(2).await;
    assert_eq!(lines[0]["operation"], "N".repeat(64));
    assert!(lines[1].get("operation").is_none(), "{}", lines[1]);
}

#[tokio::test]
async fn what_goes_on_has_its_line_when_it_is_over() {
    let (log, server) = (Log::start(), Server::of_the_tests().await);
    let counts = json!({ "query": "subscription Counts { counts(to: 2) }" });
    let events = server
        .post(&counts)
        .header(header::ACCEPT, "text/event-stream");
    events.send().await.unwrap().text().await.unwrap();
    let [events] = &log.requests(1).await[..] else {
        panic!("{}", log.text());
    };
    assert_eq!(
        (&events["operation"], &events["answers"]),
        (&json!("Counts"), &json!(2))
    );

    let mut socket = Socket::ready(&server.url, json!({})).await;
    for (id, query) in [("1", "query Hello { hello }"), ("2", "{ nothing }")] {
        socket.subscribe(id, query).await;
        while !["complete", "error"].contains(&socket.message().await["type"].as_str().unwrap()) {}
    }
    let lines = log.requests(3).await;
    let [_, hello, nothing] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(
        (&hello["method"], &hello["operation"]),
        (&json!("WS"), &json!("Hello"))
    );
    assert_eq!(nothing["code"], "GRAPHQL_VALIDATION_FAILED", "{nothing}");
    drop(socket);
    // The socket itself.
    let lines = log.requests(4).await;
    assert_eq!(lines[3]["status"], 101, "{}", lines[3]);
}

#[tokio::test]
async fn refusals_are_in_the_audit_log() {
    let (log, server) = (Log::start(), Server::of_the_tests().await);
    let request = server.get("/graphql?query={hello}");
    let request = request
        .header("sec-fetch-site", "cross-site")
        .header("x-request-id", "r-2");
    request.send().await.unwrap();
    let [refused] = &log.lines("audit")[..] else {
        panic!("{}", log.text());
    };
    assert_eq!(refused["id"], "r-2");
    assert_eq!(refused["code"], "CROSS_SITE_REQUEST");
}
