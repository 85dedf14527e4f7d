//! What must hold of the money bridge at every scope, grain and filter, to the last digit.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{assert_none, cases, dice::Dice, documents::fill, filters, first_seed, world::World};
use crate::support::{BothEngines, fresh_store};

const MONEY: &str = "grossSales discounts returns totalSales taxes shippingCharges amountCharged";
/// Filters that each shop is asked by.
const FILTERS: u64 = 6;

fn query(filter: &str) -> String {
    let by = |dimension: &str| {
        format!(
            "by{dimension}: breakdown(by: {dimension}, first: 2) {{ rows {{ kpis {{ {MONEY} }} }} others {{ kpis {{ {MONEY} }} }} }}"
        )
    };
    let dimensions = ["PRODUCT", "CATEGORY", "CUSTOMER", "REGION", "STATUS"].map(by);
    format!(
        "{{ kpis{filter} {{ {MONEY} {} \
           months: timeSeries(grain: MONTH) {{ kpis {{ {MONEY} }} }} \
           weekdays: seasonality(cycle: ISO_WEEKDAY) {{ kpis {{ {MONEY} }} }} }} }}",
        dimensions.join(" ")
    )
}

fn amount(kpis: &Value, name: &str) -> Option<Decimal> {
    let value = &kpis[name];
    (!value.is_null()).then(|| {
        let text = value.to_string();
        let exact = text.parse().or_else(|_| Decimal::from_scientific(&text));
        exact.unwrap_or_else(|_| panic!("{name} is {text}"))
    })
}

/// Every object with the bridge in it, wherever it is.
fn each<'a>(value: &'a Value, told: &mut impl FnMut(&'a Value)) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("amountCharged") {
                told(value);
            }
            fields.values().for_each(|it| each(it, told));
        }
        Value::Array(all) => all.iter().for_each(|it| each(it, told)),
        _ => {}
    }
}

/// What does not hold of one `Kpis`.
fn broken(kpis: &Value) -> Option<String> {
    let known = |name| amount(kpis, name).unwrap_or_default();
    let net = known("grossSales") - known("discounts") - known("returns");
    let charged = [
        amount(kpis, "totalSales"),
        amount(kpis, "shippingCharges"),
        amount(kpis, "taxes"),
    ];
    let charged: Option<Decimal> = charged.into_iter().sum();
    let holds = net == known("totalSales") && charged == amount(kpis, "amountCharged");
    (!holds).then(|| kpis.to_string())
}

/// That the parts of a whole that is cut in pieces add up to it.
fn does_not_add_up(kpis: &Value, pieces: &str) -> Option<String> {
    let parts = kpis[pieces].as_array().unwrap().iter();
    let wrong = ["grossSales", "returns", "totalSales"]
        .into_iter()
        .find(|name| {
            let parts = parts.clone().map(|it| amount(&it["kpis"], name).unwrap());
            Some(parts.sum::<Decimal>()) != amount(kpis, name)
        });
    wrong.map(|name| format!("{name} of {pieces} is not that of all of {kpis}"))
}

#[tokio::test]
async fn the_bridge_leads_from_gross_to_charged_everywhere() {
    let mut wrong = Vec::new();
    for shop in 0..cases().div_ceil(100) {
        let seed = first_seed() + shop;
        let mut dice = Dice::new(seed, 1);
        let world = World::new(&mut dice);
        let store = fresh_store("identities").await;
        fill(&store, 120, &world, &mut dice).await;
        let both = BothEngines::speaking(world.vocabulary, store.clone()).await;
        for _ in 0..FILTERS {
            let filter = filters::argument("filter", &world, &mut dice);
            let filter = filter.first().map(|it| format!("({it})"));
            let query = query(&filter.unwrap_or_default());
            let answer = both.data(&query).await;
            each(&answer, &mut |kpis| wrong.extend(broken(kpis)));
            for pieces in ["months", "weekdays"] {
                wrong.extend(does_not_add_up(&answer["kpis"], pieces));
            }
        }
        // Over all time both clocks count the same returns, whatever else is asked.
        let by = |clock: &str, of: &str| {
            format!(
                "{clock}: kpis(filter: {{ returnsOn: {clock} {of} }}) {{ {MONEY} unitsSold unitsReturned totalProfit }} "
            )
        };
        for of in [
            "",
            "category: { in: [\"North\", \"N\"] }",
            "customer: { startsWith: \"c1\" }",
        ] {
            let query = ["RETURN_DAY", "ORDER_DAY"]
                .map(|clock| by(clock, of))
                .concat();
            let answer = both.data(&format!("{{ {query} }}")).await;
            if answer["RETURN_DAY"] != answer["ORDER_DAY"] {
                wrong.push(format!("by both clocks: {answer}"));
            }
        }
        store.database().drop().await.unwrap();
    }
    assert_none(&wrong);
}

/// A shop's own KPIs under conditions, each with the KPI and the filter that it comes to.
const UNDER_CONDITIONS: [(&str, &str, &str); 3] = [
    (
        "expressSales",
        "totalSales",
        "shipMode: { eq: \"Express\" }",
    ),
    (
        "freshRetention",
        "retentionRate",
        "status: { eq: \"completed\" }",
    ),
    (
        "otherCustomers",
        "customerCount",
        "category: { ne: \"N\" } segment: { ne: \"\" }",
    ),
];

/// Groups and months, each with one KPI.
fn grouped(kpi: &str) -> String {
    format!(
        "{kpi} breakdown(by: REGION, first: 1000) {{ rows {{ key {{ value }} kpis {{ {kpi} }} }} }} \
         timeSeries(grain: MONTH) {{ start kpis {{ {kpi} }} }}"
    )
}

/// What a KPI is by what a row is told by.
fn by<'a>(rows: &'a Value, key: &str) -> Vec<(&'a Value, &'a Value)> {
    let rows = rows.as_array().unwrap().iter();
    let only = |kpis: &'a Value| kpis.as_object().unwrap().values().next().unwrap();
    rows.map(|row| (row.pointer(key).unwrap(), only(&row["kpis"])))
        .collect()
}

#[tokio::test]
async fn a_condition_in_a_formula_is_that_in_a_filter() {
    for shop in 0..cases().div_ceil(50) {
        let seed = first_seed() + shop;
        let mut dice = Dice::new(seed, 2);
        let world = World::new(&mut dice).canonical().with_own_kpis_alone();
        let store = fresh_store("conditions").await;
        fill(&store, 150, &world, &mut dice).await;
        let both = BothEngines::speaking(world.vocabulary, store.clone()).await;
        let period = filters::period(&world, &mut dice);
        for period in [String::new(), format!("period: {period}")] {
            for (own, base, condition) in UNDER_CONDITIONS {
                let query = format!(
                    "{{ own: kpis(filter: {{ {period} }}) {{ {} }} \
                       all: kpis(filter: {{ {period} }}) {{ timeSeries(grain: MONTH) {{ start }} }} \
                       filtered: kpis(filter: {{ {period} {condition} }}) {{ {} }} }}",
                    grouped(own),
                    grouped(base)
                );
                let data = both.data(&query).await;
                let (ours, theirs) = (&data["own"], &data["filtered"]);
                let what = format!("seed {seed}: {own} {period}");
                assert_eq!(ours[own], theirs[base], "{what}");
                let regions = by(&ours["breakdown"]["rows"], "/key/0/value");
                for row in by(&theirs["breakdown"]["rows"], "/key/0/value") {
                    assert!(regions.contains(&row), "{what}: {row:?} in {regions:?}");
                }
                let months = by(&ours["timeSeries"], "/start");
                for row in by(&theirs["timeSeries"], "/start") {
                    assert!(months.contains(&row), "{what}: {row:?} in {months:?}");
                }
                // A series is as long, whatever is asked of it.
                let all = data["all"]["timeSeries"].as_array().unwrap();
                assert_eq!(months.len(), all.len(), "{what}");
            }
        }
        store.database().drop().await.unwrap();
    }
}
