//! What subscribers share, and what they must not.

use std::sync::Arc;

use async_graphql::Response;
use futures::{StreamExt, future::join_all};
use metrics_exporter_prometheus::PrometheusBuilder;
use salesgraph::{auth::Scope, engine::Choice, kpi::Vocabulary};
use serde_json::{Value, json};
use tokio::task::yield_now;

use super::order_again;
use crate::{
    small_shop::small_shop,
    support::{Shop, counted, soon},
};

const COUNT: &str = "subscription { kpis(minInterval: 100) { orderCount } }";

fn everything() -> Arc<Scope> {
    Arc::default()
}

/// The data of an answer without errors.
fn data(response: Option<Response>) -> Value {
    let response = response.unwrap();
    assert_eq!(response.errors, []);
    response.data.into_json().unwrap()
}

#[tokio::test]
async fn who_asks_the_same_and_may_see_the_same_is_counted_for_once() {
    let (store, commands) = counted(&small_shop("live_shared").await).await;
    let shop = Shop::counted_by(Choice::Mongo, store);
    let one = shop.subscribe_as(&everything(), COUNT).next().await;
    let expected = data(one);
    let of_one = commands.counts();
    commands.reset();
    let mut all: Vec<_> = (0..20)
        .map(|_| shop.subscribe_as(&everything(), COUNT))
        .collect();
    let answers = join_all(all.iter_mut().map(StreamExt::next)).await;
    for answer in answers {
        assert_eq!(data(answer), expected);
    }
    assert_eq!(commands.counts(), of_one);
}

#[tokio::test]
async fn who_is_slow_to_read_is_told_the_last_answer_and_none_before_it() {
    let store = small_shop("live_slow").await;
    let shop = Shop::in_memory(store.clone()).await;
    let count = |n: i32| json!({ "kpis": { "orderCount": n } });
    let mut slow = shop.subscribe_as(&everything(), COUNT);
    let mut quick = shop.subscribe_as(&everything(), COUNT);
    assert_eq!(data(slow.next().await), count(7));
    assert_eq!(data(quick.next().await), count(7));
    for n in 8..=10 {
        order_again(&store, "O1", &format!("new{n}")).await;
        assert_eq!(data(quick.next().await), count(n));
    }
    assert_eq!(data(slow.next().await), count(10));
    order_again(&store, "O1", "last").await;
    assert_eq!(data(slow.next().await), count(11));
}

#[tokio::test]
async fn metrics_tell_how_many_different_ones_are_run() {
    // Of this test alone: all that it runs is on its thread.
    let recorder = PrometheusBuilder::new().build_recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let run = || recorder.handle().render();
    let shop = Shop::in_memory(small_shop("live_gauge").await).await;
    let other = COUNT.replace("orderCount", "lineCount");
    let queries = [COUNT, COUNT, &other];
    let mut all = queries.map(|query| shop.subscribe_as(&everything(), query));
    for answers in &mut all {
        data(answers.next().await);
    }
    assert!(run().contains("\nsalesgraph_live_queries 2\n"), "{}", run());
    let [one, same, other] = all;
    drop((one, other));
    soon(async {
        while !run().contains("\nsalesgraph_live_queries 1\n") {
            yield_now().await;
        }
    })
    .await;
    drop(same);
}

#[tokio::test]
async fn who_may_see_other_rows_is_told_of_those() {
    let store = small_shop("live_scopes").await;
    let shop = Shop::in_memory(store.clone()).await;
    let express = Scope::from_toml(
        "rows = { shipMode = [\"Express\"] }",
        Vocabulary::built_in(),
    )
    .unwrap();
    let mut whole = shop.subscribe_as(&everything(), COUNT);
    let mut part = shop.subscribe_as(&Arc::new(express), COUNT);
    let count = |n: i32| json!({ "kpis": { "orderCount": n } });
    assert_eq!(data(whole.next().await), count(7));
    assert_eq!(data(part.next().await), count(2));
    order_again(&store, "O1", "outside").await;
    assert_eq!(data(whole.next().await), count(8));
    order_again(&store, "O4", "inside").await;
    assert_eq!(data(part.next().await), count(3));
    assert_eq!(data(whole.next().await), count(9));
}

#[tokio::test]
async fn what_may_not_be_used_is_refused() {
    let store = small_shop("live_forbidden").await;
    let shop = Shop::in_memory(store).await;
    let sales =
        Arc::new(Scope::from_toml("kpis = [\"totalSales\"]", Vocabulary::built_in()).unwrap());
    let mut refused = shop.subscribe_as(&sales, "subscription { kpis { totalProfit } }");
    let errors = refused.next().await.unwrap().errors;
    let code = errors[0].extensions.as_ref().and_then(|it| it.get("code"));
    assert_eq!(code, Some(&"FORBIDDEN".into()));
}

#[tokio::test]
async fn without_memory_the_database_is_asked_again() {
    let store = small_shop("live_mongo").await;
    let shop = Shop::counted_by(Choice::Mongo, store.clone());
    let mut answers = shop.subscribe_as(&everything(), COUNT);
    assert_eq!(
        data(answers.next().await),
        json!({ "kpis": { "orderCount": 7 } })
    );
    order_again(&store, "O1", "new").await;
    assert_eq!(
        data(answers.next().await),
        json!({ "kpis": { "orderCount": 8 } })
    );
}
