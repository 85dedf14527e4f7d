//! What pages of nodes cost on the generated shop.
//!
//! ```console
//! $ cargo bench --bench nodes -- 1000000
//! ```
//!
//! brings up a private MongoDB, fills it with that many orders (50,000 unless
//! said) and asks for pages as frontends do, with KPIs counted by MongoDB and from
//! memory. For each query it prints the first run, the median of all (memory then
//! remembers what it has counted), how much of that the database took by its own
//! account, and the commands that it received. Compare figures of one run only.

mod generated;
mod shop;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use mongodb::{
    event::{EventHandler, command::CommandEvent},
    options::ClientOptions,
};
use salesgraph::{
    asking,
    engine::{
        COUNTING_BYTES, Choice, Engine,
        memory::{self, Replica},
    },
    graphql::{self, AnswerLimits, Api, SettingsOverrides, Setup},
    kpi::Vocabulary,
    store::Store,
};
use shop::{Failure, Shop};

/// The shop's four years end here, so that two runs ask the same.
const UNTIL: &str = "2026-01-01";

const RUNS: usize = 15;

const EIGHT_KPIS: &str = "totalSales totalProfit orderCount averageBasket unitsSold lineCount customerCount averageQuantityPerOrder";

/// What the database was asked, and how long it took.
#[derive(Clone, Default)]
struct Watch {
    micros: Arc<AtomicU64>,
    commands: Arc<AtomicU64>,
}

impl Watch {
    fn handler(&self) -> EventHandler<CommandEvent> {
        let watch = self.clone();
        EventHandler::callback(move |event| {
            if let CommandEvent::Succeeded(event) = event {
                let micros = u64::try_from(event.duration.as_micros()).unwrap_or(u64::MAX);
                watch.micros.fetch_add(micros, Ordering::Relaxed);
                watch.commands.fetch_add(1, Ordering::Relaxed);
            }
        })
    }

    fn reset(&self) {
        self.micros.store(0, Ordering::Relaxed);
        self.commands.store(0, Ordering::Relaxed);
    }
}

fn queries() -> Vec<(&'static str, String)> {
    let month = r#"filter: { period: { month: "2025-11" } }"#;
    vec![
        (
            "50 orders, customer, lines, products",
            "{ orders(first: 50) { edges { node { code orderedAt customer { name } lines { product { name } amounts { quantity revenue } } totals { sales } } } } }".into(),
        ),
        (
            "50 products, 8 KPIs over a month",
            format!("{{ products(first: 50) {{ edges {{ node {{ name kpis({month}) {{ {EIGHT_KPIS} }} }} }} }} }}"),
        ),
        (
            "50 customers, 2 newest orders of each",
            "{ customers(first: 50) { edges { node { name orders(first: 2) { edges { node { code } } } } } } }".into(),
        ),
        (
            "50 products, 2 newest orders of each",
            "{ products(first: 50) { edges { node { name orders(first: 2) { edges { node { code } } } } } } }".into(),
        ),
        (
            "10 customers by sales of a month",
            r#"{ customers(first: 10, sort: [{ kpi: TOTAL_SALES, over: { period: { month: "2025-11" } }, direction: DESC }]) { edges { node { name } } } }"#.into(),
        ),
        ("one order's number", "{ orders(first: 1) { edges { node { code } } } }".into()),
        ("how many orders", "{ orders(first: 1) { totalCount } }".into()),
    ]
}

fn main() -> Result<(), Failure> {
    shop::measured(ask_all)
}

async fn ask_all(shop: Shop) -> Result<(), Failure> {
    let watch = Watch::default();
    let mut client = ClientOptions::parse(shop.options().uri).await?;
    client.command_event_handler = Some(watch.handler());
    let store = Store::with_client_options(client, &shop.options())?;
    generated::filled(&shop, &store, UNTIL.parse()?).await?;
    // Following has a connection of its own, whose commands are not the queries'.
    let replica = Replica::start(
        Store::connect(&shop.options()).await?,
        memory::Options {
            budget: 4 << 30,
            reload_every: Duration::from_secs(300),
            vocabulary: Vocabulary::built_in(),
            clock: now,
        },
    );
    replica.has_caught_up_with(now()).await;
    let heading = format!("{} orders", shop.orders);
    println!(
        "{heading:<40} {:>8} {:>10} {:>10} {:>12} {:>9}",
        "engine", "first ms", "median ms", "database ms", "commands"
    );
    for (name, query) in queries() {
        let engines = [
            ("mongo", Choice::Mongo),
            ("memory", Choice::Memory(replica.clone())),
        ];
        for (engine, choice) in engines {
            let api = graphql::schema(Setup {
                shop: asking::Shop {
                    engine: Engine::new(choice, COUNTING_BYTES),
                    store: store.clone(),
                    overrides: SettingsOverrides::default(),
                    vocabulary: Vocabulary::built_in(),
                    clock: || "2026-01-01T00:00:00Z".parse().unwrap_or_default(),
                },
                limits: AnswerLimits::DEFAULT,
            });
            let runs = runs(&api, &query, &watch).await?;
            let (first, _) = runs[0];
            let (median, database) = median(runs);
            let commands = watch.commands.load(Ordering::Relaxed);
            println!(
                "{name:<40} {engine:>8} {first:>10.2} {median:>10.2} {database:>12.2} {commands:>9}"
            );
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the one place in this program")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A run's milliseconds, and what the database took of them.
type Run = (f64, f64);

async fn runs(api: &Api, query: &str, watch: &Watch) -> Result<Vec<Run>, Failure> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        watch.reset();
        let start = Instant::now();
        let response = api.execute(query).await;
        let elapsed = start.elapsed();
        if let Some(error) = response.errors.first() {
            return Err(error.message.clone().into());
        }
        let database = Duration::from_micros(watch.micros.load(Ordering::Relaxed));
        runs.push((elapsed.as_secs_f64() * 1e3, database.as_secs_f64() * 1e3));
    }
    Ok(runs)
}

fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_unstable_by(|(one, _), (two, _)| one.total_cmp(two));
    runs[runs.len() / 2]
}
