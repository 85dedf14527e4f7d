//! KPIs that a shop's model declares, beside figures that two other programs computed.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Live, decimal};
use crate::support::BothEngines;

#[tokio::test]
async fn a_share_and_customers_under_a_condition() {
    let Some(live) = Live::start("supplies").await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let expected = &live.fixture.expected;
    let all = decimal(&expected["scopes"]["all"]["totalSales"]).unwrap();
    let channels = expected["breakdowns"]["channel"].as_array().unwrap();
    let online = channels.iter().find(|it| it["key"] == "Online").unwrap();
    let online_sales = decimal(&online["totalSales"]).unwrap();

    let both = BothEngines::speaking(live.vocabulary, live.store.clone()).await;
    let data = both
        .data(
            "{ kpis { onlineShare onlineCustomers
                breakdown(by: CHANNEL, orderBy: ONLINE_CUSTOMERS) {
                    rows { key { value } kpis { onlineShare onlineCustomers } } } } }",
        )
        .await;
    let kpis = &data["kpis"];
    let off = |share: &Value, exact: Decimal| (decimal(share).unwrap() - exact).abs();
    assert!(off(&kpis["onlineShare"], online_sales / all) < Decimal::new(1, 12));
    assert_eq!(kpis["onlineCustomers"], online["customerCount"]);

    let rows = kpis["breakdown"]["rows"].as_array().unwrap();
    assert_eq!(rows[0]["key"][0]["value"], "Online");
    assert_eq!(rows[0]["kpis"]["onlineShare"], 1.0);
    assert!(
        rows[1..]
            .iter()
            .all(|row| row["kpis"]["onlineCustomers"] == 0)
    );
}
