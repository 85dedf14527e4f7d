//! How long a shop's own MongoDB takes to load, and how soon a change in it shows.
//!
//! ```console
//! $ cargo bench --bench bridge -- 1000000
//! ```
//!
//! brings up a private MongoDB, fills a database with that many orders of the MERN
//! stack's shape (50,000 unless said), and loads them by `examples/mern.toml` into
//! canonical collections on the same server. Then it writes 1,000 orders a second to
//! the source for twenty seconds, one in ten of them a change of an order that was
//! there; every 50 ms it writes one more, to a country of its own, and asks the memory
//! engine for the orders of that country until there is one.

mod delays;
mod memory;
mod shop;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use mongodb::{
    Collection,
    bson::{self, Bson, Document, doc, oid::ObjectId},
};
use salesgraph::{
    bridge::{Bridge, Source},
    engine::{COUNTING_BYTES, Choice, Engine, memory::Replica},
    kpi::{
        Answer, Count, Dimension, Entries, Interval, Measure, Measures, Pass, Predicate, ReturnsOn,
        Scope, Vocabulary,
    },
    model::Model,
    store::{Options, Store},
};
use shop::{Failure, Shop};
use tokio::time::{MissedTickBehavior, interval};

/// How long to write.
const DURATION: Duration = Duration::from_secs(20);
/// Orders written at a time, and how often: a thousand a second.
const WRITES: (u32, Duration) = (20, Duration::from_millis(20));
/// How often to look whether a change has come through.
const PROBES: Duration = Duration::from_millis(50);
/// Documents that are generated at a time.
const BATCH: u32 = 5_000;
/// Customers and products of the shop.
const USERS: u32 = 50_000;
const PRODUCTS: u32 = 2_000;
/// Where ids of written orders begin, past those that were there.
const WRITTEN: u32 = 0x4000_0000;
const PROBED: u32 = 0x8000_0000;

fn main() -> Result<(), Failure> {
    shop::measured(measure)
}

async fn measure(shop: Shop) -> Result<(), Failure> {
    let options = shop.options();
    let of_source = Options {
        database: "mern".into(),
        ..shop.options()
    };
    let source = Store::connect(&of_source).await?;
    let orders = source.database().collection::<Document>("orders");
    fill(&source, u32::try_from(shop.orders)?).await?;
    let canonical = Store::connect(&options).await?;
    let started = Instant::now();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/mern.toml");
    let model = Model::from_path(model.as_ref())?;
    let bridge = Bridge::new(model, Source::connect(&of_source).await?, canonical.clone());
    let following = bridge.start(Arc::new(|_, _| {})).await?;
    println!(
        "{} orders of the source loaded in {:.1} s",
        shop.orders,
        started.elapsed().as_secs_f64()
    );
    let following = tokio::spawn(following.run(Duration::from_secs(300)));
    let replica = memory::loaded(&canonical).await;
    let writing = tokio::spawn(write(orders.clone()));
    let delays = probe(&orders, &canonical, replica).await?;
    let written = writing.await??;
    println!(
        "{written} orders written in {} s; {}",
        DURATION.as_secs(),
        delays::summary(delays),
    );
    following.abort();
    Ok(())
}

/// Fills the source with orders, products and users.
async fn fill(source: &Store, orders: u32) -> Result<(), Failure> {
    let database = source.database();
    let products = (0..PRODUCTS).map(|number| {
        doc! { "_id": id(2, number), "name": format!("Product {number}"), "category": format!("Category {}", number % 20) }
    });
    database
        .collection("products")
        .insert_many(products)
        .await?;
    let users =
        (0..USERS).map(|number| doc! { "_id": id(3, number), "name": format!("User {number}") });
    database.collection("users").insert_many(users).await?;
    let collection = database.collection("orders");
    for first in (0..orders).step_by(BATCH as usize) {
        let batch = (first..orders.min(first + BATCH)).map(|number| order(number, "United States"));
        collection.insert_many(batch).await?;
    }
    Ok(())
}

/// An id of its own for each kind and number.
fn id(kind: u8, number: u32) -> ObjectId {
    let mut bytes = [kind; 12];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// An order as Mongoose writes it; all that varies follows from the number.
fn order(number: u32, country: &str) -> Document {
    let mixed = number.wrapping_mul(2_654_435_761);
    let minutes = i64::from(mixed % (3 * 525_600));
    let placed = bson::DateTime::from_millis(1_640_995_200_000 + minutes * 60_000);
    let items: Vec<Document> = (0..=mixed % 4)
        .map(|item| {
            let product = mixed.wrapping_add(item * 7919) % PRODUCTS;
            let price = f64::from(product % 500) + 0.99;
            doc! {
                "_id": id(4, number), "product": id(2, product), "name": format!("Product {product}"),
                "qty": 1 + item, "price": price, "image": "/images/x.jpg",
            }
        })
        .collect();
    let delivered = mixed % 10 > 2;
    doc! {
        "_id": id(1, number),
        "user": id(3, mixed % USERS),
        "orderItems": items,
        "shippingAddress": {
            "address": "821 Tiba St", "city": format!("City {}", mixed % 300), "postalCode": "20312", "country": country,
        },
        "paymentMethod": "PayPal",
        "taxPrice": 7.25,
        "shippingPrice": 0,
        "isPaid": !mixed.is_multiple_of(20),
        "isDelivered": delivered,
        "deliveredAt": if delivered { Bson::DateTime(placed) } else { Bson::Null },
        "createdAt": placed,
        "updatedAt": placed,
        "__v": 0,
    }
}

/// Writes orders until the time is up; says how many.
async fn write(orders: Collection<Document>) -> Result<u32, Failure> {
    let (count, every) = WRITES;
    let started = Instant::now();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut written = 0;
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let batch = (written..written + count).map(|number| order(WRITTEN + number, "Canada"));
        orders.insert_many(batch).await?;
        for number in (written..written + count).step_by(10) {
            let paid = doc! { "$set": { "isPaid": true, "orderItems.0.qty": 9 } };
            let earlier = doc! { "_id": id(1, WRITTEN + number / 2) };
            orders.update_one(earlier, paid).await?;
        }
        written += count;
    }
    Ok(written)
}

/// Writes single orders to the source and waits for each to show in the KPIs.
async fn probe(
    orders: &Collection<Document>,
    store: &Store,
    replica: Replica,
) -> Result<Vec<Duration>, Failure> {
    let engine = Engine::new(Choice::Memory(replica), COUNTING_BYTES);
    let started = Instant::now();
    let mut ticks = interval(PROBES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut delays = Vec::new();
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let number = u32::try_from(delays.len())?;
        let country = format!("Probe {number}");
        orders.insert_one(order(PROBED + number, &country)).await?;
        let written = Instant::now();
        while !has_orders(&engine, store, &country).await? {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        delays.push(written.elapsed());
    }
    Ok(delays)
}

async fn has_orders(engine: &Engine, store: &Store, country: &str) -> Result<bool, Failure> {
    let scope = Scope {
        period: Interval::default(),
        returns_on: ReturnsOn::default(),
        calendar: chrono_tz::UTC.into(),
        uncounted: [].into(),
        predicates: vec![Predicate::Among(
            vec![Dimension::COUNTRY],
            vec![vec![country.into()]],
        )],
    };
    let pass = Pass {
        entries: Entries::Orders,
        scope: scope.into(),
        axes: Vec::new(),
        slices: None,
        count: Count::Measures(Measures::from([Measure::Orders])),
        fold: None,
    };
    let session = engine
        .session(store.clone(), Vec::new(), Vocabulary::built_in())
        .await;
    let answers = session.answers(vec![pass]).await;
    match answers.into_iter().next() {
        Some(Ok(answer)) => match &*answer {
            Answer::Measures(rows) => Ok(!rows.is_empty()),
            _ => Err("not what was asked".into()),
        },
        Some(Err(error)) => Err(error.into()),
        None => Ok(false),
    }
}
