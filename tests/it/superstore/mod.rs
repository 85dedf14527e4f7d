//! A real shop's export, every figure of it by either engine, as two other programs computed it.
//!
//! The export and its figures lie beside the repository, not in it; where they are
//! not, these tests say so and pass. The figures' file defines some things
//! differently from this schema; each mapping of the one to the other is said where
//! it is made.

mod analyst;
mod baskets;
mod customers;
mod groups;
mod time;

use std::{fs, path::Path};

use rust_decimal::Decimal;
use salesgraph::{
    import::{self, Mapping, Request},
    store::Store,
};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::support::{Served, fresh_store, shared_dir};

/// Both windows of the figures: their name there, and the filter that makes them here.
const WINDOWS: [(&str, &str); 2] = [
    ("all", ""),
    ("year_2016", "(filter: { period: { year: 2016 } })"),
];

const MEASURES: &str = "totalSales totalProfit orderCount lineCount unitsSold customerCount";

struct Superstore {
    by_mongo: Served,
    by_memory: Served,
    figures: Value,
}

/// The shop, imported and served once for all tests; `None` where the export is missing.
async fn superstore() -> Option<&'static Superstore> {
    static SHOP: OnceCell<Option<Superstore>> = OnceCell::const_new();
    let shop = SHOP.get_or_init(|| async {
        let data = shared_dir()?.join("data");
        let figures = fs::read_to_string(data.join("superstore_expected.json")).ok()?;
        let store = imported(&data).await;
        Some(Superstore {
            by_mongo: Served::start(store.clone()),
            by_memory: Served::in_memory(store),
            figures: serde_json::from_str(&figures).unwrap(),
        })
    });
    let shop = shop.await.as_ref();
    if shop.is_none() {
        println!("skipped: no superstore export beside the repository");
    }
    shop
}

async fn imported(data: &Path) -> Store {
    let store = fresh_store("superstore").await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/superstore.toml");
    let mapping = Mapping::from_path(&example).unwrap();
    let input = data.join("superstore.csv");
    let rejects = std::env::temp_dir().join("superstore-rejects.csv");
    let request = Request {
        mapping: &mapping,
        input: Some(&input),
        rejects: &rejects,
        replace: false,
    };
    let report = import::run(&request, &store, |_| {}).await;
    assert_eq!(report.unwrap().rejected, 0);
    store.create_indexes().await.unwrap();
    store
}

impl Superstore {
    /// What a window's `Kpis` answer to a selection.
    async fn kpis(&self, filter: &str, selection: &str) -> Value {
        let data = self
            .data(&format!("{{ kpis{filter} {{ {selection} }} }}"))
            .await;
        data["kpis"].clone()
    }

    /// What both engines answer to a query.
    async fn data(&self, query: &str) -> Value {
        let (mongo, memory) = futures::join!(self.by_mongo.data(query), self.by_memory.data(query));
        assert_eq!(memory, mongo, "memory's answer is not MongoDB's");
        mongo
    }

    fn window(&self, name: &str) -> &Value {
        &self.figures["windows"][name]
    }
}

fn decimal(value: &Value) -> Decimal {
    let text = value.to_string();
    text.parse()
        .or_else(|_| Decimal::from_scientific(&text))
        .unwrap_or_else(|_| panic!("{text} is no number"))
}

/// Counts and money agree to the last digit.
fn assert_exact(ours: &Value, theirs: &Value, what: &str) {
    assert_eq!(decimal(ours), decimal(theirs), "{what}");
}

/// Ratios agree within 1e-9 of their size; null only with null.
fn assert_close(ours: &Value, theirs: &Value, what: &str) {
    if ours.is_null() || theirs.is_null() {
        assert_eq!(ours, theirs, "{what}");
        return;
    }
    let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
    let tolerance = 1e-9 * theirs.abs().max(1e-3);
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} instead of {theirs}"
    );
}

/// A group's measures, under the names that each side has for them.
fn assert_measures(ours: &Value, theirs: &Value, what: &str) {
    for (our, their) in [
        ("totalSales", "revenue"),
        ("totalProfit", "profit"),
        ("orderCount", "orders"),
        ("lineCount", "lines"),
        ("unitsSold", "units"),
        ("customerCount", "customers"),
    ] {
        if ours[our].is_null() {
            // A bucket without lines has no profit here, and 0 there.
            assert_exact(&0.into(), &theirs[their], &format!("{what}: {our}"));
        } else {
            assert_exact(&ours[our], &theirs[their], &format!("{what}: {our}"));
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[tokio::test]
async fn totals() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        let kpis = shop
            .kpis(filter, "totalSales totalProfit profitMargin orderCount averageBasket unitsSold lineCount averageShippingDays breakdown(by: PRODUCT, first: 1) { groupCount }")
            .await;
        let theirs = &shop.window(window)["sales"];
        for exact in ["totalSales", "totalProfit", "orderCount", "unitsSold"] {
            assert_exact(&kpis[exact], &theirs[exact], exact);
        }
        assert_exact(&kpis["lineCount"], &theirs["orderLineCount"], "lines");
        assert_exact(
            &kpis["breakdown"]["groupCount"],
            &theirs["productCount"],
            "products",
        );
        assert_close(&kpis["profitMargin"], &theirs["profitMargin"], "margin");
        assert_close(&kpis["averageBasket"], &theirs["averageBasket"], "basket");
        // METRICS: a mean over orders, elapsed. The file has means over lines too.
        let shipping = &shop.window(window)["shippingOverall"];
        let days = &shipping["averageShippingDays_orders_elapsed"];
        assert_close(&kpis["averageShippingDays"], days, "shipping days");
    }
}

#[tokio::test]
async fn the_shop_has_no_points_to_measure_between() {
    let Some(shop) = superstore().await else {
        return;
    };
    let data = shop
        .data("{ shop { currency firstOrderAt lastOrderAt years } kpis { deliveryDistance { measuredOrderCount unmeasuredOrderCount mean } } }")
        .await;
    let sales = &shop.window("all")["sales"];
    let day = |time: &Value| time.as_str().unwrap()[..10].to_owned();
    assert_eq!(
        day(&data["shop"]["firstOrderAt"]),
        sales["firstDay"].as_str().unwrap()
    );
    assert_eq!(
        day(&data["shop"]["lastOrderAt"]),
        sales["lastDay"].as_str().unwrap()
    );
    let distance = &data["kpis"]["deliveryDistance"];
    assert_exact(
        &distance["unmeasuredOrderCount"],
        &sales["orderCount"],
        "unmeasured",
    );
    assert!(distance["mean"].is_null());
}
