//! A real shop's export, every figure of it by either engine, as two other programs computed it.
//!
//! The export and its figures lie beside the repository, not in it; where they are
//! not, these tests say so and pass. The figures' file defines some things
//! differently from this schema; each mapping of the one to the other is said where
//! it is made.

use std::{collections::BTreeMap, fs, path::Path};

use rust_decimal::Decimal;
use salesgraph::{
    import::{self, Mapping},
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
    let report = import::run(&mapping, Some(&input), &rejects, &store, |_| {}).await;
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
async fn customers() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        let kpis = shop
            .kpis(filter, "customerCount ordersPerCustomer repeatCustomerRate averageDaysBetweenOrders breakdown(by: CUSTOMER, first: 1000) { rows { kpis { orderCount } } }")
            .await;
        let theirs = &shop.window(window)["customers"];
        assert_exact(
            &kpis["customerCount"],
            &theirs["customerCount"],
            "customers",
        );
        for ratio in ["ordersPerCustomer", "repeatCustomerRate"] {
            assert_close(&kpis[ratio], &theirs[ratio], ratio);
        }
        // METRICS: over every pair of consecutive orders, elapsed.
        let days = &theirs["averageDaysBetweenOrders_pairs_elapsed"];
        assert_close(
            &kpis["averageDaysBetweenOrders"],
            days,
            "days between orders",
        );

        let mut distribution: BTreeMap<u64, u64> = BTreeMap::new();
        for row in list(&kpis["breakdown"]["rows"]) {
            let orders = row["kpis"]["orderCount"].as_u64().unwrap();
            *distribution.entry(orders).or_default() += 1;
        }
        let theirs = list(&shop.window(window)["ordersPerCustomerDistribution"]);
        assert_eq!(distribution.len(), theirs.len());
        for theirs in theirs {
            let orders = theirs["orders"].as_u64().unwrap();
            assert_eq!(Some(distribution[&orders]), theirs["customers"].as_u64());
        }
    }
}

/// The file looks at a window's lines only; here a bucket looks back past the filter's
/// period. For the first bucket of 2016 the right answer is therefore that of all time.
#[tokio::test]
async fn retention() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        for (grain, figure) in [("YEAR", "retentionByYear"), ("MONTH", "retentionByMonth")] {
            let selection = format!(
                "timeSeries(grain: {grain}) {{ label kpis {{ customerCount retentionRate }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["timeSeries"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len(), "{window} {figure}");
            for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                let what = format!("{window} {figure} {}", ours["label"]);
                assert_eq!(ours["label"], theirs["period"]);
                assert_exact(&ours["kpis"]["customerCount"], &theirs["active"], &what);
                let ever = list(&shop.window("all")[figure]);
                let same = ever
                    .iter()
                    .find(|it| it["period"] == theirs["period"])
                    .unwrap();
                let theirs = if at == 0 { same } else { theirs };
                assert_close(&ours["kpis"]["retentionRate"], &theirs["rate"], &what);
            }
        }
    }
}

#[tokio::test]
async fn cohorts() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        let kpis = shop
            .kpis(
                filter,
                "cohorts { label size periods { offset customerCount share } }",
            )
            .await;
        let ours = list(&kpis["cohorts"]);
        let theirs = list(&shop.window(window)["cohorts"]);
        assert_eq!(ours.len(), theirs.len(), "{window}");
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert_eq!(ours["label"], theirs["cohort"]);
            assert_exact(&ours["size"], &theirs["size"], "size");
            let (ours, active) = (list(&ours["periods"]), list(&theirs["active"]));
            assert_eq!(ours.len(), active.len(), "{}", theirs["cohort"]);
            for (ours, active) in ours.iter().zip(active) {
                assert_exact(&ours["customerCount"], active, "active");
                let share = active.as_f64().unwrap() / theirs["size"].as_f64().unwrap();
                assert!((ours["share"].as_f64().unwrap() - share).abs() < 1e-9);
            }
        }
    }
}

#[tokio::test]
async fn products() {
    let Some(shop) = superstore().await else {
        return;
    };
    let lists = [
        ("productsTop20ByRevenue", "orderBy: TOTAL_SALES, first: 20"),
        ("productsTop20ByQuantity", "orderBy: UNITS_SOLD, first: 20"),
        (
            "productsBottom10ByProfit",
            "orderBy: TOTAL_PROFIT, direction: ASC, first: 10",
        ),
    ];
    for (window, filter) in WINDOWS {
        for (figure, arguments) in lists {
            let selection = format!(
                "breakdown(by: PRODUCT, {arguments}) {{ rows {{ key {{ value label }} kpis {{ {MEASURES} averageQuantityPerOrder }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["breakdown"]["rows"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                let what = format!("{window} {figure} {}", theirs["product"]);
                let key = &ours["key"][0];
                assert_eq!(key["value"], theirs["product"], "{what}");
                assert_measures(&ours["kpis"], theirs, &what);
                let average = &theirs["averageQuantityPerOrder"];
                assert_close(&ours["kpis"]["averageQuantityPerOrder"], average, &what);
                if let Some(names) = theirs["names"].as_array() {
                    // The file keeps the white space around a name, the import does not.
                    let label = key["label"].as_str().unwrap();
                    assert!(
                        names.iter().any(|it| it.as_str().unwrap().trim() == label),
                        "{what}: {label}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn breakdowns() {
    let Some(shop) = superstore().await else {
        return;
    };
    let dimensions = [
        ("CATEGORY", "byCategory"),
        ("SUB_CATEGORY", "bySubCategory"),
        ("SEGMENT", "bySegment"),
        ("REGION", "byRegion"),
        ("COUNTRY", "byCountry"),
        ("STATE", "byState"),
    ];
    for (window, filter) in WINDOWS {
        for (dimension, figure) in dimensions {
            let selection = format!(
                "breakdown(by: {dimension}, first: 1000) {{ groupCount others {{ share }} rows {{ share key {{ value }} kpis {{ {MEASURES} averageQuantityPerOrder }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let theirs = list(&shop.window(window)[figure]);
            assert_exact(
                &kpis["breakdown"]["groupCount"],
                &theirs.len().into(),
                figure,
            );
            assert!(kpis["breakdown"]["others"].is_null());
            let rows = list(&kpis["breakdown"]["rows"]);
            for theirs in theirs {
                let what = format!("{window} {figure} {}", theirs["key"]);
                let ours = rows
                    .iter()
                    .find(|row| row["key"][0]["value"] == theirs["key"]);
                let ours = ours.unwrap_or_else(|| panic!("{what} is missing"));
                assert_measures(&ours["kpis"], theirs, &what);
                assert_close(&ours["share"], &theirs["shareOfSales"], &what);
                let average = &theirs["averageQuantityPerOrder"];
                assert_close(&ours["kpis"]["averageQuantityPerOrder"], average, &what);
            }
        }
    }
}

#[tokio::test]
async fn cities() {
    let Some(shop) = superstore().await else {
        return;
    };
    let lists = [
        ("citiesTop20ByRevenue", "orderBy: TOTAL_SALES, first: 20"),
        ("citiesTop20ByProfit", "orderBy: TOTAL_PROFIT, first: 20"),
        (
            "citiesBottom10ByProfit",
            "orderBy: TOTAL_PROFIT, direction: ASC, first: 10",
        ),
    ];
    for (window, filter) in WINDOWS {
        for (figure, arguments) in lists {
            let selection = format!(
                "breakdown(by: [COUNTRY, STATE, CITY], {arguments}) {{ rows {{ share key {{ value }} kpis {{ {MEASURES} }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["breakdown"]["rows"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                let what = format!("{window} {figure} {}", theirs["city"]);
                for (at, part) in ["country", "state", "city"].iter().enumerate() {
                    assert_eq!(ours["key"][at]["value"], theirs[part], "{what}");
                }
                assert_measures(&ours["kpis"], theirs, &what);
                assert_close(&ours["share"], &theirs["shareOfSales"], &what);
            }
        }
    }
}

/// As with retention, the change on the year before looks past the filter's period here.
#[tokio::test]
async fn time_series() {
    let Some(shop) = superstore().await else {
        return;
    };
    let grains = [
        ("MONTH", "seriesMonth"),
        ("QUARTER", "seriesQuarter"),
        ("YEAR", "seriesYear"),
    ];
    for (window, filter) in WINDOWS {
        for (grain, figure) in grains {
            let selection = format!(
                "timeSeries(grain: {grain}) {{ label kpis {{ {MEASURES} }} yearBefore {{ change {{ totalSales }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["timeSeries"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len(), "{window} {figure}");
            let ever = list(&shop.window("all")[figure]);
            for (ours, theirs) in ours.iter().zip(theirs) {
                let what = format!("{window} {figure} {}", theirs["period"]);
                assert_eq!(ours["label"], theirs["period"]);
                assert_measures(&ours["kpis"], theirs, &what);
                let same = ever
                    .iter()
                    .find(|it| it["period"] == theirs["period"])
                    .unwrap();
                let change = &ours["yearBefore"]["change"]["totalSales"];
                assert_close(change, &same["revenueYoY"], &what);
            }
        }
    }
}

/// The file sums a slot's lines; the index on top of that is tested where it is computed.
#[tokio::test]
async fn seasons() {
    let Some(shop) = superstore().await else {
        return;
    };
    let cycles = [
        ("MONTH_OF_YEAR", "month", "seasonalityMonthOfYear"),
        ("ISO_WEEKDAY", "weekday", "seasonalityIsoWeekday"),
    ];
    for (window, filter) in WINDOWS {
        for (cycle, slot, figure) in cycles {
            let selection =
                format!("seasonality(cycle: {cycle}) {{ {slot} kpis {{ {MEASURES} }} }}");
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["seasonality"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len(), "{window} {figure}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_exact(&ours[slot], &theirs["key"], figure);
                assert_measures(
                    &ours["kpis"],
                    theirs,
                    &format!("{window} {figure} {}", theirs["key"]),
                );
            }
        }
    }
}

#[tokio::test]
async fn peaks() {
    let Some(shop) = superstore().await else {
        return;
    };
    let lists = [
        ("TOTAL_SALES", "peakDaysByRevenue"),
        ("ORDER_COUNT", "peakDaysByOrders"),
    ];
    for (window, filter) in WINDOWS {
        for (by, figure) in lists {
            let selection = format!("peaks(by: {by}, first: 10) {{ date kpis {{ {MEASURES} }} }}");
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["peaks"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_eq!(ours["date"], theirs["day"], "{window} {figure}");
                assert_measures(
                    &ours["kpis"],
                    theirs,
                    &format!("{window} {figure} {}", theirs["day"]),
                );
            }
        }
    }
}

#[tokio::test]
async fn ship_modes() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        let selection = "breakdown(by: SHIP_MODE, orderBy: ORDER_COUNT) { rows { share key { value } kpis { totalSales orderCount lineCount averageShippingDays } } }";
        let kpis = shop.kpis(filter, selection).await;
        let ours = list(&kpis["breakdown"]["rows"]);
        let theirs = list(&shop.window(window)["shipping"]);
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            let what = format!("{window} {}", theirs["key"]);
            assert_eq!(ours["key"][0]["value"], theirs["key"]);
            assert_exact(&ours["kpis"]["totalSales"], &theirs["revenue"], &what);
            assert_exact(&ours["kpis"]["orderCount"], &theirs["orders"], &what);
            assert_exact(&ours["kpis"]["lineCount"], &theirs["lines"], &what);
            assert_close(&ours["share"], &theirs["shareOfSales"], &what);
            let days = &theirs["averageShippingDays_orders_elapsed"];
            assert_close(&ours["kpis"]["averageShippingDays"], days, &what);
        }
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
