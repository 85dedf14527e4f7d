//! What a dashboard's questions cost on the generated shop.
//!
//! ```console
//! $ cargo bench --bench dashboard -- 100000
//! ```
//!
//! brings up a private MongoDB, fills it with that many orders (50,000 unless
//! said), asks every question over all time, one year, one month, and one year of
//! one country and category, and prints the best of three runs. Nothing is cached
//! between runs but MongoDB's own pages. Compare figures of one run only: machines
//! differ, and so do days.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use salesgraph::{
    demo::{self, fill},
    engine::{Choice, Engine},
    graphql::{self, Api, SettingsOverrides, Setup},
    mongod::{Mongod, Options, Sources},
    store::{self, Store},
};

type Failure = Box<dyn std::error::Error>;

/// The shop's four years end here, so that two runs ask the same.
const UNTIL: &str = "2026-01-01";

const SCOPES: [(&str, &str); 4] = [
    ("all time", ""),
    ("one year", "(filter: { period: { year: 2025 } })"),
    ("one month", r#"(filter: { period: { month: "2025-11" } })"#),
    (
        "one year, country, category",
        r#"(filter: { period: { year: 2025 }, country: { eq: "France" }, category: { eq: "Furniture" } })"#,
    ),
];

const QUESTIONS: [(&str, &str); 14] = [
    (
        "sales totals",
        "totalSales totalProfit orderCount averageBasket unitsSold",
    ),
    (
        "customer totals",
        "customerCount newCustomerCount ordersPerCustomer averageDaysBetweenOrders retentionRate repeatCustomerRate",
    ),
    (
        "the year before",
        "totalSales compareTo(baseline: { relative: PREVIOUS_YEAR }) { change { totalSales orderCount } }",
    ),
    (
        "top 10 products",
        "breakdown(by: PRODUCT) { rows { key { label } kpis { totalSales unitsSold orderCount } } }",
    ),
    (
        "categories",
        "breakdown(by: CATEGORY) { rows { key { label } kpis { totalSales totalProfit orderCount customerCount } } }",
    ),
    (
        "segments",
        "breakdown(by: SEGMENT) { rows { key { label } kpis { totalSales orderCount customerCount } } }",
    ),
    (
        "regions",
        "breakdown(by: REGION) { rows { key { label } share kpis { totalSales orderCount customerCount } } }",
    ),
    (
        "20 best cities",
        "breakdown(by: [COUNTRY, STATE, CITY], orderBy: TOTAL_PROFIT, first: 20) { rows { key { label } kpis { totalProfit } } }",
    ),
    (
        "months",
        "timeSeries(grain: MONTH) { label kpis { totalSales orderCount customerCount } }",
    ),
    (
        "weekday by hour",
        "seasonality(cycle: WEEKDAY_HOUR) { seasonalIndex kpis { totalSales } }",
    ),
    ("peak days", "peaks { date kpis { totalSales } }"),
    (
        "ship modes",
        "breakdown(by: SHIP_MODE) { rows { key { label } kpis { orderCount averageShippingDays } } }",
    ),
    (
        "delivery distance",
        "deliveryDistance { mean median percentile90 maximum histogram { orderCount } }",
    ),
    (
        "monthly cohorts",
        "cohorts { size periods { customerCount } }",
    ),
];

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let orders = numbers.next_back().unwrap_or(demo::DEFAULT_ORDERS);
    tokio::runtime::Runtime::new()?.block_on(run(orders))
}

async fn run(orders: u64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let program = Sources::new(None)?.find_or_obtain(|_| {}).await?;
    let server = Mongod::start(Options::new(program, folder.path())).await?;
    let asked = ask_all(&server.uri(), orders).await;
    server.stop().await?;
    asked
}

async fn ask_all(uri: &str, orders: u64) -> Result<(), Failure> {
    let store = filled(uri, orders).await?;
    let api = graphql::schema(Setup {
        engine: Engine::new(store.clone(), Choice::Mongo),
        store,
        overrides: SettingsOverrides::default(),
        clock: Arc::new(|| "2026-01-01T00:00:00Z".parse().unwrap_or_default()),
    });
    print!("{:<20}", format!("{orders} orders, s"));
    for (scope, _) in SCOPES {
        print!(" {scope:>28}");
    }
    println!();
    for (question, selection) in QUESTIONS {
        print!("{question:<20}");
        for (_, filter) in SCOPES {
            let best =
                best_of_three(&api, &format!("{{ kpis{filter} {{ {selection} }} }}")).await?;
            print!(" {:>28.3}", best.as_secs_f64());
        }
        println!();
    }
    Ok(())
}

async fn filled(uri: &str, orders: u64) -> Result<Store, Failure> {
    let options = store::Options {
        uri: uri.to_owned(),
        database: "bench".into(),
        deadline: Duration::from_secs(3600),
    };
    let store = Store::connect(&options).await?;
    let until = UNTIL.parse()?;
    let request = demo::Request {
        orders: Some(orders),
        until: Some(until),
        ..demo::Request::default()
    };
    fill(&store, &request, until, |_, _| {}).await?;
    store.create_indexes().await?;
    Ok(store)
}

async fn best_of_three(api: &Api, query: &str) -> Result<Duration, Failure> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        let response = api.execute(query).await;
        if let Some(error) = response.errors.first() {
            return Err(error.message.clone().into());
        }
        best = best.min(start.elapsed());
    }
    Ok(best)
}
