//! Shops as they are: six databases in the shapes that real ones have, served by the
//! models in `examples/`, compared with figures that two other programs computed, and
//! compared again while the shops' own operations are played.
//!
//! The shops lie beside the repository, not in it; where they are not, these tests say so
//! and pass.

mod examples;
mod files;
mod fixture;
mod inspected;
mod killed;
mod own_kpis;
mod own_measures;
pub mod source;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use rust_decimal::Decimal;
use salesgraph::{
    bridge::{Bridge, Source},
    engine::Choice,
    kpi::Vocabulary,
    model::Model,
    store::Store,
};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::support::{BothEngines, Shop, fresh_store, source_in};
use fixture::Fixture;
pub use killed::documents;

/// The KPIs that are exact: counts and money.
const EXACT: [&str; 14] = [
    "grossSales",
    "discounts",
    "returns",
    "taxes",
    "shippingCharges",
    "amountCharged",
    "unitsReturned",
    "totalSales",
    "totalProfit",
    "unitsSold",
    "orderCount",
    "lineCount",
    "customerCount",
    "newCustomerCount",
];
/// The KPIs that are quotients, given to 15 digits.
const QUOTIENTS: [&str; 9] = [
    "discountRate",
    "returnRate",
    "profitMargin",
    "averageBasket",
    "ordersPerCustomer",
    "repeatCustomerRate",
    "averageDaysBetweenOrders",
    "averageShippingDays",
    "retentionRate",
];
/// When returns count.
const CLOCKS: [&str; 2] = ["RETURN_DAY", "ORDER_DAY"];
/// A shop whose bridge runs until this is dropped.
struct Live {
    fixture: Fixture,
    store: Store,
    vocabulary: &'static Vocabulary,
    following: JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl Live {
    /// The shop's own database, and its canonical copy, loaded and followed.
    async fn start(name: &'static str) -> Option<Self> {
        let source = fresh_store(&format!("{name}_source")).await;
        let fixture = Fixture::load(name, source).await?;
        let store = fresh_store(name).await;
        let following = started(&fixture, &store).await;
        store.create_indexes().await.unwrap();
        Some(Self {
            vocabulary: fixture.vocabulary(),
            fixture,
            store,
            following,
        })
    }

    /// Stops the bridge, plays operations, and starts another one over the same documents.
    async fn restarted(&mut self, until: usize) {
        self.following.abort();
        self.fixture.play(until).await;
        self.following = started(&self.fixture, &self.store).await;
    }

    /// Orders and lines that cannot be used are told of, by reason and with ids.
    async fn tells_what_cannot_be_used(&self, expected: &Value) {
        let shop = Shop::over(self.store.clone());
        let data = shop
            .data("{ shop { freshness { rejects { what reason count ids } } } }")
            .await;
        let rejects = data["shop"]["freshness"]["rejects"].as_array().unwrap();
        for (kind, count) in [("order", &expected["orders"]), ("line", &expected["lines"])] {
            let of_kind = rejects.iter().filter(|it| it["what"] == kind);
            let counts = of_kind.map(|it| it["count"].as_i64().unwrap());
            assert_eq!(
                counts.sum::<i64>(),
                count.as_i64().unwrap(),
                "{}: {rejects:?}",
                self.fixture.name
            );
        }
        assert!(rejects.iter().all(|it| it["ids"][0].is_string()));
    }

    /// Waits until the figures are those of the stage, or tells what is wrong for long.
    async fn settles(&self, expected: &Value, what: &str) {
        let shop = Shop::speaking(self.vocabulary, Choice::Mongo, self.store.clone());
        let query = query(expected);
        let mut wrong = Vec::new();
        for _ in 0..200 {
            wrong = differences(&shop.data(&query).await, expected);
            if wrong.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!(
            "{} {what}: {} wrong, {:#?}",
            self.fixture.name,
            wrong.len(),
            &wrong[..wrong.len().min(10)]
        );
    }
}

async fn started(fixture: &Fixture, store: &Store) -> JoinHandle<()> {
    let model = Model::from_path(&fixture.model()).unwrap();
    Box::pin(started_by(model, fixture, store)).await
}

async fn started_by(model: Model, fixture: &Fixture, store: &Store) -> JoinHandle<()> {
    followed(model, source_in(&fixture.source).await, store).await
}

async fn followed(model: Model, source: Source, store: &Store) -> JoinHandle<()> {
    let bridge = Bridge::new(model, source, store.clone());
    let following = bridge.start(Arc::new(|_, _| {})).await.unwrap();
    tokio::spawn(following.run(Duration::from_secs(3600)))
}

/// One request for all figures of a stage.
fn query(expected: &Value) -> String {
    let mut query = String::from("{");
    let kpis = [EXACT.as_slice(), QUOTIENTS.as_slice()].concat().join(" ");
    for (number, (_, scope)) in scopes(expected).enumerate() {
        let filter = filter(&scope["scope"]);
        for clock in CLOCKS {
            let _ = write!(
                query,
                " {clock}{number}: kpis(filter: {{ {filter} returnsOn: {clock} }}) {{ {kpis} }}",
            );
        }
    }
    for (name, dimension) in dimensions(expected) {
        let _ = write!(
            query,
            " {name}: kpis {{ breakdown(by: {dimension}, first: 1000) {{ rows {{ key {{ value }} kpis {{ totalSales orderCount customerCount unitsSold }} }} }} }}"
        );
    }
    for (name, by) in [("topProducts", "PRODUCT"), ("topCustomers", "CUSTOMER")] {
        let _ = write!(
            query,
            " {name}: kpis {{ breakdown(by: {by}, first: 1000) {{ rows {{ key {{ value label }} kpis {{ totalSales orderCount unitsSold }} }} }} }}"
        );
    }
    if expected["months"].is_array() {
        query += " months: kpis { timeSeries(grain: MONTH) { label kpis { totalSales orderCount customerCount unitsSold } } }";
        query += " days: kpis { timeSeries(grain: DAY) { label kpis { totalSales orderCount customerCount unitsSold } } }";
    }
    query + " }"
}

fn scopes(expected: &Value) -> impl Iterator<Item = (&String, &Value)> {
    expected["scopes"].as_object().unwrap().iter()
}

/// The dimensions that there are figures by, with their names in the enum.
fn dimensions(expected: &Value) -> impl Iterator<Item = (&String, String)> {
    let names = expected["breakdowns"].as_object().unwrap().keys();
    names.map(|name| {
        let letters = name.chars().flat_map(|letter| {
            let before = letter.is_ascii_uppercase().then_some('_');
            before.into_iter().chain([letter.to_ascii_uppercase()])
        });
        (name, letters.collect())
    })
}

fn filter(scope: &Value) -> String {
    let mut filter = String::new();
    if let (Some(from), Some(to)) = (scope["from"].as_str(), scope["to"].as_str()) {
        let _ = write!(
            filter,
            "period: {{ between: {{ from: \"{from}\", to: \"{to}\" }} }} "
        );
    }
    if let Some(zone) = scope["timeZone"].as_str() {
        let _ = write!(filter, "timeZone: \"{zone}\" ");
    }
    for (name, value) in scope["filter"].as_object().into_iter().flatten() {
        let _ = write!(filter, "{name}: {{ eq: {value} }} ");
    }
    filter
}

/// Every figure that is not as expected.
fn differences(ours: &Value, expected: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, (name, scope)) in scopes(expected).enumerate() {
        for clock in CLOCKS {
            let ours = &ours[format!("{clock}{number}")];
            let what = format!("{name} by {clock}");
            for theirs in [scope, &expected["bridge"][name]] {
                compare(ours, &by(clock, theirs), &what, &mut wrong);
            }
        }
    }
    for (name, _) in dimensions(expected) {
        let rows = ours[name]["breakdown"]["rows"].as_array().unwrap();
        let theirs = expected["breakdowns"][name].as_array().unwrap();
        if rows.len() != theirs.len() {
            wrong.push(format!(
                "{name}: {} groups, not {}",
                rows.len(),
                theirs.len()
            ));
        }
        for group in theirs {
            let what = format!("{name}={}", group["key"]);
            match rows
                .iter()
                .find(|row| row["key"][0]["value"] == group["key"])
            {
                Some(row) => compare(&row["kpis"], group, &what, &mut wrong),
                None => wrong.push(format!("{what} is missing")),
            }
        }
    }
    for name in ["topProducts", "topCustomers"] {
        top(
            &ours[name]["breakdown"]["rows"],
            &expected[name],
            name,
            &mut wrong,
        );
    }
    for (name, key) in [("months", "month"), ("days", "day")] {
        let theirs = expected[name].as_array().into_iter().flatten();
        for bucket in theirs {
            let series = ours[name]["timeSeries"].as_array().unwrap();
            let found = series.iter().find(|it| it["label"] == bucket[key]);
            let what = format!("{name} {}", bucket[key]);
            match found {
                Some(found) => compare(&found["kpis"], bucket, &what, &mut wrong),
                None => wrong.push(format!("{what} is missing")),
            }
        }
    }
    wrong
}

fn top(rows: &Value, theirs: &Value, name: &str, wrong: &mut Vec<String>) {
    for group in theirs.as_array().into_iter().flatten() {
        let what = format!("{name} {}", group["key"]);
        let mut rows = rows.as_array().unwrap().iter();
        match rows.find(|row| row["key"][0]["value"] == group["key"]) {
            Some(row) => {
                compare(&row["kpis"], group, &what, wrong);
                let label = &row["key"][0]["label"];
                if group["name"].is_string() && *label != group["name"] {
                    wrong.push(format!("{what} is called {label}, not {}", group["name"]));
                }
            }
            None => wrong.push(format!("{what} is missing")),
        }
    }
}

/// The figures by a clock; where returns are no records, both are the same.
fn by(clock: &str, theirs: &Value) -> Value {
    let mut theirs = theirs.clone();
    if let ("ORDER_DAY", Some(others)) = (clock, theirs["returnsOnOrderDay"].as_object().cloned()) {
        theirs.as_object_mut().unwrap().extend(others);
    }
    theirs
}

fn compare(ours: &Value, theirs: &Value, what: &str, wrong: &mut Vec<String>) {
    for name in EXACT.into_iter().chain(QUOTIENTS) {
        let Some(expected) = theirs.get(name) else {
            continue;
        };
        let Some(found) = ours.get(name) else {
            continue;
        };
        let is_right = match (decimal(found), decimal(expected)) {
            (Some(found), Some(expected)) if QUOTIENTS.contains(&name) => {
                let off = (found - expected).abs();
                off <= Decimal::new(1, 12) * expected.abs().max(Decimal::ONE)
            }
            (found, expected) => found == expected,
        };
        if !is_right {
            wrong.push(format!("{what}: {name} is {found}, not {expected}"));
        }
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let exact = text.parse().or_else(|_| Decimal::from_scientific(&text));
    Some(exact.unwrap_or_else(|_| panic!("{text} is no number")))
}

async fn as_expected(name: &'static str) {
    let Some(mut live) = Live::start(name).await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let expected = live.fixture.expected.clone();
    live.settles(&expected, "at the start").await;
    live.tells_what_cannot_be_used(&expected["unusable"]).await;
    let stages = live.fixture.stages();
    for (number, until) in stages.iter().enumerate() {
        if number == 1 {
            live.restarted(*until).await;
        } else {
            live.fixture.play(*until).await;
        }
        let expected = &expected["expected_after"][until.to_string()];
        live.settles(expected, &format!("after {until} operations"))
            .await;
    }
    // Both engines, once more, over what has become of it.
    let last = &expected["expected_after"][stages[stages.len() - 1].to_string()];
    let both = BothEngines::speaking(live.vocabulary, live.store.clone()).await;
    let wrong = differences(&both.data(&query(last)).await, last);
    assert!(wrong.is_empty(), "{name} by both engines: {wrong:#?}");
}

#[tokio::test]
async fn items_in_an_array_and_status_from_flags() {
    as_expected("mern").await;
}

#[tokio::test]
async fn one_collection_with_the_customer_inside() {
    as_expected("supplies").await;
}

#[tokio::test]
async fn one_document_a_line() {
    as_expected("prototype").await;
}

#[tokio::test]
async fn numeric_statuses_and_a_rate_on_each_order() {
    as_expected("grandnode").await;
}

#[tokio::test]
async fn lines_in_a_collection_of_their_own() {
    as_expected("unchained").await;
}

#[tokio::test]
async fn arrays_within_arrays_and_somebody_else_s_orders() {
    as_expected("reaction").await;
}
