//! How soon a change shows in KPIs, and what KPIs cost, while a thousand orders a second come in.
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
//!
//! Then orders come in as in a shop, each placed when it is written, for twenty
//! seconds more. Every 250 ms it counts every measure over all time: of the whole
//! shop, by region and by month. It prints what that took before there was a change
//! and meanwhile, and how many orders were looked at.

mod delays;
mod generated;
mod memory;
mod shop;

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use memory::now;
use mongodb::bson::doc;
use rust_decimal::Decimal;
use salesgraph::{
    engine::{COUNTING_BYTES, Choice, Engine, memory::Replica},
    kpi::{
        Answer, Axis, Count, Dimension, Entries, Grain, Interval, Measure, Measures, Pass,
        Predicate, ReturnsOn, Scope, Vocabulary,
    },
    store::{Order, OrderLine, Store},
};
use shop::{Failure, Shop};
use tokio::time::{MissedTickBehavior, interval};

/// How long to write.
const DURATION: Duration = Duration::from_secs(20);
/// Orders written at a time, and how often: a thousand a second.
const WRITES: (usize, Duration) = (20, Duration::from_millis(20));
/// How often to look whether a change has come through.
const PROBES: Duration = Duration::from_millis(50);
/// How often to count everything.
const QUESTIONS: Duration = Duration::from_millis(250);

fn main() -> Result<(), Failure> {
    shop::measured(measure)
}

async fn measure(shop: Shop) -> Result<(), Failure> {
    let store = Store::connect(&shop.options()).await?;
    generated::filled(&shop, &store, now().date_naive()).await?;
    let started = Instant::now();
    let replica = memory::loaded(&store).await;
    println!(
        "{} orders loaded in {:.1} s",
        shop.orders,
        started.elapsed().as_secs_f64()
    );

    let writing = tokio::spawn(write(store.clone(), last_year));
    let delays = probe(&store, &replica).await?;
    let written = writing.await??;
    println!(
        "{written} orders written in {} s; {}",
        DURATION.as_secs(),
        delays::summary(delays),
    );
    let engine = Engine::new(Choice::Auto(replica), COUNTING_BYTES);
    let (still, read) = count_everything(&engine, &store).await?;
    println!("everything over all time, when it is first asked: {still:.0} ms, {read} orders read");
    let writing = tokio::spawn(write(store.clone(), |_| now()));
    let mut counted = Vec::new();
    let mut ticks = interval(QUESTIONS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while !writing.is_finished() {
        ticks.tick().await;
        counted.push(count_everything(&engine, &store).await?);
    }
    writing.await??;
    counted.sort_unstable_by(|(one, _), (other, _)| one.total_cmp(other));
    let (median, read) = counted[counted.len() / 2];
    println!("while today's orders come in: median {median:.0} ms, {read} orders read");
    Ok(())
}

/// Counts every measure of the whole shop, by region and by month; how many milliseconds
/// that took, and how many orders were looked at.
async fn count_everything(engine: &Engine, store: &Store) -> Result<(f64, usize), Failure> {
    let axes = [
        vec![],
        vec![Axis::Dimension(Dimension::REGION)],
        vec![Axis::Bucket(Grain::Month)],
    ];
    let pass = |axes| Pass {
        axes,
        ..over_all_time(Vec::new(), Measures::from(Measure::ALL))
    };
    let vocabulary = Vocabulary::built_in();
    let session = engine.session(store.clone(), Vec::new(), vocabulary).await;
    let started = Instant::now();
    for answer in session.answers(axes.map(pass).into()).await {
        answer?;
    }
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let read = session.works().memory.orders;
    Ok((milliseconds, read.ok_or("the shop is not in memory")?))
}

fn over_all_time(predicates: Vec<Predicate>, measures: Measures) -> Pass {
    let scope = Scope {
        period: Interval::default(),
        returns_on: ReturnsOn::default(),
        calendar: chrono_tz::UTC.into(),
        uncounted: [].into(),
        predicates,
    };
    Pass {
        entries: Entries::Orders,
        scope: scope.into(),
        axes: Vec::new(),
        slices: None,
        count: Count::Measures(measures),
        fold: None,
    }
}

/// Writes orders until the time is up; says how many.
async fn write(
    store: Store,
    ordered_at: impl Fn(usize) -> DateTime<Utc>,
) -> Result<usize, Failure> {
    let (orders, every) = WRITES;
    let started = Instant::now();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut written = 0;
    let run = now().timestamp_millis();
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let batch = (written..written + orders).map(|number| {
            let id = format!("{run}-{number}");
            order(id, number, ordered_at(number), "completed")
        });
        store.orders().insert_many(batch).await?;
        for number in (written..written + orders).step_by(10) {
            let shipped = doc! { "$set": { "shippedAt": mongodb::bson::DateTime::now() } };
            let earlier = format!("{run}-{}", number - number / 20);
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
    let engine = Engine::new(Choice::Auto(replica.clone()), COUNTING_BYTES);
    let started = Instant::now();
    let mut ticks = interval(PROBES);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut delays = Vec::new();
    while started.elapsed() < DURATION {
        ticks.tick().await;
        let status = format!("probe {}", delays.len());
        let number = delays.len();
        let probe = order(status.clone(), number, last_year(number), &status);
        store.orders().insert_one(probe).await?;
        let written = Instant::now();
        while orders_of(&engine, store, &status).await? == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        delays.push(written.elapsed());
    }
    Ok(delays)
}

async fn orders_of(engine: &Engine, store: &Store, status: &str) -> Result<usize, Failure> {
    let is_probe = Predicate::Among(vec![Dimension::STATUS], vec![vec![status.into()]]);
    let pass = over_all_time(vec![is_probe], Measures::from([Measure::Orders]));
    let vocabulary = Vocabulary::built_in();
    let session = engine.session(store.clone(), Vec::new(), vocabulary).await;
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

/// Somewhere in the last year.
fn last_year(number: usize) -> DateTime<Utc> {
    let minutes = i64::try_from(number.wrapping_mul(7919) % 525_600).unwrap_or_default();
    now() - TimeDelta::minutes(minutes)
}

fn order(id: String, number: usize, ordered_at: DateTime<Utc>, status: &str) -> Order {
    Order {
        id,
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
            ..OrderLine::default()
        }],
        returns: Vec::new(),
    }
}
