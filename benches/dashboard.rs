//! What a dashboard's questions cost on the generated shop.
//!
//! ```console
//! $ cargo bench --bench dashboard -- 100000
//! $ cargo bench --bench dashboard -- memory 1000000
//! ```
//!
//! brings up a private MongoDB, fills it with that many orders (50,000 unless
//! said), asks every question over all time, one year, one month, one year of one
//! country and category, and one year of who came back after one without orders, of MongoDB or of memory, and prints the best of three
//! runs. Nothing is cached between runs but MongoDB's own pages: each run's periods
//! begin on another day. Compare figures of one run only: machines differ, and so
//! do days.

mod generated;
mod memory;
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

const SCOPES: [(&str, &str); 5] = [
    (
        "all time",
        r#"period: { between: { from: "2000-01-0RUN" } }"#,
    ),
    (
        "one year",
        r#"period: { between: { from: "2025-01-0RUN", to: "2026-01-01" } }"#,
    ),
    (
        "one month",
        r#"period: { between: { from: "2025-11-0RUN", to: "2025-12-01" } }"#,
    ),
    (
        "one year, country, category",
        r#"period: { between: { from: "2025-01-0RUN", to: "2026-01-01" } }, country: { eq: "France" }, category: { eq: "Furniture" }"#,
    ),
    (
        "one year, of who came back",
        r#"period: { between: { from: "2025-01-0RUN", to: "2026-01-01" } }, customerOrdered: { period: { year: 2023 }, line: { category: { eq: "Textiles" } } }, customerNeverOrdered: { period: { year: 2024 } }"#,
    ),
];

const QUESTIONS: [(&str, &str); 24] = [
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
        "groups by condition",
        "breakdown(by: PRODUCT, having: [{ kpi: TOTAL_SALES, gte: 1000 }, { kpi: PROFIT_MARGIN, lt: 0.15 }]) { groupCount rows { cumulativeShare class kpis { totalSales profitMargin } } }",
    ),
    (
        "new and returning",
        "breakdown(by: CUSTOMER_KIND) { rows { kpis { totalSales orderCount customerCount } } }",
    ),
    (
        "cohorts' KPIs",
        "cohorts(grain: QUARTER) { size periods { kpis { totalSales orderCount } } }",
    ),
    (
        "lifetime value",
        "cohorts(grain: YEAR) { size periods { toDate { totalSales } } }",
    ),
    (
        "to date, trailing",
        "timeSeries(grain: QUARTER) { toDate { totalSales customerCount } trailing(count: 4) { totalSales customerCount } }",
    ),
    (
        "products together",
        "pairs(orderBy: LIFT, minOrders: 3) { totalCount pairs { lift confidence } }",
    ),
    (
        "days to 2nd order",
        "breakdown(by: SEGMENT) { rows { kpis { daysToSecondOrder } } }",
    ),
    (
        "retail months",
        "timeSeries(grain: MONTH) { label kpis { totalSales customerCount retentionRate } yearBefore { change { totalSales } } }",
    ),
    (
        "drivers",
        "drivers(by: PRODUCT, baseline: { relative: PREVIOUS_YEAR }, kpi: TOTAL_SALES) { difference rows { part } }",
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
            engine: Engine::new(choice(&store).await, COUNTING_BYTES),
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
            let calendar = if question == "retail months" {
                "calendar: { firstMonth: 2, firstWeekday: SUNDAY, weeks: FOUR_FIVE_FOUR },"
            } else {
                ""
            };
            let query = format!("{{ kpis(filter: {{ {calendar} {filter} }}) {{ {selection} }} }}");
            let best = best_of_three(&api, &query).await?;
            print!(" {:>28.3}", best.as_secs_f64());
        }
        println!();
    }
    Ok(())
}

/// Memory where the command line says so, once all is in it; else MongoDB.
async fn choice(store: &Store) -> Choice {
    if !std::env::args().any(|argument| argument == "memory") {
        return Choice::Mongo;
    }
    Choice::Memory(memory::loaded(store).await)
}

async fn best_of_three(api: &Api, query: &str) -> Result<Duration, Failure> {
    let mut best = Duration::MAX;
    for run in 1..=3 {
        let query = query.replace("RUN", &run.to_string());
        let start = Instant::now();
        let response = api.execute(query).await;
        if let Some(error) = response.errors.first() {
            return Err(error.message.clone().into());
        }
        best = best.min(start.elapsed());
    }
    Ok(best)
}
