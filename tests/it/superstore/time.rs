//! Months, seasons, peaks.

use super::{MEASURES, WINDOWS, assert_close, assert_exact, assert_measures, list, superstore};

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
