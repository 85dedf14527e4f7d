//! Days, months, hours, and what is compared with what.

use serde_json::Value;

use super::assert_answer;
use crate::{
    small_shop::small_shop,
    support::{BothEngines, fresh_store},
};

/// The last instant of a day belongs to it, the first of the next does not. Sunday 31 March
/// 2024 starts at 23:00 UTC and ends at 22:00: 23 hours.
#[tokio::test]
async fn days_are_cut_where_the_clocks_change() {
    assert_answer(
        "days",
        r#"{
            days: kpis(filter: { period: { between: { from: "2024-03-30", to: "2024-04-02" } } }) {
                timeSeries(grain: DAY) { date start end kpis { totalSales } }
                seasonality(cycle: ISO_WEEKDAY) { weekday occurrences seasonalIndex kpis { totalSales } }
            }
            sunday: kpis(filter: { period: { between: { from: "2024-03-31", to: "2024-04-01" } } }) {
                seasonality(cycle: HOUR_OF_DAY) { hour occurrences kpis { orderCount } }
            }
        }"#,
        &format!(
            r#"{{
                "days": {{
                    "timeSeries": [
                        {{ "date": "2024-03-30", "start": "2024-03-29T23:00:00+00:00", "end": "2024-03-30T23:00:00+00:00", "kpis": {{ "totalSales": 105.6 }} }},
                        {{ "date": "2024-03-31", "start": "2024-03-30T23:00:00+00:00", "end": "2024-03-31T22:00:00+00:00", "kpis": {{ "totalSales": 100.1 }} }},
                        {{ "date": "2024-04-01", "start": "2024-03-31T22:00:00+00:00", "end": "2024-04-01T22:00:00+00:00", "kpis": {{ "totalSales": 200 }} }}
                    ],
                    "seasonality": [
                        {{ "weekday": 1, "occurrences": 1, "seasonalIndex": 1.47892531427163, "kpis": {{ "totalSales": 200 }} }},
                        {empty_weekdays}
                        {{ "weekday": 6, "occurrences": 1, "seasonalIndex": 0.78087256593542, "kpis": {{ "totalSales": 105.6 }} }},
                        {{ "weekday": 7, "occurrences": 1, "seasonalIndex": 0.74020211979295, "kpis": {{ "totalSales": 100.1 }} }}
                    ]
                }},
                "sunday": {{ "seasonality": [{hours}] }}
            }}"#,
            empty_weekdays = [2, 3, 4, 5]
                .map(|day| format!(r#"{{ "weekday": {day}, "occurrences": 0, "seasonalIndex": null, "kpis": {{ "totalSales": 0 }} }},"#))
                .concat(),
            hours = (0..24)
                .map(|hour| format!(
                    r#"{{ "hour": {hour}, "occurrences": {}, "kpis": {{ "orderCount": {} }} }}"#,
                    // The clocks went from 2:00 to 3:00.
                    i32::from(hour != 2),
                    i32::from(hour == 0),
                ))
                .collect::<Vec<_>>()
                .join(","),
        ),
    )
    .await;
}

/// The same instants in another zone: in UTC both O1 and O2 were placed on Saturday.
#[tokio::test]
async fn a_filter_may_name_another_time_zone() {
    assert_answer(
        "zone",
        r#"{ kpis(filter: { timeZone: "UTC", period: { between: { from: "2024-03-30", to: "2024-03-31" } } }) { orderCount totalSales } }"#,
        r#"{ "kpis": { "orderCount": 2, "totalSales": 205.7 } }"#,
    )
    .await;
}

/// March sold 205.70, April 182.15; April 2023 sold 400. Before March, in February, nobody
/// came: no retention. March's new customer is Ada (Ben came in 2023), April's is Cleo.
#[tokio::test]
async fn months_are_compared_with_the_month_and_the_year_before() {
    assert_answer(
        "months",
        r#"{ kpis(filter: { period: { between: { from: "2024-03-01", to: "2024-05-01" } } }) {
            timeSeries(grain: MONTH) {
                label
                kpis { totalSales retentionRate newCustomerCount customerCount }
                previous { kpis { totalSales } difference { totalSales averageBasket } change { totalSales } }
                yearBefore { kpis { totalSales } change { totalSales orderCount } }
            }
        } }"#,
        r#"{ "kpis": { "timeSeries": [
            {
                "label": "2024-03",
                "kpis": { "totalSales": 205.7, "retentionRate": null, "newCustomerCount": 1, "customerCount": 2 },
                "previous": { "kpis": { "totalSales": 0 }, "difference": { "totalSales": 205.7, "averageBasket": null }, "change": { "totalSales": null } },
                "yearBefore": { "kpis": { "totalSales": 0 }, "change": { "totalSales": null, "orderCount": null } }
            },
            {
                "label": "2024-04",
                "kpis": { "totalSales": 182.15, "retentionRate": 0.5, "newCustomerCount": 1, "customerCount": 2 },
                "previous": { "kpis": { "totalSales": 205.7 }, "difference": { "totalSales": -23.55, "averageBasket": -57.3125 }, "change": { "totalSales": -0.114487117160914 } },
                "yearBefore": { "kpis": { "totalSales": 400 }, "change": { "totalSales": -0.544625, "orderCount": 3.0 } }
            }
        ] } }"#,
    )
    .await;
}

#[tokio::test]
async fn a_month_is_compared_with_any_period() {
    assert_answer(
        "compare",
        r#"{
            kpis(filter: { period: { month: "2024-04" } }) {
                month: compareTo(baseline: { relative: PREVIOUS_PERIOD }) { period { from to } kpis { orderCount } difference { totalSales } change { totalSales } }
                year: compareTo(baseline: { relative: PREVIOUS_YEAR }) { kpis { totalSales } change { totalSales } }
                chosen: compareTo(baseline: { period: { between: { from: "2024-03-31", to: "2024-04-01" } } }) { kpis { totalSales } }
            }
            ever: kpis { compareTo(baseline: { relative: PREVIOUS_PERIOD }) { period { from } kpis { orderCount } difference { totalSales } } }
        }"#,
        r#"{
            "kpis": {
                "month": { "period": { "from": "2024-02-29T23:00:00+00:00", "to": "2024-03-31T22:00:00+00:00" }, "kpis": { "orderCount": 2 }, "difference": { "totalSales": -23.55 }, "change": { "totalSales": -0.114487117160914 } },
                "year": { "kpis": { "totalSales": 400 }, "change": { "totalSales": -0.544625 } },
                "chosen": { "kpis": { "totalSales": 100.1 } }
            },
            "ever": { "compareTo": { "period": null, "kpis": null, "difference": { "totalSales": null } } }
        }"#,
    )
    .await;
}

/// Two orders on 10 April; then one a day, ties by date.
#[tokio::test]
async fn peaks_break_ties_by_date() {
    assert_answer(
        "peaks",
        "{ kpis { peaks(grain: DAY, by: ORDER_COUNT, first: 3) { date kpis { orderCount } } } }",
        r#"{ "kpis": { "peaks": [
            { "date": "2024-04-10", "kpis": { "orderCount": 2 } },
            { "date": "2023-04-05", "kpis": { "orderCount": 1 } },
            { "date": "2024-03-30", "kpis": { "orderCount": 1 } }
        ] } }"#,
    )
    .await;
}

/// The clock says 10 April 2024, 12:00 in Paris: the last week ends with that day.
#[tokio::test]
async fn trailing_periods_end_today() {
    assert_answer(
        "trailing",
        "{ week: kpis(filter: { period: { last: { count: 1, unit: WEEK } } }) { orderCount }
           month: kpis(filter: { period: { last: { count: 1, unit: MONTH } } }) { orderCount } }",
        // 4 to 10 April: O4, O5. 11 March to 10 April: O1, O2, O3 too.
        r#"{ "week": { "orderCount": 2 }, "month": { "orderCount": 5 } }"#,
    )
    .await;
}

/// At 14:38 UTC it is 01:08 on Lord Howe, in winter; in its summer it would be 01:38.
#[tokio::test]
async fn hours_are_cut_where_the_clocks_change_by_half_an_hour() {
    let store = fresh_store("lord_howe").await;
    let placed = bson::DateTime::parse_rfc3339_str("2022-09-19T14:38:43.544Z").unwrap();
    let order = bson::doc! {
        "_id": "1", "orderedAt": placed, "status": "completed",
        "lines": [{ "quantity": 1, "revenue": 1 }],
    };
    let orders = store.orders().clone_with_type::<bson::Document>();
    orders.insert_one(order).await.unwrap();
    let query = r#"{ kpis(filter: { timeZone: "Australia/Lord_Howe" }) { peaks(grain: HOUR) { start label } } }"#;
    let peaks = BothEngines::over(store).await.data(query).await["kpis"]["peaks"].clone();
    let expected =
        r#"[{ "start": "2022-09-19T14:30:00+00:00", "label": "2022-09-20T01:00+10:30" }]"#;
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(peaks, expected);
}

/// On Lord Howe it is 01:40 at 15:10 UTC, and the clocks go from 02:00 to 02:30 at 15:30: Ada
/// comes in two hours of the clock.
#[tokio::test]
async fn customers_come_to_every_hour_where_the_clocks_change_by_half_an_hour() {
    let store = fresh_store("lord_howe_customers").await;
    let order = |placed: &str| {
        bson::doc! {
            "_id": placed, "status": "completed", "customerId": "ada",
            "orderedAt": bson::DateTime::parse_rfc3339_str(placed).unwrap(),
            "lines": [{ "quantity": 1, "revenue": 1 }],
        }
    };
    let placed = ["2022-10-01T15:10:00Z", "2022-10-01T15:40:00Z"].map(order);
    let orders = store.orders().clone_with_type::<bson::Document>();
    orders.insert_many(placed).await.unwrap();
    let query = r#"{ kpis(filter: { timeZone: "Australia/Lord_Howe" }) {
        peaks(grain: HOUR) { kpis { orderCount customerCount } }
        timeSeries(grain: HOUR) { kpis { orderCount customerCount } }
    } }"#;
    let kpis = BothEngines::over(store).await.data(query).await["kpis"].clone();
    let hour = serde_json::json!({ "kpis": { "orderCount": 1, "customerCount": 1 } });
    assert_eq!(kpis["peaks"], serde_json::json!([hour, hour]));
    assert_eq!(kpis["timeSeries"], serde_json::json!([hour, hour]));
}

/// Ada ordered on 1 April, nobody on the 2nd, and nobody who ordered on the 2nd came back on
/// the 3rd, for there was nobody. It is the 10th, at noon in Paris.
#[tokio::test]
async fn a_day_on_which_nobody_came_back_has_a_retention_of_nothing() {
    assert_answer(
        "empty_retention",
        r#"{
            series: kpis(filter: { period: { between: { from: "2024-04-01", to: "2024-04-04" } } }) {
                timeSeries(grain: DAY) { date kpis { orderCount retentionRate } }
                peaks(grain: DAY, by: RETENTION_RATE, first: 9) { date }
            }
            day: kpis(filter: { period: { between: { from: "2024-04-02", to: "2024-04-03" } } }) {
                retentionRate
            }
        }"#,
        r#"{
            "series": {
                "timeSeries": [
                    { "date": "2024-04-01", "kpis": { "orderCount": 1, "retentionRate": 0.0 } },
                    { "date": "2024-04-02", "kpis": { "orderCount": 0, "retentionRate": 0.0 } },
                    { "date": "2024-04-03", "kpis": { "orderCount": 0, "retentionRate": null } }
                ],
                "peaks": [{ "date": "2024-04-01" }]
            },
            "day": { "retentionRate": 0.0 }
        }"#,
    )
    .await;
}

/// Monday 1 April starts at 22:00 UTC the day before. The period begins on a Wednesday and
/// ends with a Wednesday, the one that is today.
#[tokio::test]
async fn a_bucket_says_what_of_it_is_counted() {
    assert_answer(
        "cut_buckets",
        r#"{ kpis(filter: { period: { between: { from: "2024-03-27", to: "2024-04-11" } } }) {
            timeSeries(grain: WEEK) { label start end complete }
        } }"#,
        r#"{ "kpis": { "timeSeries": [
            { "label": "2024-W13", "start": "2024-03-26T23:00:00+00:00", "end": "2024-03-31T22:00:00+00:00", "complete": false },
            { "label": "2024-W14", "start": "2024-03-31T22:00:00+00:00", "end": "2024-04-07T22:00:00+00:00", "complete": true },
            { "label": "2024-W15", "start": "2024-04-07T22:00:00+00:00", "end": "2024-04-10T22:00:00+00:00", "complete": false }
        ] } }"#,
    )
    .await;
}

/// It is 10 April, noon in Paris: O4 and O5 are placed this very moment, which is not before
/// now. A month before, nobody had ordered; a year before, Ben had (O8, 5 April, 400).
#[tokio::test]
async fn a_month_that_is_not_over_is_compared_with_as_much_of_another() {
    assert_answer(
        "to_date",
        r#"{ kpis(filter: { period: { month: "2024-04" } }) {
            month: compareTo(baseline: { relative: PREVIOUS_PERIOD_TO_DATE }) { period { to } kpis { orderCount } }
            year: compareTo(baseline: { relative: PREVIOUS_YEAR_TO_DATE }) { period { to } kpis { totalSales } }
        } }"#,
        r#"{ "kpis": {
            "month": { "period": { "to": "2024-03-10T11:00:00+00:00" }, "kpis": { "orderCount": 0 } },
            "year": { "period": { "to": "2023-04-10T10:00:00+00:00" }, "kpis": { "totalSales": 400 } }
        } }"#,
    )
    .await;
}

/// From March 2024 on: Ada and Ben in March, Ada and Cleo in April; nobody in May. Trailing
/// two, March has February beside it, which is before the scope.
#[tokio::test]
async fn what_adds_up_to_a_bucket_is_counted() {
    assert_answer(
        "to_date",
        r#"{
            kpis(filter: { period: { between: { from: "2024-03-01", to: "2024-06-01" } } }) {
                timeSeries(grain: MONTH) {
                    label
                    toDate { totalSales orderCount customerCount }
                    trailing(count: 2) { totalSales customerCount newCustomerCount returningCustomerCount }
                }
            }
            year: kpis(filter: { period: { year: 2024 } }) {
                timeSeries(grain: YEAR) { one: trailing(count: 1) { totalSales } two: trailing(count: 2) { totalSales } }
            }
        }"#,
        r#"{
            "kpis": { "timeSeries": [
                { "label": "2024-03", "toDate": { "totalSales": 205.7, "orderCount": 2, "customerCount": 2 },
                  "trailing": { "totalSales": 205.7, "customerCount": 2, "newCustomerCount": 1, "returningCustomerCount": 1 } },
                { "label": "2024-04", "toDate": { "totalSales": 387.85, "orderCount": 6, "customerCount": 3 },
                  "trailing": { "totalSales": 387.85, "customerCount": 3, "newCustomerCount": 2, "returningCustomerCount": 1 } },
                { "label": "2024-05", "toDate": { "totalSales": 387.85, "orderCount": 6, "customerCount": 3 },
                  "trailing": { "totalSales": 182.15, "customerCount": 2, "newCustomerCount": 1, "returningCustomerCount": 1 } }
            ] },
            "year": { "timeSeries": [{ "one": { "totalSales": 387.85 }, "two": { "totalSales": 787.85 } }] }
        }"#,
    )
    .await;
    let shop = BothEngines::over(small_shop("no_trailing").await).await;
    assert_eq!(
        shop.error("{ kpis(filter: { period: { year: 2024 } }) { timeSeries(grain: YEAR) { trailing(count: 0) { orderCount } } } }")
            .await,
        "count must be between 1 and 1000: trailing(count: 1) is the bucket itself"
    );
}

/// It is noon of 10 April 2024. O4 and O5 are of today, O3 is of the 1st; O2 is of Sunday,
/// 31 March. 364 days before 3 April 2024 is 5 April 2023, the day of O8.
#[tokio::test]
async fn days_without_today_and_of_the_same_weekday() {
    assert_answer(
        "without_today",
        r#"{
            with: kpis(filter: { period: { last: { count: 10, unit: DAY } } }) { orderCount }
            without: kpis(filter: { period: { last: { count: 10, unit: DAY, withoutToday: true } } }) { orderCount }
            weekday: kpis(filter: { period: { between: { from: "2024-04-03", to: "2024-04-04" } } }) {
                compareTo(baseline: { relative: SAME_WEEKDAYS_YEAR_BEFORE }) { period { from to } kpis { totalSales } }
            }
        }"#,
        r#"{
            "with": { "orderCount": 3 },
            "without": { "orderCount": 2 },
            "weekday": { "compareTo": {
                "period": { "from": "2023-04-04T22:00:00+00:00", "to": "2023-04-05T22:00:00+00:00" },
                "kpis": { "totalSales": 400 }
            } }
        }"#,
    )
    .await;
}
