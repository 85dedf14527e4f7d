//! Random shops, kept in databases of random shapes, read by the models of these shapes,
//! changed at random while the bridge is ended and started again.
//!
//! What is expected is worked out from the shop itself, by plain addition. `SALESGRAPH_CASES`
//! and `SALESGRAPH_SEED` are as for the [engines](crate::engines).

mod first_load;
mod kept;
mod left_open;
mod shape;
mod truth;
mod written;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use salesgraph::{
    bridge::{Bridge, Source},
    engine::Choice,
    kpi::Vocabulary,
    model::Model,
    store::Store,
};
use serde_json::Value;
use tokio::task::JoinHandle;

use self::{
    kept::Kept,
    shape::Shape,
    truth::{Figures, Truth},
};
use crate::{
    engines::{cases, dice::Dice, first_seed},
    shops::documents,
    support::{BothEngines, Shop, fresh_store, source_in},
};

/// How often the bridge is ended.
const ENDS: usize = 4;
/// Changes while one bridge runs.
const CHANGES: usize = 8;
/// As many of the usual number of cases are one shop.
const CASES_OF_A_SHOP: u64 = 40;

/// Amounts, which are asked for by their digits, and what is counted.
const MONEY: [&str; 6] = [
    "totalSales",
    "grossSales",
    "discounts",
    "returns",
    "taxes",
    "shippingCharges",
];
const COUNTS: [&str; 4] = ["unitsSold", "orderCount", "lineCount", "customerCount"];
/// What is asked for by each dimension, as far as the shop's figures have it.
const GROUPS: [(&str, &[&str]); 5] = [
    ("COUNTRY", &["totalSales", "orderCount", "customerCount"]),
    ("CITY", &["orderCount"]),
    ("CATEGORY", &["grossSales", "unitsSold", "orderCount"]),
    ("PRODUCT", &["unitsSold"]),
    ("CUSTOMER", &["orderCount"]),
];
const OF_MONTHS: [&str; 2] = ["totalSales", "orderCount"];

fn query() -> String {
    let mut query = format!("{{ kpis {{ {} {}", MONEY.join(" "), COUNTS.join(" "));
    for (dimension, kpis) in GROUPS {
        let kpis = kpis.join(" ");
        let _ = write!(
            query,
            " {dimension}: breakdown(by: {dimension}, first: 100) {{ rows {{ key {{ value label }} kpis {{ {kpis} }} }} }}"
        );
    }
    let kpis = OF_MONTHS.join(" ");
    let _ = write!(
        query,
        " timeSeries(grain: MONTH) {{ label kpis {{ {kpis} }} }} }}"
    );
    query + " shop { freshness { rejects { what count } } } }"
}

/// The figures of an answer, as the shop's own are written.
fn figures(answer: &Value) -> Figures {
    let mut figures = Figures::new();
    let kpis = &answer["kpis"];
    let mut add = |of: &str, kpis: &Value, names: &[&str]| {
        for name in names {
            figures.insert(format!("{of} {name}"), number(name, &kpis[*name]));
        }
    };
    add("", kpis, &MONEY);
    add("", kpis, &COUNTS);
    for (dimension, names) in GROUPS {
        for row in kpis[dimension]["rows"].as_array().unwrap() {
            let key = &row["key"][0];
            // A product that is not there yet has no name.
            let name = key["label"].as_str().or(key["value"].as_str());
            let of = format!("{dimension} {}", name.unwrap_or_default());
            add(&of, &row["kpis"], names);
        }
    }
    for month in kpis["timeSeries"].as_array().unwrap() {
        add(month["label"].as_str().unwrap(), &month["kpis"], &OF_MONTHS);
    }
    figures
}

/// A count, or an amount in cents.
fn number(kpi: &str, value: &Value) -> i64 {
    let digits = value.to_string();
    let digits: Decimal = digits
        .trim_matches('"')
        .parse()
        .unwrap_or_else(|_| panic!("{kpi} is {value}"));
    let of_one = if MONEY.contains(&kpi) {
        Decimal::ONE_HUNDRED
    } else {
        Decimal::ONE
    };
    (digits * of_one).to_i64().unwrap()
}

/// What is not as it should be.
fn differences(found: &Figures, expected: &Figures) -> Vec<String> {
    let keys = found
        .keys()
        .chain(expected.keys().filter(|it| !found.contains_key(*it)));
    let of = |figures: &Figures, key: &String| figures.get(key).copied().unwrap_or_default();
    let wrong = keys.filter(|key| of(found, key) != of(expected, key));
    wrong
        .map(|key| format!("{key} is {}, not {}", of(found, key), of(expected, key)))
        .collect()
}

/// A shop in a shape of its own, and the copy that is made of it.
struct Case {
    text: String,
    source: Source,
    store: Store,
}

impl Case {
    fn model(&self) -> Model {
        Model::parse(&self.text, "shop.toml")
            .unwrap_or_else(|error| panic!("{error}\n{}", self.text))
    }

    async fn followed_into(&self, store: &Store) -> JoinHandle<()> {
        let bridge = Bridge::new(self.model(), self.source.clone(), store.clone());
        let following = bridge.start(Arc::new(|_, _| {})).await.unwrap();
        tokio::spawn(following.run(Duration::from_secs(3600)))
    }

    /// What is wrong for long with the copy.
    async fn wrong(&self, truth: &Truth, shape: &Shape) -> Vec<String> {
        let expected = truth.figures(shape.zone);
        let shop = Shop::speaking(self.vocabulary(), Choice::Mongo, self.store.clone());
        let mut wrong = Vec::new();
        for _ in 0..200 {
            let answer = shop.data(&query()).await;
            wrong = differences(&figures(&answer), &expected);
            let told = answer["shop"]["freshness"]["rejects"].as_array().unwrap();
            let told: u64 = told.iter().map(|it| it["count"].as_u64().unwrap()).sum();
            if told != truth.broken_lines() as u64 {
                wrong.push(format!("told of {told}, not of {}", truth.broken_lines()));
            }
            if wrong.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        wrong
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        self.model().vocabulary()
    }
}

async fn follows_to_the_truth(seed: u64) {
    let mut dice = Dice::new(seed, 0);
    let shape = Shape::new(&mut dice);
    let mut truth = Truth::new(&mut dice);
    let source = fresh_store("shape_source").await;
    let case = Case {
        text: shape.model(),
        source: source_in(&source).await,
        store: fresh_store("shape").await,
    };
    let mut kept = Kept::new(source, &shape.collections()).await;
    kept.becomes(shape.documents(&truth), &mut dice).await;
    let mut history = Vec::new();
    for _ in 0..ENDS {
        let following = case.followed_into(&case.store).await;
        for _ in 0..CHANGES {
            history.push(truth.change(&mut dice));
            kept.becomes(shape.documents(&truth), &mut dice).await;
        }
        if dice.percent(25) {
            let collection = *dice.pick(&shape.collections());
            history.push(collection);
            kept.restored(collection, &mut dice).await;
        }
        // In the middle of whatever it is doing.
        tokio::time::sleep(Duration::from_millis(dice.below(60) as u64)).await;
        following.abort();
        let _ = following.await;
    }
    let following = case.followed_into(&case.store).await;
    let case_of = format!("SALESGRAPH_SEED={seed}, {shape:?}, after {history:?}");
    let wrong = case.wrong(&truth, &shape).await;
    assert!(wrong.is_empty(), "{case_of}:\n{wrong:#?}\n{}", case.text);
    let both = BothEngines::speaking(case.vocabulary(), case.store.clone()).await;
    let found = figures(&both.data(&query()).await);
    let wrong = differences(&found, &truth.figures(shape.zone));
    assert!(wrong.is_empty(), "{case_of}, by both engines:\n{wrong:#?}");
    let afresh = fresh_store("shape_afresh").await;
    let loaded = case.followed_into(&afresh).await;
    assert_eq!(
        documents(&case.store).await,
        documents(&afresh).await,
        "{case_of}"
    );
    following.abort();
    loaded.abort();
}

#[tokio::test]
async fn random_shops_in_random_shapes_are_followed_to_the_truth() {
    for shop in 0..cases().div_ceil(CASES_OF_A_SHOP) {
        Box::pin(follows_to_the_truth(first_seed() + shop)).await;
    }
}
