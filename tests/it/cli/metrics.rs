//! What a server tells Prometheus about the shop in its memory, in a process of its own:
//! servers side by side in one would tell of each other's.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{small_shop::small_shop, support::server_uri};

use super::{Process, folder, free_port, salesgraph};

/// The metrics as soon as the shop is in memory, or the last ones seen.
async fn metrics_when_ready(url: &str) -> String {
    let start = Instant::now();
    let mut seen = String::new();
    while !seen.contains("\nsalesgraph_memory_ready 1\n")
        && start.elapsed() < Duration::from_secs(60)
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Ok(response) = reqwest::get(url).await {
            seen = response.text().await.unwrap();
        }
    }
    seen
}

#[tokio::test]
async fn metrics_say_what_is_in_memory() {
    let store = small_shop("in_memory").await;
    let (folder, port) = (folder(), free_port());
    let _server = Process::start(
        salesgraph(&folder)
            .args(["serve", "--database", store.database().name()])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .env("SALESGRAPH_MONGO_URI", server_uri())
            .stderr(Stdio::null()),
    );
    let metrics = metrics_when_ready(&format!("http://127.0.0.1:{port}/metrics")).await;
    let value = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}in {metrics}"))
    };
    assert_eq!(value("salesgraph_memory_ready "), "1");
    assert_eq!(value("salesgraph_memory_orders "), "9");
    let number = |name: &str| value(name).parse::<f64>().unwrap();
    assert!(number("salesgraph_memory_bytes ") > 0.0);
    let as_of = number("salesgraph_memory_as_of_seconds ");
    assert!((1.7e9..1e10).contains(&as_of), "{as_of} is in seconds");
}
