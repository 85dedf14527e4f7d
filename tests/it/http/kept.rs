//! Answers that a client may keep.

use bson::{Document, doc};
use reqwest::{Client, StatusCode, header};
use serde_json::json;

use super::Server;
use crate::{small_shop::small_shop, support::Served};

#[tokio::test]
async fn an_answer_that_has_not_changed_is_not_sent_again() {
    let store = small_shop("kept").await;
    let shop = Served::start(store.clone());
    let url = format!("{}/graphql?query={{kpis{{orderCount}}}}", shop.url());
    let client = Client::new();
    let first = client.get(&url).send().await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    assert_eq!(first.headers()[header::CACHE_CONTROL], "private, no-cache");
    let vary = first.headers()[header::VARY].to_str().unwrap();
    assert!(vary.contains("Authorization"), "{vary}");

    let again = client.get(&url).header(header::IF_NONE_MATCH, &tag);
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::ETAG], tag);
    assert_eq!(again.text().await.unwrap(), "");
    // In another media type it is another answer.
    let newer = client.get(&url).header(header::IF_NONE_MATCH, &tag);
    let newer = newer.header(header::ACCEPT, super::NEW).send().await;
    assert_eq!(newer.unwrap().status(), StatusCode::OK);

    let orders = store.database().collection::<Document>("orders");
    orders.delete_one(doc! { "_id": "O4" }).await.unwrap();
    let changed = client.get(&url).header(header::IF_NONE_MATCH, &tag);
    let changed = changed.send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    assert_ne!(changed.headers()[header::ETAG], tag);
    assert!(changed.text().await.unwrap().contains("\"orderCount\":6"));
}

#[tokio::test]
async fn what_was_posted_or_has_failed_is_not_kept() {
    let server = Server::of_the_tests().await;
    let posted = server.post(&json!({ "query": "{ hello }" }));
    let posted = posted.send().await.unwrap();
    assert!(posted.headers().get(header::ETAG).is_none());
    assert_eq!(posted.headers()[header::CACHE_CONTROL], "no-store");
    for query in ["{hello fails}", "{nothing}"] {
        let request = server.get(&format!("/graphql?query={query}"));
        let failed = request
            .header(header::IF_NONE_MATCH, "*")
            .send()
            .await
            .unwrap();
        assert!(failed.headers().get(header::ETAG).is_none(), "{query}");
        assert_eq!(
            failed.headers()[header::CACHE_CONTROL],
            "no-store",
            "{query}"
        );
    }
}
