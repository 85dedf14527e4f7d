//! What nobody waits for any more ends, and nobody waits long for what others ask.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use reqwest::StatusCode;

use super::{Attacked, aliases};

/// What memory counts for many seconds: customers, visit by visit, under many filters.
fn heavy_for_memory() -> String {
    aliases(190, |n| {
        format!(
            r#"kpis(filter: {{ product: {{ contains: "{n}" }} }}) {{ newCustomerCount retentionRate repeatCustomerRate averageDaysBetweenOrders peaks(grain: DAY, first: 1) {{ kpis {{ newCustomerCount repeatCustomerRate }} }} }}"#
        )
    })
}

/// Lists that MongoDB reads every order for.
fn heavy_for_mongo() -> String {
    aliases(190, |n| {
        format!(r#"orders(filter: {{ code: {{ contains: "x{n}" }} }}, first: 1) {{ totalCount }}"#)
    })
}

/// Waits until the process does nothing; how long that took.
async fn idle(server: &Attacked) -> Duration {
    const LOOK: Duration = Duration::from_millis(200);
    let start = Instant::now();
    loop {
        let before = server.cpu_time();
        tokio::time::sleep(LOOK).await;
        if server.cpu_time().saturating_sub(before) <= LOOK / 10
            || start.elapsed() > Duration::from_secs(30)
        {
            return start.elapsed().saturating_sub(LOOK);
        }
    }
}

/// Operations of the server that run on `MongoDB`, but for those that look after it.
async fn operations(server: &Attacked) -> usize {
    let admin = server.store.database().client().database("admin");
    let ops = doc! { "aggregate": 1, "cursor": {}, "pipeline": [
        { "$currentOp": { "allUsers": true } },
        { "$match": { "active": true, "appName": &server.name, "ns": { "$regex": "\\.orders$" } } },
    ] };
    let found: Document = admin.run_command(ops).await.unwrap();
    let batch = found.get_document("cursor").unwrap();
    batch.get_array("firstBatch").unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_stops_when_the_client_leaves_and_at_the_deadline() {
    let server = Attacked::start(
        "memory_leaves",
        &["--engine", "memory", "--request-timeout", "400ms"],
    )
    .await;
    server
        .ask_and_leave(&heavy_for_memory(), Duration::from_millis(200))
        .await;
    let stopped = idle(&server).await;
    assert!(stopped < Duration::from_secs(1), "after {stopped:?}");

    let start = Instant::now();
    let (status, code) = server.code(&heavy_for_memory()).await;
    let refused = (StatusCode::GATEWAY_TIMEOUT, Some("REQUEST_TIMEOUT"));
    assert_eq!(
        (status, code.as_deref()),
        refused,
        "after {:?}",
        start.elapsed()
    );
    assert!(start.elapsed() < Duration::from_secs(2));
    let stopped = idle(&server).await;
    assert!(stopped < Duration::from_secs(1), "after {stopped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mongodb_stops_when_the_client_leaves() {
    let server = Attacked::start("mongo_leaves", &["--engine", "mongo"]).await;
    for heavy in [heavy_for_mongo(), heavy_for_memory()] {
        let asked = tokio::spawn(server.post(&heavy).send());
        let start = Instant::now();
        while operations(&server).await == 0 {
            assert!(start.elapsed() < Duration::from_secs(20), "it never begins");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        asked.abort();
        let left = Instant::now();
        while operations(&server).await > 0 {
            assert!(left.elapsed() < Duration::from_secs(1), "it goes on");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(server.light().await < Duration::from_secs(2));
        let ready = server.client.get(format!("{}/health/ready", server.url));
        assert_eq!(ready.send().await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_little_does_not_wait_for_who_asks_for_much() {
    for engine in ["memory", "mongo"] {
        let server = Attacked::start(&format!("{engine}_light"), &["--engine", engine]).await;
        // The other tests run beside this one: what a busy machine takes by itself is no wait.
        let limit = Duration::from_secs(3) + 20 * server.light().await;
        let heavy = [heavy_for_memory(), heavy_for_mongo()];
        let asked = heavy.iter().map(|heavy| server.post(heavy).send());
        let light = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            for _ in 0..3 {
                let took = server.light().await;
                assert!(took < limit, "{engine}: {took:?}, not {limit:?}");
            }
        };
        let heavy = futures::future::join_all(asked);
        tokio::select! {
            biased;
            () = light => {}
            _ = heavy => panic!("{engine}: what is heavy was not"),
        }
    }
}
