//! Weeks from another day than Monday, years from another month than January, months of weeks.

use super::assert_answer;
use crate::{
    small_shop::small_shop,
    support::{BothEngines, fresh_store},
};

/// Years from April: O8 of 5 April 2023 and what was ordered up to 31 March 2024 are one year,
/// 400 + 105.60 + 100.10; what came in April 2024 is the next, 200 + 2.20 − 50.05 + 30. Weeks
/// from Sunday: Sunday 31 March and Monday 1 April are one, 100.10 + 200.
#[tokio::test]
async fn fiscal_years_and_weeks_from_sunday() {
    assert_answer(
        "fiscal",
        r#"{
            all: kpis(filter: { calendar: { firstMonth: 4, firstWeekday: SUNDAY } }) {
                timeSeries(grain: YEAR) { label date kpis { totalSales retentionRate } yearBefore { kpis { totalSales } } }
                peaks(grain: QUARTER, by: TOTAL_SALES, first: 2) { label kpis { totalSales } }
            }
            weeks: kpis(filter: { calendar: { firstMonth: 4, firstWeekday: SUNDAY }, period: { between: { from: "2024-03-24", to: "2024-04-07" } } }) {
                timeSeries(grain: WEEK) { label complete kpis { totalSales } }
            }
            year: kpis(filter: { calendar: { firstMonth: 4 }, period: { bucket: { unit: YEAR, date: "2024-03-31" } } }) {
                totalSales
                compareTo(baseline: { relative: PREVIOUS_YEAR }) { period { from to } kpis { totalSales } }
            }
        }"#,
        r#"{
            "all": {
                "timeSeries": [
                    { "label": "2023/24", "date": "2023-04-01", "kpis": { "totalSales": 605.7, "retentionRate": null }, "yearBefore": null },
                    { "label": "2024/25", "date": "2024-04-01", "kpis": { "totalSales": 182.15, "retentionRate": 0.5 }, "yearBefore": { "kpis": { "totalSales": 605.7 } } }
                ],
                "peaks": [
                    { "label": "2023/24-Q1", "kpis": { "totalSales": 400 } },
                    { "label": "2023/24-Q4", "kpis": { "totalSales": 205.7 } }
                ]
            },
            "weeks": { "timeSeries": [
                { "label": "2024-03-24/P1W", "complete": true, "kpis": { "totalSales": 105.6 } },
                { "label": "2024-03-31/P1W", "complete": true, "kpis": { "totalSales": 300.1 } }
            ] },
            "year": {
                "totalSales": 605.7,
                "compareTo": {
                    "period": { "from": "2022-03-31T22:00:00+00:00", "to": "2023-03-31T22:00:00+00:00" },
                    "kpis": { "totalSales": 0 }
                }
            }
        }"#,
    )
    .await;
}

/// The calendar of the National Retail Federation: March of fiscal 2024 is 3 March to 6 April,
/// O1, O2 and O3; April goes on to 4 May. Fiscal 2023 had 53 weeks, so that March 2024 is
/// compared with 5 March to 8 April 2023, which holds O8 of 5 April, and not with the March of
/// that year, which ended on 1 April. Of Ada and Ben, who came in March, Ada came in April.
#[tokio::test]
async fn months_of_a_retail_calendar() {
    assert_answer(
        "retail",
        r#"{
            kpis(filter: {
                calendar: { firstWeekday: SUNDAY, firstMonth: 2, weeks: FOUR_FIVE_FOUR },
                period: { bucket: { unit: QUARTER, date: "2024-04-30" } }
            }) {
                orderCount
                timeSeries(grain: MONTH) {
                    label date
                    kpis { totalSales retentionRate }
                    previous { kpis { totalSales } }
                    yearBefore { period { from to } kpis { totalSales } }
                }
            }
            years: kpis(filter: { calendar: { firstWeekday: SUNDAY, firstMonth: 2, weeks: FOUR_FIVE_FOUR } }) {
                timeSeries(grain: YEAR) { label date end kpis { totalSales } }
                cohorts(grain: QUARTER) { label size periods { customerCount } }
            }
        }"#,
        r#"{
            "kpis": {
                "orderCount": 6,
                "timeSeries": [
                    {
                        "label": "2024/25-M01", "date": "2024-02-04",
                        "kpis": { "totalSales": 0, "retentionRate": null },
                        "previous": { "kpis": { "totalSales": 0 } },
                        "yearBefore": { "period": { "from": "2023-02-04T23:00:00+00:00", "to": "2023-03-04T23:00:00+00:00" }, "kpis": { "totalSales": 0 } }
                    },
                    {
                        "label": "2024/25-M02", "date": "2024-03-03",
                        "kpis": { "totalSales": 405.7, "retentionRate": null },
                        "previous": { "kpis": { "totalSales": 0 } },
                        "yearBefore": { "period": { "from": "2023-03-04T23:00:00+00:00", "to": "2023-04-08T22:00:00+00:00" }, "kpis": { "totalSales": 400 } }
                    },
                    {
                        "label": "2024/25-M03", "date": "2024-04-07",
                        "kpis": { "totalSales": -17.85, "retentionRate": 0.5 },
                        "previous": { "kpis": { "totalSales": 405.7 } },
                        "yearBefore": { "period": { "from": "2023-04-08T22:00:00+00:00", "to": "2023-05-06T22:00:00+00:00" }, "kpis": { "totalSales": 0 } }
                    }
                ]
            },
            "years": {
                "timeSeries": [
                    { "label": "2023/24", "date": "2023-01-29", "end": "2024-02-03T23:00:00+00:00", "kpis": { "totalSales": 400 } },
                    { "label": "2024/25", "date": "2024-02-04", "end": "2025-02-01T23:00:00+00:00", "kpis": { "totalSales": 387.85 } }
                ],
                "cohorts": [
                    { "label": "2023/24-Q1", "size": 1, "periods": [{ "customerCount": 1 }, { "customerCount": 0 }, { "customerCount": 0 }, { "customerCount": 0 }, { "customerCount": 1 }] },
                    { "label": "2024/25-Q1", "size": 2, "periods": [{ "customerCount": 2 }] }
                ]
            }
        }"#,
    )
    .await;
}

#[tokio::test]
async fn a_shop_has_a_calendar_of_its_own() {
    let store = small_shop("own_calendar").await;
    let mut settings = store.settings().await.unwrap().unwrap();
    settings.calendar.first_month = Some(4);
    settings.calendar.first_weekday = Some("saturday".into());
    store.save_settings(&settings).await.unwrap();
    let shop = BothEngines::over(store).await;
    let answer = shop
        .data(
            "{
                shop { calendar { firstWeekday firstMonth weeks yearEnds years { label firstDay lastDay } } }
                kpis { timeSeries(grain: YEAR) { label kpis { totalSales } } }
                gregorian: kpis(filter: { calendar: {} }) { timeSeries(grain: YEAR) { label kpis { totalSales } } }
            }",
        )
        .await;
    let expected = serde_json::json!({
        "shop": { "calendar": { "firstWeekday": "SATURDAY", "firstMonth": 4, "weeks": null, "yearEnds": null, "years": [
            { "label": "2023/24", "firstDay": "2023-04-01", "lastDay": "2024-03-31" },
            { "label": "2024/25", "firstDay": "2024-04-01", "lastDay": "2025-03-31" },
        ] } },
        "kpis": { "timeSeries": [
            { "label": "2023/24", "kpis": { "totalSales": 605.7 } },
            { "label": "2024/25", "kpis": { "totalSales": 182.15 } },
        ] },
        "gregorian": { "timeSeries": [
            { "label": "2023", "kpis": { "totalSales": 400 } },
            { "label": "2024", "kpis": { "totalSales": 387.85 } },
        ] },
    });
    assert_eq!(answer.to_string(), expected.to_string());
}

/// Somebody may have written it to the database by hand: no figures rather than those of
/// another calendar, until it is mended.
#[tokio::test]
async fn a_shop_whose_calendar_cannot_be_has_no_figures() {
    let store = small_shop("broken_calendar").await;
    let mut settings = store.settings().await.unwrap().unwrap();
    settings.calendar.weeks = Some("4-5-4".into());
    store.save_settings(&settings).await.unwrap();
    let shop = BothEngines::over(store.clone()).await;
    let query = "{ kpis { orderCount } }";
    let message = shop.error(query).await;
    assert_eq!(message, "something went wrong; the server's log says what");

    settings.calendar.first_month = Some(2);
    store.save_settings(&settings).await.unwrap();
    let shop = BothEngines::over(store).await;
    assert_eq!(shop.data(query).await["kpis"]["orderCount"], 7);
}

#[tokio::test]
async fn a_calendar_that_cannot_be_is_refused() {
    let shop = BothEngines::over(fresh_store("no_calendar").await).await;
    for (calendar, refusal) in [
        (
            "{ weeks: FOUR_FIVE_FOUR }",
            "a calendar of weeks needs its first month",
        ),
        (
            "{ firstMonth: 2, yearEnds: LAST }",
            "years end with a month",
        ),
    ] {
        let query = format!("{{ kpis(filter: {{ calendar: {calendar} }}) {{ orderCount }} }}");
        let message = shop.error(&query).await;
        assert!(message.starts_with(refusal), "{message}");
    }
}
