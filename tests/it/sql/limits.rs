//! What a statement may take, and how it is stopped.

use std::time::Duration;

use salesgraph::engine::Choice;
use tokio_postgres::NoTls;

use super::{Served, Sql, said};
use crate::small_shop::small_shop;

/// Nobody waits for its end.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000000000)";

async fn shop(name: &str) -> Sql {
    let store = small_shop(name).await;
    Served::start(Choice::Mongo, store).await.client().await
}

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
