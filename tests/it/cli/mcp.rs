//! `salesgraph mcp`: a running server over standard input and output.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use salesgraph::{
    auth::{Gate, Keys, Scope},
    kpi::Vocabulary,
};
use serde_json::{Value, json};

use super::{folder, run, salesgraph};
use crate::{small_shop::small_shop, support::Served};

/// What the command answers to these lines, once its input has ended.
fn answers(command: &mut Command, lines: &[Value]) -> Vec<Value> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("an input");
    for line in lines {
        writeln!(input, "{line}").expect("it listens");
    }
    drop(input);
    let output = BufReader::new(child.stdout.take().expect("an output"));
    let read = |line: std::io::Result<String>| line.unwrap().parse().unwrap();
    let answers = output.lines().map(read).collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    answers
}

fn message(id: u32, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_to_the_server_and_answers_come_back() {
    let shop = Served::start(small_shop("cli_mcp").await);
    let hello = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let lines = [
        message(1, "initialize", &hello),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        message(
            2,
            "tools/call",
            &json!({ "name": "ask", "arguments": { "measures": ["orderCount"] } }),
        ),
    ];
    let folder = folder();
    let told = answers(
        salesgraph(&folder).args(["mcp", "--server-url", shop.url()]),
        &lines,
    );
    // A notification wants no answer.
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0]["id"], json!(1));
    assert_eq!(told[0]["result"]["serverInfo"]["name"], json!("salesgraph"));
    assert_eq!(told[1]["id"], json!(2));
    let rows = &told[1]["result"]["structuredContent"]["rows"];
    assert_eq!(*rows, json!([{ "orderCount": 7 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_who_it_is_is_shown_a_key() {
    let store = small_shop("cli_mcp_key").await;
    let now = || "2024-04-10T10:00:00Z".parse().unwrap();
    let keys = Keys::new(store.clone());
    let scope = Scope::from_toml("kpis = [\"orderCount\"]", Vocabulary::built_in()).unwrap();
    let key = keys.add("agent", &scope, now(), None).await.unwrap();
    let shop = Served::guarded(store, Gate::of_keys(keys, Vocabulary::built_in(), now));
    let folder = folder();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{}\n", key.text())).unwrap();
    let asked = [message(
        1,
        "tools/call",
        &json!({ "name": "ask", "arguments": { "measures": ["orderCount"] } }),
    )];
    let told = answers(
        salesgraph(&folder).args(["mcp", "--server-url", shop.url()]),
        &asked,
    );
    let said = told[0]["error"]["message"].as_str().unwrap();
    assert!(said.contains("--key-file"), "{said}");
    let orders = || {
        let mut command = salesgraph(&folder);
        command.args(["mcp", "--server-url", shop.url(), "--key-file"]);
        let told = answers(command.arg(&file), &asked);
        told[0]["result"]["structuredContent"]["rows"].clone()
    };
    // The keys are read as soon as the gate is made.
    let start = Instant::now();
    let mut rows = orders();
    while rows.is_null() && start.elapsed() < Duration::from_secs(30) {
        rows = orders();
    }
    assert_eq!(rows, json!([{ "orderCount": 7 }]));
}

#[test]
fn a_server_that_is_away_is_an_answer_too() {
    let folder = folder();
    let port = super::free_port();
    let told = answers(
        salesgraph(&folder).args(["mcp", "--server-url", &format!("http://127.0.0.1:{port}")]),
        &[message(7, "tools/list", &json!({}))],
    );
    assert_eq!(told[0]["id"], json!(7));
    let said = told[0]["error"]["message"].as_str().unwrap();
    assert!(said.contains("start it by `salesgraph serve`"), "{said}");
}

#[test]
fn what_is_no_address_is_said_in_one_line() {
    let folder = folder();
    let output = run(salesgraph(&folder).args(["mcp", "--server-url", "shop"]));
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--server-url `shop` is no address"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
