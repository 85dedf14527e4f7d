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

mod generated;
mod shop;

use std::time::{Duration, Instant};

use salesgraph::{
    asking,
    engine::{COUNTING_BYTES, Choice, Engine},
    graphql::{self, AnswerLimits, Api, SettingsOverrides, Setup},
    kpi::Vocabulary,
    store::Store,
};
use shop::{Failure, Shop};

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

const QUESTIONS: [(&str, &str); 16] = [
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
    (
        "products together",
        "pairs(orderBy: LIFT, minOrders: 3) { totalCount pairs { lift confidence } }",
    ),
    (
        "RFM groups",
        "rfm { groups { customerCount share kpis { totalSales orderCount } } }",
    ),
];

fn main() -> Result<(), Failure> {
    shop::measured(ask_all)
}

async fn ask_all(shop: Shop) -> Result<(), Failure> {
    let store = Store::connect(&shop.options()).await?;
    generated::filled(&shop, &store, UNTIL.parse()?).await?;
    let api = graphql::schema(Setup {
        shop: asking::Shop {
            engine: Engine::new(Choice::Mongo, COUNTING_BYTES),
            store,
            overrides: SettingsOverrides::default(),
            vocabulary: Vocabulary::built_in(),
            clock: || "2026-01-01T00:00:00Z".parse().unwrap_or_default(),
        },
        limits: AnswerLimits::DEFAULT,
    });
    print!("{:<20}", format!("{} orders, s", shop.orders));
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
