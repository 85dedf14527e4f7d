//! A shop that stands still.

use super::{
    assert_none, cases, compare::Pair, dice::Dice, documents::fill, first_seed, queries,
    world::World,
};
use crate::support::fresh_store;

/// Queries to one shop.
const QUERIES: u64 = 50;
/// Disagreements that are worth telling.
const ENOUGH: usize = 5;

/// What the engines disagree on over a shop; both it and the queries are made from a seed.
async fn disagreements(seed: u64, orders: Option<usize>, queries: u64) -> Vec<String> {
    let mut dice = Dice::new(seed, 0);
    let world = World::new(&mut dice);
    let orders = orders.unwrap_or_else(|| 20 + dice.below(130));
    let store = fresh_store("same").await;
    fill(&store, orders, &world, &mut dice).await;
    let pair = Pair::over(&store, world.vocabulary).await;
    let mut told = Vec::new();
    for number in 1..=queries {
        let query = queries::query(&world, &mut Dice::new(seed, number));
        let case = format!("SALESGRAPH_SEED={seed}, query {number}");
        told.extend(pair.disagreement(&query, &case).await);
        if told.len() == ENOUGH {
            break;
        }
    }
    store.database().drop().await.unwrap();
    told
}

#[tokio::test]
async fn random_queries_to_random_shops() {
    for shop in 0..cases().div_ceil(QUERIES) {
        assert_none(&disagreements(first_seed() + shop, None, QUERIES).await);
    }
}

/// Orders stand in blocks of a few thousand.
#[tokio::test]
async fn random_queries_to_a_shop_of_several_blocks() {
    assert_none(&disagreements(first_seed(), Some(9_000), 5).await);
}

/// So many orders are shared out to several threads; only where more cases than usual are asked for.
#[tokio::test]
async fn random_queries_to_a_shop_for_several_threads() {
    if cases() > super::CASES {
        assert_none(&disagreements(first_seed(), Some(60_000), 30).await);
    }
}
