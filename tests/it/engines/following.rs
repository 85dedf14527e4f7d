//! A shop that changes while a replica follows it.

use std::{sync::Arc, time::Duration};

use bson::doc;
use salesgraph::{engine::Choice, store::ShopSettings};

use super::{
    assert_none, cases,
    compare::Pair,
    dice::Dice,
    documents::fill,
    first_seed,
    mutations::{ORDERS, mutate, rename_everybody},
    queries,
    world::World,
};
use crate::{
    small_shop::small_shop,
    support::{Shop, caught_up, counted, fresh_store, replica, replica_of},
};

/// Changes of one shop, and after each so many queries.
const STEPS: u64 = 20;
const QUERIES: u64 = 2;
/// A fresh replica is made after so many steps: it must hold what the old one holds.
const FRESH_AFTER: u64 = 5;

async fn follow(seed: u64) {
    let mut dice = Dice::new(seed, 0);
    let world = World::new(&mut dice);
    let store = fresh_store("following").await;
    fill(&store, ORDERS / 2, &world, &mut dice).await;
    let replica = replica_of(world.vocabulary, usize::MAX, &store);
    let followed = Pair::with(replica.clone(), &store, world.vocabulary);
    let mut history = Vec::new();
    for step in 1..=STEPS {
        history.push(mutate(&store, &world, &mut dice).await);
        caught_up(&replica).await;
        let fresh = if step % FRESH_AFTER == 0 {
            Some(Pair::over(&store, world.vocabulary).await)
        } else {
            None
        };
        for number in 0..QUERIES {
            let query = queries::query(&world, &mut Dice::new(seed, step * 10 + number));
            let case = format!("SALESGRAPH_SEED={seed}, after {history:#?}");
            assert_none(followed.disagreement(&query, &case).await.as_slice());
            if let Some(fresh) = &fresh {
                let case = format!("SALESGRAPH_SEED={seed}, fresh after {history:#?}");
                assert_none(fresh.disagreement(&query, &case).await.as_slice());
            }
        }
    }
    store.database().drop().await.unwrap();
}

#[tokio::test]
async fn a_replica_follows_every_change() {
    for shop in 0..cases().div_ceil(STEPS * QUERIES * 3) {
        follow(first_seed() + shop).await;
    }
}

#[tokio::test]
async fn a_name_changes_nothing() {
    let mut dice = Dice::new(1, 0);
    let world = World::new(&mut dice);
    let store = fresh_store("names").await;
    fill(&store, 5, &world, &mut dice).await;
    let replica = replica(&store);
    caught_up(&replica).await;
    let before = replica.view().unwrap();
    rename_everybody(&store).await;
    caught_up(&replica).await;
    let after = replica.view().unwrap();
    assert!(Arc::ptr_eq(&before.snapshot, &after.snapshot));
    assert!(before.as_of < after.as_of);

    let customers = store.customers().clone_with_type::<bson::Document>();
    let segment = doc! { "$set": { "segment": "another" } };
    customers
        .update_one(doc! { "_id": "c1" }, segment)
        .await
        .unwrap();
    caught_up(&replica).await;
    let changed = replica.view().unwrap();
    assert!(!Arc::ptr_eq(&before.snapshot, &changed.snapshot));
}

/// Where the database is far away, each question to it takes longer than all the counting.
#[tokio::test]
async fn what_memory_holds_is_not_asked_of_the_database() {
    const QUERY: &str = "{
        shop { name currency timeZone }
        kpis { breakdown(by: PRODUCT, orderBy: UNITS_SOLD) { rows { key { label } kpis { totalSales } } } }
    }";
    let (store, commands) = counted(&small_shop("held").await).await;
    let replica = replica(&store);
    caught_up(&replica).await;
    let shop = Shop::counted_by(Choice::Memory(replica.clone()), store.clone());
    commands.reset();
    let data = shop.data(QUERY).await;
    assert_eq!(commands.count("find") + commands.count("aggregate"), 0);
    assert_eq!(data["shop"]["name"], "Small Shop");
    assert_eq!(data, Shop::over(store.clone()).data(QUERY).await);

    // What has no name is called by its id, and what is gone has none.
    let products = store.products().clone_with_type::<bson::Document>();
    let chair = doc! { "_id": "chair" };
    products
        .update_one(chair, doc! { "$set": { "name": "Stool" } })
        .await
        .unwrap();
    let pen = doc! { "_id": "pen" };
    products
        .update_one(pen, doc! { "$unset": { "name": 1 } })
        .await
        .unwrap();
    products.delete_one(doc! { "_id": "desk" }).await.unwrap();
    let settings = ShopSettings {
        name: "Another Shop".into(),
        uncounted_statuses: Vec::new(),
        ..ShopSettings::default()
    };
    store.save_settings(&settings).await.unwrap();
    caught_up(&replica).await;
    let changed = shop.data(QUERY).await;
    assert_eq!(changed["shop"]["name"], "Another Shop");
    let labels = changed["kpis"]["breakdown"]["rows"].as_array().unwrap();
    let labels: Vec<_> = labels.iter().map(|row| &row["key"][0]["label"]).collect();
    for label in ["Stool", "pen", "desk"] {
        assert!(labels.iter().any(|it| *it == label), "{labels:?}");
    }
    assert_eq!(changed, Shop::over(store.clone()).data(QUERY).await);

    // Without settings, the usual ones hold.
    let settings = store.database().collection::<bson::Document>("shop");
    settings.delete_one(doc! { "_id": "shop" }).await.unwrap();
    caught_up(&replica).await;
    let data = shop.data(QUERY).await;
    assert_eq!(data["shop"]["name"], "Shop");
    assert_eq!(data, Shop::over(store).data(QUERY).await);
}

/// Nobody knows by which zone to cut days then: memory holds no shop until it is mended.
#[tokio::test]
async fn settings_that_cannot_be_read_are_waited_for() {
    let store = small_shop("unreadable").await;
    let replica = replica(&store);
    caught_up(&replica).await;
    let shop = Shop::counted_by(Choice::Auto(replica.clone()), store.clone());
    let settings = store.database().collection::<bson::Document>("shop");
    let zone = |zone: bson::Bson| doc! { "$set": { "timeZone": zone } };
    settings.update_one(doc! {}, zone(5.into())).await.unwrap();
    let withdrawn = async {
        while replica.view().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), withdrawn)
        .await
        .unwrap();
    assert!(shop.execute("{ kpis { orderCount } }").await.is_err());

    let mended = zone("Asia/Tokyo".into());
    settings.update_one(doc! {}, mended).await.unwrap();
    caught_up(&replica).await;
    let data = shop.data("{ shop { timeZone } }").await;
    assert_eq!(data["shop"]["timeZone"], "Asia/Tokyo");
}
