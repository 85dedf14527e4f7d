//! A database that is frozen, and a clock that is set: memory answers on, and says as of when.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use bson::{Document, doc};
use chrono::{DateTime, TimeDelta, Utc};
use rustix::process::{Pid, Signal, kill_process};
use salesgraph::{
    engine::{
        Choice,
        memory::{Options, Replica},
    },
    kpi::Vocabulary,
    mongod::{self, Mongod},
    store::{self, Store},
};

use crate::{
    small_shop::small_shop,
    support::{Shop, program, replica, server_folder},
};

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn order(id: &str) -> Document {
    doc! {
        "_id": id, "orderedAt": bson::DateTime::from_millis(1_700_000_000_000),
        "status": "completed", "lines": [{ "quantity": 1, "revenue": 10 }],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_answers_while_the_database_is_frozen() {
    let folder = server_folder();
    let mut options = mongod::Options::new(program(), folder.path());
    options.arguments = vec!["--wiredTigerCacheSizeGB=0.25".into()];
    let mongod = Mongod::start(options).await.unwrap();
    let options = store::Options {
        uri: mongod.uri(),
        database: "frozen".into(),
        deadline: Duration::from_secs(60),
    };
    let store = Store::connect(&options).await.unwrap();
    let orders = store.orders().clone_with_type::<Document>();
    orders.insert_one(order("1")).await.unwrap();
    let replica = replica(&store.apart(options.deadline).unwrap());
    until("it is loaded", || replica.view().is_some()).await;
    let id = Pid::from_raw(i32::try_from(mongod.pid()).unwrap()).unwrap();

    kill_process(id, Signal::STOP).unwrap();
    until("it is out of date", || replica.view().is_none()).await;
    let old = replica.stale_view().unwrap().as_of;
    for choice in [
        Choice::Auto(replica.clone()),
        Choice::Memory(replica.clone()),
    ] {
        let shop = Shop::counted_by(choice, store.clone());
        let start = Instant::now();
        let data = shop
            .data("{ kpis { orderCount } shop { freshness { asOf } } }")
            .await;
        assert!(start.elapsed() < Duration::from_secs(3));
        assert_eq!(data["kpis"]["orderCount"], 1);
        let as_of = data["shop"]["freshness"]["asOf"].as_str().unwrap();
        assert_eq!(as_of.parse::<DateTime<Utc>>().unwrap(), old);
    }
    kill_process(id, Signal::CONT).unwrap();
    until("it is up to date again", || replica.view().is_some()).await;
    mongod.stop().await.unwrap();
}

/// By how many seconds the clock was set.
static SET: AtomicI64 = AtomicI64::new(0);

#[expect(clippy::disallowed_methods, reason = "a clock that can be set")]
fn clock() -> DateTime<Utc> {
    Utc::now() + TimeDelta::seconds(SET.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_clock_that_is_set_does_not_date_the_shop_in_the_future() {
    let store = small_shop("clock").await;
    let options = Options {
        budget: usize::MAX,
        reload_every: Duration::from_secs(3600),
        clock,
        vocabulary: Vocabulary::built_in(),
    };
    let replica = Replica::start(store.clone(), options);
    let is_right = || {
        replica.view().is_some_and(|view| {
            let age = clock() - view.as_of;
            age >= TimeDelta::zero() && age < TimeDelta::seconds(3)
        })
    };
    until("it is loaded", is_right).await;
    for seconds in [-3600, 3600] {
        SET.store(seconds, Ordering::SeqCst);
        until("it is dated by the clock", is_right).await;
    }
}
