//! Customers, retention, cohorts.

use std::collections::BTreeMap;

use super::{WINDOWS, assert_close, assert_exact, list, superstore};

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
