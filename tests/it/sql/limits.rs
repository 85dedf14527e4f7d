//! What a statement may take, and how it is stopped.

use std::time::{Duration, Instant};

use salesgraph::engine::{Choice, Engine};
use tokio_postgres::NoTls;

use super::{CONNECTIONS, Served, said, setup, shop};
use crate::small_shop::small_shop;

/// Nobody waits for its end.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000000000)";

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_ends_with_its_time() {
    let sql = shop("sql deadline").await;
    sql.rows("SET statement_timeout = '100ms'").await;
    assert_eq!(sql.refusal(ENDLESS).await.0, "57014");
    assert_eq!(sql.table("SELECT 1").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_ends_when_it_is_cancelled() {
    let sql = shop("sql cancel").await;
    let cancel = sql.0.cancel_token();
    let stopped = sql.0.simple_query(ENDLESS);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel_query(NoTls).await.unwrap();
    };
    let (stopped, ()) = tokio::join!(stopped, stop);
    assert_eq!(said(&stopped.unwrap_err()).0, "57014");
    assert_eq!(sql.table("SELECT 1").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_ends_when_it_takes_too_much_memory() {
    let sql = shop("sql memory").await;
    let many = "SELECT value FROM generate_series(1, 100000000) ORDER BY value % 7";
    assert_eq!(sql.refusal(many).await.0, "53200");
    assert_eq!(sql.table("SELECT 1").await, ["1"]);
}

/// A driver that asks for all rows has them gathered before the first is sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_no_more_bytes_than_all_may_hold() {
    let sql = shop("sql gathered").await;
    let many = "SELECT value FROM generate_series(1, 10000000)";
    let refused = sql.0.query(many, &[]).await.unwrap_err();
    assert_eq!(said(&refused).0, "53200");
    assert_eq!(sql.table("SELECT 1").await, ["1"]);
}

/// What a statement makes of what has been counted is held as well.
#[tokio::test]
async fn what_is_counted_and_its_rows_have_a_bound_together() {
    let store = small_shop("sql counted").await;
    let grouped = "SELECT city, product, category, customer, MEASURE(total_sales) FROM kpis \
                   GROUP BY CUBE (city, product, category, customer)";
    let fits = |bytes| {
        let store = store.clone();
        async move {
            let served = Served::with(setup(Engine::new(Choice::Mongo, bytes), store)).await;
            let sql = served.client().await;
            let answered = sql.0.simple_query(grouped).await;
            answered.map(drop).map_err(|error| said(&error).0)
        }
    };
    assert_eq!(fits(1 << 20).await, Ok(()));
    // Counting it takes 20 kB, and all of it with the rows 70.
    assert_eq!(fits(40 << 10).await, Err("54000".to_owned()));
}

#[tokio::test]
async fn one_client_too_many_is_told_so() {
    let store = small_shop("sql clients").await;
    let served = Served::start(Choice::Mongo, store).await;
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(served.client().await);
    }
    let refused = served.connected("anybody").await.err().unwrap();
    assert_eq!(said(&refused).0, "53300");
    // Whoever leaves makes room.
    clients.pop();
    let start = Instant::now();
    let next = loop {
        match served.connected("anybody").await {
            Ok(client) => break client,
            Err(error) => assert_eq!(said(&error).0, "53300"),
        }
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "there is no room"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(next.table("SELECT 1").await, ["1"]);
}
