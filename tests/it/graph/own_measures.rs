//! A shop's own measures: numbers of its lines and orders, at every scope.

use mongodb::bson::{Decimal128, Document, doc};
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use salesgraph::{
    engine::Choice,
    graphql,
    kpi::{Aggregate, Level, Measurable, OwnKpi, OwnMeasure, Percent, Vocabulary, Words},
};
use serde_json::{Value, json};

use crate::{
    small_shop::small_shop,
    support::{BothEngines, Shop},
};

fn measure(name: &str, level: Level, aggregate: Aggregate, unit: &str) -> OwnMeasure {
    OwnMeasure {
        name: name.into(),
        description: format!("The {name} of it all."),
        of: Measurable::Numbers { level, aggregate },
        unit: (!unit.is_empty()).then(|| unit.into()),
    }
}

fn distinct(name: &str, dimension: &str) -> OwnMeasure {
    OwnMeasure {
        name: name.into(),
        description: format!("How many {name} there are."),
        of: Measurable::Distinct(dimension.into()),
        unit: Some(name.into()),
    }
}

fn percentile(name: &str, level: Level, percent: Decimal, unit: &str) -> OwnMeasure {
    OwnMeasure {
        of: Measurable::Percentile {
            level,
            percent: Percent::new(percent).unwrap(),
        },
        ..measure(name, level, Aggregate::Sum, unit)
    }
}

fn vocabulary() -> &'static Vocabulary {
    let kpi = |name: &str, formula: &str| OwnKpi {
        name: name.into(),
        description: "What it means.".into(),
        formula: formula.into(),
    };
    let words = Words {
        measures: vec![
            measure("weight", Level::Line, Aggregate::Sum, "kg"),
            measure("heaviest", Level::Line, Aggregate::Maximum, "kg"),
            measure("weighed", Level::Line, Aggregate::Count, ""),
            measure("fees", Level::Order, Aggregate::Sum, "money"),
            measure("leastFee", Level::Order, Aggregate::Minimum, "money"),
            distinct("cities", "city"),
            distinct("products", "product"),
            percentile("medianWeight", Level::Line, dec!(50), "kg"),
            percentile("highFee", Level::Order, dec!(90), "money"),
        ],
        kpis: vec![
            kpi("lineWeight", "weight / weighed"),
            kpi("productsPerOrder", "products / orderCount"),
            kpi("expressProducts", "products where shipMode = 'Express'"),
            kpi("chairWeight", "weight where subCategory = 'Chairs'"),
            kpi(
                "medianOfChairs",
                "medianWeight where subCategory = 'Chairs'",
            ),
        ],
        ..Words::default()
    };
    Vocabulary::with(words).unwrap()
}

#[tokio::test]
async fn a_shop_tells_its_own_kpis_and_what_they_count() {
    let store = small_shop("own_kpis_told").await;
    let shop = Shop::speaking(vocabulary(), Choice::Mongo, store);
    let data = shop
        .data("{ shop { kpis { kpi field description unit isOwn } } }")
        .await;
    let all = data["shop"]["kpis"].as_array().unwrap();
    assert_eq!(all[0]["field"], "grossSales");
    assert_eq!(all[0]["isOwn"], false);
    let own = all.iter().filter(|it| it["isOwn"] == true);
    let own: Vec<_> = own
        .map(|it| [&it["kpi"], &it["field"], &it["unit"]])
        .collect();
    assert_eq!(own.len(), 14);
    for told in [
        ["HEAVIEST", "heaviest", "kg"],
        ["LEAST_FEE", "leastFee", "the shop's currency"],
        [
            "PRODUCTS_PER_ORDER",
            "productsPerOrder",
            "products per order",
        ],
        ["LINE_WEIGHT", "lineWeight", "kg per order line"],
    ] {
        assert!(
            own.contains(&told.map(Value::from).each_ref()),
            "{told:?}: {own:?}"
        );
    }
    let described = all.iter().find(|it| it["field"] == "weight").unwrap();
    assert_eq!(described["description"], "The weight of it all.");
}

fn number(text: &str) -> Decimal128 {
    text.parse().unwrap()
}

/// The small shop, where some lines have been weighed and some orders cost fees.
async fn shop(name: &str) -> BothEngines {
    let store = small_shop(name).await;
    let orders = store.database().collection::<Document>("orders");
    for (id, numbers) in [
        (
            "O1",
            doc! {
                "numbers.fees": number("1.20"),
                "lines.0.numbers.weight": 2.5,
                "lines.0.numbers.heaviest": 2.5,
                "lines.0.numbers.weighed": 2.5,
                "lines.0.numbers.medianWeight": 2.5,
                "lines.1.numbers.medianWeight": number("0.10"),
                "numbers.highFee": number("1.20"),
                "lines.1.numbers.weight": number("0.10"),
                "lines.1.numbers.weighed": number("0.10"),
                "numbers.leastFee": number("1.20"),
            },
        ),
        (
            "O2",
            doc! {
                "numbers.fees": number("0.5"),
                "numbers.leastFee": number("0.5"),
                "numbers.highFee": number("0.50"),
                "lines.0.numbers.medianWeight": number("2.250"),
                "lines.0.numbers.weight": number("2.25"),
                "lines.0.numbers.heaviest": number("2.25"),
                "lines.0.numbers.weighed": number("2.25"),
            },
        ),
        // A text is no number.
        ("O3", doc! { "numbers.fees": "3" }),
        // What came back weighs as much as its number says.
        (
            "O5",
            doc! {
                "lines.0.numbers.weight": 3,
                "lines.0.numbers.weighed": 3,
                "lines.0.numbers.medianWeight": 3,
            },
        ),
        // This one does not count.
        (
            "O7",
            doc! { "numbers.fees": 99, "lines.0.numbers.weight": 99 },
        ),
    ] {
        let set = doc! { "$set": numbers };
        orders.update_one(doc! { "_id": id }, set).await.unwrap();
    }
    BothEngines::speaking(vocabulary(), store).await
}

/// Values with all of their digits.
fn digits(kpis: &Value, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| kpis[name].to_string()).collect()
}

#[tokio::test]
async fn numbers_count_once_at_their_level() {
    let shop = shop("own_measures").await;
    let data = shop
        .data(
            "{ kpis { weight heaviest weighed fees leastFee lineWeight chairWeight
                breakdown(by: CATEGORY, orderBy: WEIGHT) {
                    rows { key { value } kpis { weight fees weighed chairWeight } }
                } }
               express: kpis(filter: { shipMode: { eq: \"Express\" } }) { weight fees lineWeight }
               desks: kpis(filter: { subCategory: { eq: \"Desks\" } }) { weight weighed fees } }",
        )
        .await;
    let all = [
        "weight",
        "heaviest",
        "weighed",
        "fees",
        "leastFee",
        "chairWeight",
    ];
    // 2.5 + 0.1 + 2.25 + 3; all but the pens are chairs; 1.20 + 0.50.
    assert_eq!(
        digits(&data["kpis"], &all),
        ["7.85", "2.5", "4", "1.7", "0.5", "7.75"]
    );
    assert_eq!(data["kpis"]["lineWeight"].to_string(), "1.9625");

    let rows = data["kpis"]["breakdown"]["rows"].as_array().unwrap();
    let names = ["weight", "fees", "weighed", "chairWeight"];
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&row["key"][0]["value"], digits(&row["kpis"], &names)))
        .collect();
    let row = |values: [&str; 4]| values.map(String::from).to_vec();
    // The first order is in both categories with its whole fee, and once in each; nothing
    // is known of what was deleted.
    assert_eq!(
        rows,
        [
            (&json!("Furniture"), row(["7.75", "1.7", "3", "7.75"])),
            (&json!("Office"), row(["0.1", "1.2", "1", "null"])),
            (&json!(null), row(["null", "null", "0", "null"])),
        ]
    );
    let express = ["weight", "fees"];
    assert_eq!(digits(&data["express"], &express), ["2.25", "0.5"]);
    assert_eq!(data["express"]["lineWeight"].to_string(), "2.25");
    let desks = ["weight", "weighed", "fees"];
    assert_eq!(digits(&data["desks"], &desks), ["null", "0", "null"]);
}

#[tokio::test]
async fn values_are_counted_once() {
    let shop = shop("own_measures_distinct").await;
    let data = shop
        .data(
            "{ kpis { cities products productsPerOrder expressProducts
                breakdown(by: CUSTOMER, orderBy: PRODUCTS) {
                    rows { key { value } kpis { products cities expressProducts } }
                } } }",
        )
        .await;
    // Lyon and Springfield, in two states; the deleted product is one of four. Pens and chairs
    // are sent by express.
    let names = ["cities", "products", "expressProducts"];
    assert_eq!(digits(&data["kpis"], &names), ["2", "4", "2"]);
    // Of seven orders that count.
    let per_order = data["kpis"]["productsPerOrder"].to_string();
    assert_eq!(per_order, "0.571428571428571");
    let rows = data["kpis"]["breakdown"]["rows"].as_array().unwrap();
    let names = ["products", "cities", "expressProducts"];
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&row["key"][0]["value"], digits(&row["kpis"], &names)))
        .collect();
    let row = |values: [&str; 3]| values.map(String::from).to_vec();
    assert_eq!(
        rows,
        [
            (&json!("ada"), row(["3", "1", "0"])),
            (&json!("ben"), row(["2", "2", "1"])),
            (&json!("cleo"), row(["1", "1", "0"])),
            (&json!(null), row(["1", "1", "1"])),
        ]
    );
}

/// Weights: 0.1, 2.25, 2.5 and 3, of which the first is of pens and the last of April. Fees:
/// 0.5 and 1.2, whose 90th percentile is nine tenths of the way.
#[tokio::test]
async fn percentiles_are_of_all_numbers_of_a_group() {
    let shop = shop("own_measures_percentiles").await;
    let data = shop
        .data(
            "{ kpis { medianWeight highFee medianOfChairs
                breakdown(by: CATEGORY, orderBy: MEDIAN_WEIGHT) {
                    rows { key { value } kpis { medianWeight highFee } }
                }
                timeSeries(grain: YEAR) { kpis { medianWeight highFee } }
                late: compareTo(baseline: { period: { month: \"2024-04\" } }) { kpis { medianWeight highFee } } }
               express: kpis(filter: { shipMode: { eq: \"Express\" } }) { medianWeight highFee }
               desks: kpis(filter: { subCategory: { eq: \"Desks\" } }) { medianWeight highFee } }",
        )
        .await;
    let kpis = &data["kpis"];
    let all = ["medianWeight", "highFee", "medianOfChairs"];
    assert_eq!(digits(kpis, &all), ["2.375", "1.13", "2.5"]);
    let names = ["medianWeight", "highFee"];
    let rows = kpis["breakdown"]["rows"].as_array().unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&row["key"][0]["value"], digits(&row["kpis"], &names)))
        .collect();
    let row = |values: [&str; 2]| values.map(String::from).to_vec();
    assert_eq!(
        rows,
        [
            (&json!("Furniture"), row(["2.5", "1.13"])),
            (&json!("Office"), row(["0.1", "1.2"])),
            (&json!(null), row(["null", "null"])),
        ]
    );
    let years = kpis["timeSeries"].as_array().unwrap();
    let years: Vec<_> = years.iter().map(|it| digits(&it["kpis"], &names)).collect();
    assert_eq!(years, [["null", "null"], ["2.375", "1.13"]]);
    assert_eq!(digits(&kpis["late"]["kpis"], &names), ["3", "null"]);
    assert_eq!(digits(&data["express"], &names), ["2.25", "0.5"]);
    assert_eq!(digits(&data["desks"], &names), ["null", "null"]);
}

#[tokio::test]
async fn numbers_are_asked_of_stretches_of_time() {
    let shop = shop("own_measures_in_time").await;
    let data = shop
        .data(
            "{ kpis(filter: { period: { year: 2024 } }) {
                timeSeries(grain: MONTH) { kpis { weight fees weighed } } } }",
        )
        .await;
    let buckets = data["kpis"]["timeSeries"].as_array().unwrap();
    let names = ["weight", "fees", "weighed"];
    let months: Vec<_> = buckets
        .iter()
        .map(|it| digits(&it["kpis"], &names))
        .collect();
    assert_eq!(
        months[1..4],
        [
            ["null", "null", "0"],
            ["4.85", "1.7", "3"],
            ["3", "null", "1"]
        ]
    );
}

#[test]
fn the_schema_has_them_with_their_units() {
    let schema = graphql::sdl(vocabulary());
    for part in [
        "weight: Decimal\n",
        "weighed: Int!\n",
        "lineWeight: Decimal\n",
        "\tLEAST_FEE\n",
        "The heaviest of it all.",
        "Unit: kg",
        "products: Int!\n",
    ] {
        assert!(schema.contains(part), "{part}");
    }
}
