//! How soon a change of the database shows in KPIs, while a thousand orders a second come in.
//!
//! ```console
//! $ cargo bench --bench following -- 1000000
//! ```
//!
//! brings up a private MongoDB with a generated shop of that many orders (50,000
//! unless said), loads it into memory, and then writes 1,000 orders a second for
//! twenty seconds, in their places all over the last year, one in ten of them a
//! change of an order that was there. Every 50 ms it writes one more, with a status
//! of its own, and asks for the orders of that status until there is one.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mongodb::bson::doc;
use rust_decimal::Decimal;
use salesgraph::{
    demo::{self, fill},
    engine::{
        Choice, Engine,
        memory::{self, Replica},
    },
    kpi::{Answer, Count, Dimension, Interval, Measure, Measures, Pass, Predicate, Scope},
    mongod::{Mongod, Options, Sources},
    store::{self, Order, OrderLine, Store},
};
use tokio::time::{MissedTickBehavior, interval};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long to write.
const DURATION: Duration = Duration::from_secs(20);
/// Orders written at a time, and how often: a thousand a second.
const WRITES: (usize, Duration) = (20, Duration::from_millis(20));
/// How often to look whether a change has come through.
const PROBES: Duration = Duration::from_millis(50);

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let orders = numbers.next_back().unwrap_or(demo::DEFAULT_ORDERS);
    tokio::runtime::Runtime::new()?.block_on(run(orders))
}

async fn run(orders: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let program = Sources::new(None)?.find_or_obtain(|_| {}).await?;
    let server = Mongod::start(Options::new(program, folder.path())).await?;
    let measured = measure(&server.uri(), orders).await;
    server.stop().await?;
    measured
}

async fn measure(uri: &str, orders: u64) -> Result<(), Failure> {
    let store = filled(uri, orders).await?;
    let started = Instant::now();
    let options = memory::Options {
        budget: 4 << 30,
        reload_every: Duration::from_secs(300),
        clock: now,
    };
    let replica = Replica::start(store.clone(), options);
    replica.has_caught_up_with(now()).await;
    println!(
        "{orders} orders loaded in {:.1} s",
        started.elapsed().as_secs_f64()
    );

    let writing = tokio::spawn(write(store.clone()));
    let mut delays = probe(&store, &replica).await?;
    let written = writing.await??;
    delays.sort_unstable();
    let at = |share: usize| delays[(delays.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!(
        "{written} orders written in {} s; {} changes seen after ms: median {:.0}, p90 {:.0}, p99 {:.0}, worst {:.0}",
        DURATION.as_secs(),
        delays.len(),
        at(50),
        at(90),
        at(99),
        at(100),
    );
    Ok(())
}

async fn filled(uri: &str, orders: u64) -> Result<Store, Failure> {
    let options = store::Options {
        uri: uri.to_owned(),
        database: "bench".into(),
        deadline: Duration::from_secs(3600),
    };
    let store = Store::connect(&options).await?;
    let request = demo::Request {
        orders: Some(orders),
        ..demo::Request::default()
    };
    fill(&store, &request, now().date_naive(), |_, _| {}).await?;
    store.create_indexes().await?;
    Ok(store)
}

/// Writes orders until the time is up; says how many.
async fn write(store: Store) -> Result<usize, Failure> {
    let (orders, every) = WRITES;
    let started = Instant::now();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut written = 0;
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let batch = (written..written + orders).map(|number| order(number, "completed"));
        store.orders().insert_many(batch).await?;
        for number in (written..written + orders).step_by(10) {
            let shipped = doc! { "$set": { "shippedAt": mongodb::bson::DateTime::now() } };
            let earlier = format!("bench-{}", number / 2);
            store
                .orders()
                .update_one(doc! { "_id": earlier }, shipped)
                .await?;
        }
        written += orders;
    }
    Ok(written)
}

/// Writes single orders and waits for each to show.
async fn probe(store: &Store, replica: &Replica) -> Result<Vec<Duration>, Failure> {
    let engine = Engine::new(store.clone(), Choice::Auto(replica.clone()));
    let started = Instant::now();
    let mut ticks = interval(PROBES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut delays = Vec::new();
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let status = format!("probe {}", delays.len());
        let number = 1_000_000_000 + delays.len();
        store.orders().insert_one(order(number, &status)).await?;
        let written = Instant::now();
        while orders_of(&engine, &status).await? == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        delays.push(written.elapsed());
    }
    Ok(delays)
}

async fn orders_of(engine: &Engine, status: &str) -> Result<usize, Failure> {
    let pass = Pass {
        scope: Scope {
            period: Interval::default(),
            zone: chrono_tz::UTC,
            uncounted: [].into(),
            predicates: vec![Predicate::Among(
                vec![Dimension::Status],
                vec![vec![status.into()]],
            )],
        }
        .into(),
        axes: Vec::new(),
        slices: None,
        count: Count::Measures(Measures::from([Measure::Orders])),
    };
    let session = engine.session();
    let answers = session.answers(vec![pass]).await;
    if session.works().mongo.passes > 0 {
        return Err("the shop is not in memory".into());
    }
    match answers.into_iter().next() {
        Some(Ok(answer)) => match &*answer {
            Answer::Measures(rows) => Ok(rows.len()),
            _ => Err("not what was asked".into()),
        },
        Some(Err(error)) => Err(error.into()),
        None => Ok(0),
    }
}

/// An order somewhere in the last year.
fn order(number: usize, status: &str) -> Order {
    let minutes = i64::try_from(number.wrapping_mul(7919) % 525_600).unwrap_or_default();
    let ordered_at: DateTime<Utc> = now() - TimeDelta::minutes(minutes);
    Order {
        id: format!("bench-{number}"),
        ordered_at,
        shipped_at: None,
        status: status.into(),
        ship_mode: None,
        customer_id: Some(format!("bench-{}", number % 1000)),
        ship_to_id: None,
        ship_from_id: None,
        lines: vec![OrderLine {
            product_id: Some("bench".into()),
            quantity: Decimal::ONE,
            revenue: Decimal::new(1999, 2),
            profit: None,
            discount: None,
        }],
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place in this program")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
