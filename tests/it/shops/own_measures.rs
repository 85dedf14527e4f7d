//! Measures that a shop's model declares, beside figures that two other programs computed.

use serde_json::Value;

use super::Live;
use crate::support::BothEngines;

/// What the till counts as items is what every shop has as units sold.
#[tokio::test]
async fn a_sum_over_lines_is_that_of_the_reference() {
    let Some(live) = Live::start("supplies").await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let expected = &live.fixture.expected;
    let both = BothEngines::speaking(live.vocabulary, live.store.clone()).await;
    let data = both
        .data(
            "{ kpis {
                itemsInAndOut ratedOrders satisfaction leastPoints
                breakdown(by: CHANNEL, first: 50) { rows { key { value } kpis { itemsInAndOut } } }
                categories: breakdown(by: CATEGORY, first: 50) { rows { key { value } kpis { itemsInAndOut } } }
            } }",
        )
        .await;
    let kpis = &data["kpis"];
    let items = |kpis: &Value| kpis["itemsInAndOut"].to_string();
    assert_eq!(
        items(kpis),
        expected["scopes"]["all"]["unitsSold"].as_str().unwrap()
    );
    for (rows, dimension) in [("breakdown", "channel"), ("categories", "category")] {
        let of_dimension = expected["breakdowns"][dimension].as_array().unwrap();
        for row in kpis[rows]["rows"].as_array().unwrap() {
            let key = &row["key"][0]["value"];
            let reference = of_dimension.iter().find(|it| it["key"] == *key);
            let units = reference.unwrap()["unitsSold"].as_str().unwrap();
            assert_eq!(items(&row["kpis"]), units, "{key}");
        }
    }
    let satisfaction = kpis["satisfaction"].as_f64().unwrap();
    let least = kpis["leastPoints"].as_f64().unwrap();
    assert!(least >= 1.0 && least <= satisfaction && satisfaction <= 5.0);
    assert!(kpis["ratedOrders"].as_i64() <= expected["scopes"]["all"]["orderCount"].as_i64());
}
