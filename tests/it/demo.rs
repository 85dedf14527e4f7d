//! The generated shop in a real database: written once, found again, mended.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use mongodb::bson::{Document, doc};
use salesgraph::{
    demo::{Error, Filled, Request, Shop, fill},
    store::{Order, Store},
};

use crate::support::{counted, fresh_store};

const ORDERS: u64 = 3_000;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn request() -> Request {
    Request {
        orders: Some(ORDERS),
        ..Request::default()
    }
}

async fn filled(store: &Store, request: &Request, today: NaiveDate) -> Filled {
    fill(store, request, today, |_, _| {}).await.unwrap()
}

async fn order_count(store: &Store) -> u64 {
    store.orders().count_documents(doc! {}).await.unwrap()
}

async fn stored_order(store: &Store, id: &str) -> Option<Order> {
    let orders = store.orders();
    orders.find_one(doc! { "_id": id }).await.unwrap()
}

#[tokio::test]
async fn the_database_holds_the_shop_to_the_last_document() {
    let store = fresh_store("filled").await;
    let done = AtomicU64::new(0);
    let progress = |written, total| {
        assert!(written <= total);
        done.fetch_max(written, Ordering::Relaxed);
    };
    let filled = fill(&store, &request(), day(1), progress).await.unwrap();

    let shop = Shop::new(&filled.options).unwrap();
    let everything = ORDERS + filled.customers + filled.products + filled.locations;
    assert_eq!(done.into_inner(), everything);
    assert_eq!(order_count(&store).await, ORDERS);
    assert_eq!(
        stored_order(&store, "O-00003000").await,
        shop.orders().last()
    );
    let customers = store.customers().count_documents(doc! {}).await.unwrap();
    assert_eq!(customers, filled.customers);
    assert_eq!(store.settings().await.unwrap(), Some(Shop::settings()));
}

#[tokio::test]
async fn the_next_day_finds_the_shop_again() {
    let store = fresh_store("again").await;
    assert!(!filled(&store, &request(), day(1)).await.reused);
    let (watched, commands) = counted(&store).await;
    for request in [request(), Request::default()] {
        let again = filled(&watched, &request, day(2)).await;
        assert!(again.reused);
        assert_eq!(again.options.until, day(1));
        assert_eq!(again.options.orders, ORDERS);
    }
    assert_eq!(commands.counts().into_keys().collect::<Vec<_>>(), ["find"]);
}

#[tokio::test]
async fn another_shop_takes_the_place_of_the_first_when_it_is_asked_for() {
    let store = fresh_store("another").await;
    filled(&store, &request(), day(1)).await;
    let smaller = Request {
        orders: Some(100),
        seed: Some(u64::MAX),
        until: Some(day(2)),
    };
    let other = filled(&store, &smaller, day(9)).await;
    assert!(!other.reused);
    assert_eq!(order_count(&store).await, 100);
    assert!(filled(&store, &smaller, day(9)).await.reused);
}

/// The load is given up in the middle, as a Ctrl-C would do.
#[tokio::test]
async fn an_interrupted_load_is_done_again() {
    let store = fresh_store("interrupted").await;
    let (notice, noticed) = tokio::sync::oneshot::channel();
    let notice = std::sync::Mutex::new(Some(notice));
    let progress = |_, _| {
        if let Some(notice) = notice.lock().unwrap().take() {
            notice.send(()).unwrap();
        }
    };
    let request = Request {
        orders: Some(20_000),
        ..Request::default()
    };
    tokio::select! {
        biased;
        _ = noticed => {}
        _ = fill(&store, &request, day(1), progress) => panic!("it was not interrupted"),
    }
    assert!(order_count(&store).await < 20_000);

    let again = filled(&store, &request, day(1)).await;
    assert!(!again.reused);
    assert_eq!(order_count(&store).await, 20_000);
}

#[tokio::test]
async fn a_shop_of_someone_else_is_left_alone() {
    let store = fresh_store("foreign").await;
    let orders = store.database().collection::<Document>("orders");
    orders.insert_one(doc! { "_id": "mine" }).await.unwrap();
    let error = fill(&store, &request(), day(1), |_, _| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotTheDemos { .. }), "{error}");
    assert_eq!(order_count(&store).await, 1);
}

#[tokio::test]
async fn what_was_written_reads_back_as_it_was_made() {
    let store = fresh_store("read_back").await;
    let options = filled(&store, &request(), day(1)).await.options;
    let shop = Shop::new(&options).unwrap();
    for number in [0, 1_499, 2_998] {
        let made = shop.order(number);
        assert_eq!(stored_order(&store, &made.id).await, Some(made));
    }
}
