//! A bridge that is ended at any moment, and what it leaves behind.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use salesgraph::store::Store;

use super::{Fixture, started};
use crate::support::fresh_store;

const TIMES: usize = 20;
/// The collections that figures come from.
const CANONICAL: [&str; 4] = ["orders", "customers", "products", "locations"];

/// Everything that stands in the canonical collections, by id.
pub async fn documents(store: &Store) -> Vec<Vec<Document>> {
    let mut all = Vec::new();
    for collection in CANONICAL {
        let collection = store.database().collection::<Document>(collection);
        let sorted = collection.find(doc! {}).sort(doc! { "_id": 1 });
        let documents: Vec<Document> = futures::TryStreamExt::try_collect(sorted.await.unwrap())
            .await
            .unwrap();
        all.push(documents);
    }
    all
}

/// Plays all operations while the bridge is ended at random moments and started again,
/// and holds what has become of it against a fresh load.
async fn ends_where_a_fresh_load_does(name: &'static str, seed: u64) {
    let source = fresh_store(&format!("{name}_killed_source")).await;
    let Some(fixture) = Fixture::load(name, source).await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let mut dice = SmallRng::seed_from_u64(seed);
    let store = fresh_store(&format!("{name}_killed")).await;
    let operations = *fixture.stages().last().unwrap();
    for time in 1..=TIMES {
        let following = started(&fixture, &store).await;
        fixture.play(operations * time / TIMES).await;
        // In the middle of whatever it is doing, or before it has heard of anything.
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..60))).await;
        following.abort();
        let _ = following.await;
    }
    let following = started(&fixture, &store).await;
    let afresh = fresh_store(&format!("{name}_afresh")).await;
    let loaded = started(&fixture, &afresh).await;
    let expected = documents(&afresh).await;
    for _ in 0..200 {
        if documents(&store).await == expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let found = documents(&store).await;
    for ((found, expected), collection) in found.iter().zip(&expected).zip(CANONICAL) {
        assert_eq!(found.len(), expected.len(), "{name}: {collection}");
        let wrong = found
            .iter()
            .zip(expected)
            .find(|(found, expected)| found != expected);
        assert_eq!(wrong, None, "{name}: {collection}");
    }
    following.abort();
    loaded.abort();
}

#[tokio::test]
async fn orders_of_one_document() {
    ends_where_a_fresh_load_does("mern", 1).await;
}

#[tokio::test]
async fn orders_spread_over_collections() {
    ends_where_a_fresh_load_does("unchained", 2).await;
}

#[tokio::test]
async fn customers_that_sales_describe() {
    ends_where_a_fresh_load_does("supplies", 3).await;
}
