//! A server that is told to go while it is asked, and one whose shop outgrows its memory.

use std::time::Duration;

use bson::{Document, doc};
use futures::future::join_all;
use reqwest::{
    Client,
    header::{CONNECTION, CONTENT_TYPE},
};
use salesgraph::engine::Choice;
use serde_json::{Value, json};

use super::{FIGURES, PATIENCE, Server, fill, fresh, order, until};
use crate::support::{Shop, caught_up, fresh_store, replica, replica_within, server_uri};

/// Asks over one connection until an answer says that it is the last; how many there were.
async fn asks_to_the_end(url: String) -> usize {
    let client = Client::new();
    let mut answers = 0;
    loop {
        let request = client.post(format!("{url}/graphql"));
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.body(json!({ "query": FIGURES }).to_string());
        let answer = request.send().await.unwrap();
        let is_last = answer.headers().contains_key(CONNECTION);
        let answer: Value = answer.json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answers += 1;
        if is_last {
            return answers;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_is_answered_while_the_server_is_told_to_go() {
    let store = fresh_store("told_to_go").await;
    fill(&store, 200).await;
    for engine in ["auto", "mongo"] {
        let options = ["--engine", engine];
        let server = Server::start(server_uri(), store.database().name(), &options).await;
        let asking = (0..16).map(|_| tokio::spawn(asks_to_the_end(server.url.clone())));
        let asking = join_all(asking.collect::<Vec<_>>());
        // All of them are at it by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let process = server.process;
        let ended = tokio::task::spawn_blocking(move || process.end("TERM"));
        assert_eq!(ended.await.unwrap(), Some(0));
        for answers in asking.await {
            assert!(answers.unwrap() > 0);
        }
    }
}

#[tokio::test]
async fn a_shop_that_outgrows_its_budget_is_counted_all_the_same() {
    let store = fresh_store("outgrows").await;
    let database = store.database().name();
    fill(&store, 200).await;
    let unbound = replica(&store);
    caught_up(&unbound).await;
    let budget = unbound.view().unwrap().snapshot.bytes() * 2;
    let replica = replica_within(budget, &store);
    caught_up(&replica).await;
    let shop = Shop::counted_by(Choice::Auto(replica.clone()), store.clone());
    let orders = store.orders().clone_with_type::<Document>();
    let mut many = 200;
    let engine = async || {
        let answer = shop.execute(FIGURES).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let engine = answer.extensions["engine"].clone().into_json().unwrap();
        let used = engine.as_object().unwrap().keys().next().cloned();
        (used.unwrap(), answer.data.into_json().unwrap())
    };
    assert_eq!(engine().await.0, "memory");
    // Whoever asks while it grows is answered.
    while replica.unheld().is_none() {
        assert!(many < 20_000, "{budget} bytes are never too few");
        orders
            .insert_many((many..many + 100).map(order))
            .await
            .unwrap();
        many += 100;
        engine().await;
        caught_up(&replica).await;
    }
    let figures = fresh(server_uri(), database, many).await;
    assert_eq!(engine().await, ("mongo".into(), figures));
    let only = Shop::counted_by(Choice::Memory(replica.clone()), store.clone());
    let refused = only.execute(FIGURES).await.errors.remove(0).extensions;
    let code = refused.unwrap().get("code").cloned();
    assert_eq!(code, Some("ENGINE_NOT_READY".into()));

    let fewer = doc! { "$expr": { "$gt": [{ "$strLenCP": "$_id" }, 3] } };
    orders.delete_many(fewer).await.unwrap();
    replica.reload();
    until("it fits again", PATIENCE, async || replica.view().map(drop)).await;
    caught_up(&replica).await;
    let figures: Value = fresh(server_uri(), database, 100).await;
    assert_eq!(engine().await, ("memory".into(), figures));
}
