//! Every KPI of the small shop, worked out by hand, by either engine.

use serde_json::Value;

use crate::{
    small_shop::small_shop,
    support::{BothEngines, fresh_store},
};
use salesgraph::kpi::Kpi;

/// The answer to a query over the small shop must be this, to the last digit.
async fn assert_answer(name: &str, query: &str, expected: &str) {
    let shop = BothEngines::over(small_shop(name).await).await;
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(shop.data(query).await, expected);
}

/// Sales: 105.60 + 100.10 + 200 + 2.20 − 50.05 + 30 + 400. Profit: 21.12 + 0 + 50 +
/// 0.44 − 10.01 + 100. Units: 12 + 2 + 1 + 4 − 1 + 1 + 2 on 9 lines of 7 orders.
/// Six orders name one of three customers; Ada (3) and Ben (2) came again. From Ada's
/// first order to her last: 903,600.001 s over 2 pairs; Ben's: 31,150,800 s over one;
/// (903,600.001 + 31,150,800) / 3 / 86,400 days. Shipping: (3 + 2 + 1 + 0.5) / 4 days.
const ALL_TIME: [(&str, &str); 16] = [
    ("totalSales", "787.85"),
    ("totalProfit", "161.55"),
    ("profitMargin", "0.205051723043727"),
    ("orderCount", "7"),
    ("averageBasket", "112.55"),
    ("unitsSold", "21"),
    ("lineCount", "9"),
    ("averageUnitsPerOrder", "3.0"),
    ("averageQuantityPerOrder", "3.0"),
    ("customerCount", "3"),
    ("newCustomerCount", "3"),
    ("ordersPerCustomer", "2.0"),
    ("averageDaysBetweenOrders", "123.666666670525"),
    ("retentionRate", "null"),
    ("repeatCustomerRate", "0.666666666666667"),
    ("averageShippingDays", "1.625"),
];

/// O3, O4, O5 and O6. Ada came in March too, as did Ben, who did not come again: 1 of 2.
/// Cleo is new. Ada's two orders are 9.5 days apart.
const APRIL_2024: [(&str, &str); 16] = [
    ("totalSales", "182.15"),
    ("totalProfit", "40.43"),
    ("profitMargin", "0.221959923140269"),
    ("orderCount", "4"),
    ("averageBasket", "45.5375"),
    ("unitsSold", "5"),
    ("lineCount", "4"),
    ("averageUnitsPerOrder", "1.25"),
    ("averageQuantityPerOrder", "1.25"),
    ("customerCount", "2"),
    ("newCustomerCount", "1"),
    ("ordersPerCustomer", "1.5"),
    ("averageDaysBetweenOrders", "9.5"),
    ("retentionRate", "0.5"),
    ("repeatCustomerRate", "0.5"),
    ("averageShippingDays", "0.5"),
];

/// A year without orders: totals are 0, what has no denominator is null.
const NOTHING: [(&str, &str); 16] = [
    ("totalSales", "0"),
    ("totalProfit", "null"),
    ("profitMargin", "null"),
    ("orderCount", "0"),
    ("averageBasket", "null"),
    ("unitsSold", "0"),
    ("lineCount", "0"),
    ("averageUnitsPerOrder", "null"),
    ("averageQuantityPerOrder", "null"),
    ("customerCount", "0"),
    ("newCustomerCount", "0"),
    ("ordersPerCustomer", "null"),
    ("averageDaysBetweenOrders", "null"),
    ("retentionRate", "null"),
    ("repeatCustomerRate", "null"),
    ("averageShippingDays", "null"),
];

/// Asks for every KPI of the catalogue; one without a value worked out by hand fails.
async fn assert_kpis(name: &str, filter: &str, by_hand: &[(&str, &str)]) {
    let names: Vec<String> = Kpi::ALL.iter().map(|kpi| kpi.name()).collect();
    let shop = BothEngines::over(small_shop(name).await).await;
    let query = format!("{{ kpis{filter} {{ {} }} }}", names.join(" "));
    let data = shop.data(&query).await;
    for kpi in names {
        let expected = by_hand.iter().find(|(name, _)| *name == kpi);
        let (_, expected) = expected.unwrap_or_else(|| panic!("work out {kpi} by hand"));
        assert_eq!(data["kpis"][&kpi].to_string(), *expected, "{kpi}");
    }
}

#[tokio::test]
async fn all_time() {
    assert_kpis("all_time", "", &ALL_TIME).await;
}

#[tokio::test]
async fn one_month() {
    let april = r#"(filter: { period: { month: "2024-04" } })"#;
    assert_kpis("one_month", april, &APRIL_2024).await;
}

#[tokio::test]
async fn a_year_without_orders() {
    assert_kpis("nothing", "(filter: { period: { year: 2020 } })", &NOTHING).await;
}

/// Pens are on O1 and O4: two orders, though O1 holds a chair too, whose line is not in scope.
#[tokio::test]
async fn a_filter_on_a_category_keeps_lines() {
    assert_answer(
        "category_filter",
        r#"{ kpis(filter: { category: { eq: "Office" }, region: { startsWith: "Sou" } }) {
            totalSales orderCount lineCount unitsSold customerCount
        } }"#,
        r#"{ "kpis": { "totalSales": 7.7, "orderCount": 2, "lineCount": 2, "unitsSold": 14, "customerCount": 1 } }"#,
    )
    .await;
}

/// Cancelled orders stay out even when asked for; anything that looks like a pattern or a path is just text.
#[tokio::test]
async fn filters_take_text_to_the_letter() {
    assert_answer(
        "letters",
        r#"{
            cancelled: kpis(filter: { status: { eq: "cancelled" } }) { orderCount }
            pattern: kpis(filter: { city: { contains: ".*" } }) { orderCount }
            path: kpis(filter: { category: { in: ["$status", "Office"] } }) { orderCount }
            nowhere: kpis(filter: { city: { isMissing: true } }) { orderCount }
            unknown: kpis(filter: { category: { isMissing: true } }) { orderCount }
            known: kpis(filter: { category: { isMissing: false } }) { orderCount }
            elsewhere: kpis(filter: { country: { ne: "France" } }) { orderCount }
            furniture: kpis(filter: { subCategory: { startsWith: "Ch" } }) { totalSales }
            nothing: kpis(filter: { product: { in: [] } }) { orderCount }
        }"#,
        r#"{
            "cancelled": { "orderCount": 0 },
            "pattern": { "orderCount": 0 },
            "path": { "orderCount": 2 },
            "nowhere": { "orderCount": 1 },
            "unknown": { "orderCount": 1 },
            "known": { "orderCount": 6 },
            "elsewhere": { "orderCount": 3 },
            "furniture": { "totalSales": 150.15 },
            "nothing": { "orderCount": 0 }
        }"#,
    )
    .await;
}

/// Furniture: chairs 100.10 + 100.10 − 50.05, desks 200 + 400, on O1, O2, O3, O5, O8 by
/// Ada and Ben. The rest: pens on O1 and O4, the deleted product on O6: three orders by
/// Ada and Cleo. Adding up the rows would give 8 orders and 4 customers, not 7 and 3.
#[tokio::test]
async fn others_are_counted_not_added_up() {
    assert_answer(
        "others",
        "{ kpis { breakdown(by: CATEGORY, first: 1) {
            groupCount
            rows { key { dimension value label } share kpis { totalSales totalProfit orderCount customerCount unitsSold } }
            others { key { value } share kpis { totalSales totalProfit orderCount customerCount } }
        } } }",
        r#"{ "kpis": { "breakdown": {
            "groupCount": 3,
            "rows": [{
                "key": [{ "dimension": "CATEGORY", "value": "Furniture", "label": "Furniture" }],
                "share": 0.95214825157073,
                "kpis": { "totalSales": 750.15, "totalProfit": 160.01, "orderCount": 5, "customerCount": 2, "unitsSold": 6 }
            }],
            "others": {
                "key": [], "share": 0.0478517484292695,
                "kpis": { "totalSales": 37.7, "totalProfit": 1.54, "orderCount": 3, "customerCount": 2 }
            }
        } } }"#,
    )
    .await;
}

/// Ascending by profit; the deleted product's is unknown and comes last, under its id.
#[tokio::test]
async fn products_by_profit_from_the_bottom() {
    assert_answer(
        "bottom",
        "{ kpis { breakdown(by: [PRODUCT], orderBy: TOTAL_PROFIT, direction: ASC) {
            rows { key { value label } kpis { totalProfit averageQuantityPerOrder } }
            others { share }
        } } }",
        r#"{ "kpis": { "breakdown": { "rows": [
            { "key": [{ "value": "pen", "label": "Blue Pen" }], "kpis": { "totalProfit": 1.54, "averageQuantityPerOrder": 7.0 } },
            { "key": [{ "value": "chair", "label": "Oak Chair" }], "kpis": { "totalProfit": 10.01, "averageQuantityPerOrder": 1.0 } },
            { "key": [{ "value": "desk", "label": "Oak Desk" }], "kpis": { "totalProfit": 150, "averageQuantityPerOrder": 1.5 } },
            { "key": [{ "value": "deleted", "label": "deleted" }], "kpis": { "totalProfit": null, "averageQuantityPerOrder": 1.0 } }
        ], "others": null } } }"#,
    )
    .await;
}

/// Springfield is two cities; O5 goes nowhere. Corporate and no segment tie at two orders.
#[tokio::test]
async fn several_dimensions_tell_namesakes_apart() {
    assert_answer(
        "namesakes",
        "{ kpis {
            cities: breakdown(by: [CITY]) { rows { key { value } kpis { orderCount totalSales } } }
            places: breakdown(by: [STATE, CITY]) { rows { key { value } kpis { totalSales } } }
            segments: breakdown(by: [SEGMENT], orderBy: ORDER_COUNT) { rows { key { value } kpis { orderCount } } }
        } }",
        r#"{ "kpis": {
            "cities": { "rows": [
                { "key": [{ "value": "Lyon" }], "kpis": { "orderCount": 4, "totalSales": 707.8 } },
                { "key": [{ "value": "Springfield" }], "kpis": { "orderCount": 2, "totalSales": 130.1 } },
                { "key": [{ "value": null }], "kpis": { "orderCount": 1, "totalSales": -50.05 } }
            ] },
            "places": { "rows": [
                { "key": [{ "value": "Rhône" }, { "value": "Lyon" }], "kpis": { "totalSales": 707.8 } },
                { "key": [{ "value": "Ohio" }, { "value": "Springfield" }], "kpis": { "totalSales": 100.1 } },
                { "key": [{ "value": "Illinois" }, { "value": "Springfield" }], "kpis": { "totalSales": 30 } },
                { "key": [{ "value": null }, { "value": null }], "kpis": { "totalSales": -50.05 } }
            ] },
            "segments": { "rows": [
                { "key": [{ "value": "Consumer" }], "kpis": { "orderCount": 3 } },
                { "key": [{ "value": "Corporate" }], "kpis": { "orderCount": 2 } },
                { "key": [{ "value": null }], "kpis": { "orderCount": 2 } }
            ] }
        } }"#,
    )
    .await;
}

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

/// Each customer is new once: Ben in April 2023, Ada in March 2024, Cleo in April 2024.
/// With a filter, "first ever" still looks at every order: in April 2024, Ada bought her
/// first desk but is no new customer.
#[tokio::test]
async fn customers_are_new_once() {
    let shop = BothEngines::over(small_shop("new").await).await;
    let new = async |filter: &str| {
        let series = "timeSeries(grain: MONTH) { label kpis { newCustomerCount } }";
        let data = shop
            .data(&format!("{{ kpis{filter} {{ {series} }} }}"))
            .await;
        let buckets = data["kpis"]["timeSeries"].as_array().unwrap().clone();
        let counted = |it: &Value| it["kpis"]["newCustomerCount"].as_u64() != Some(0);
        let label = |it: &Value| it["label"].as_str().unwrap().to_owned();
        buckets
            .iter()
            .filter(|it| counted(it))
            .map(label)
            .collect::<Vec<_>>()
    };
    assert_eq!(new("").await, ["2023-04", "2024-03", "2024-04"]);
    assert_eq!(
        new(r#"(filter: { product: { eq: "desk" } })"#).await,
        ["2023-04"]
    );
    let year = "(filter: { period: { year: 2024 } })";
    assert_eq!(new(year).await, ["2024-03", "2024-04"]);
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

/// Ben founded April 2023, Ada March 2024, Cleo April 2024. In April 2024 Ben did not come.
#[tokio::test]
async fn cohorts_are_founded_by_the_first_order_ever() {
    assert_answer(
        "cohorts",
        r#"{
            kpis(filter: { period: { month: "2024-04" } }) { cohorts { label size periods { offset date customerCount share } } }
            all: kpis { cohorts(grain: YEAR) { label size periods { customerCount } } }
        }"#,
        &format!(
            r#"{{
                "kpis": {{ "cohorts": [
                    {{ "label": "2023-04", "size": 1, "periods": [{absent}] }},
                    {{ "label": "2024-03", "size": 1, "periods": [
                        {{ "offset": 0, "date": "2024-03-01", "customerCount": 0, "share": 0.0 }},
                        {{ "offset": 1, "date": "2024-04-01", "customerCount": 1, "share": 1.0 }}
                    ] }},
                    {{ "label": "2024-04", "size": 1, "periods": [
                        {{ "offset": 0, "date": "2024-04-01", "customerCount": 1, "share": 1.0 }}
                    ] }}
                ] }},
                "all": {{ "cohorts": [
                    {{ "label": "2023", "size": 1, "periods": [{{ "customerCount": 1 }}, {{ "customerCount": 1 }}] }},
                    {{ "label": "2024", "size": 2, "periods": [{{ "customerCount": 2 }}] }}
                ] }}
            }}"#,
            absent = (0..13)
                .map(|offset| format!(
                    r#"{{ "offset": {offset}, "date": "{}-{:02}-01", "customerCount": 0, "share": 0.0 }}"#,
                    2023 + (offset + 3) / 12,
                    (offset + 3) % 12 + 1,
                ))
                .collect::<Vec<_>>()
                .join(","),
        ),
    )
    .await;
}

/// Four orders travel from Paris to Lyon, one to Springfield (Illinois); O2, O5 cannot be measured.
/// 391.499 and 6,932.121 km are from the great-circle formula of Vincenty, not the haversine.
#[tokio::test]
async fn distances_are_measured_where_both_ends_are_known() {
    let shop = BothEngines::over(small_shop("distances").await).await;
    let data = shop
        .data(
            "{ kpis { deliveryDistance {
                measuredOrderCount unmeasuredOrderCount mean median percentile90 maximum
                histogram(width: 5000) { from to orderCount }
            } }
            none: kpis(filter: { city: { isMissing: true } }) { deliveryDistance { measuredOrderCount mean median maximum histogram { from } } } }",
        )
        .await;
    let distance = &data["kpis"]["deliveryDistance"];
    assert_eq!(distance["measuredOrderCount"].to_string(), "5");
    assert_eq!(distance["unmeasuredOrderCount"].to_string(), "2");
    for (figure, km) in [
        ("median", 391.499_472_435_613_14),
        ("maximum", 6_932.121_095_469_179),
        // (4 × 391.499… + 6,932.121…) / 5
        ("mean", 1_699.623_797_042_326_3),
        // Rank 0.9 × 4 = 3.6: 0.6 of the way from the fourth to the fifth.
        ("percentile90", 4_315.872_446_255_752),
    ] {
        let value = distance[figure].as_f64().unwrap();
        assert!((value - km).abs() < 1e-6, "{figure}: {value}");
    }
    let bars: Value = serde_json::from_str(
        r#"[{ "from": 0.0, "to": 5000.0, "orderCount": 4 }, { "from": 5000.0, "to": 10000.0, "orderCount": 1 }]"#,
    )
    .unwrap();
    assert_eq!(distance["histogram"], bars);
    let none: Value = serde_json::from_str(
        r#"{ "measuredOrderCount": 0, "mean": null, "median": null, "maximum": null, "histogram": [] }"#,
    )
    .unwrap();
    assert_eq!(data["none"]["deliveryDistance"], none);
}

/// Rows, buckets and the rest are `Kpis` as everything else: they can be looked into again.
#[tokio::test]
async fn every_row_can_be_broken_down_again() {
    assert_answer(
        "nested",
        r#"{ kpis(filter: { period: { month: "2024-04" } }) {
            breakdown(by: CATEGORY, first: 1) {
                rows { key { value } kpis {
                    timeSeries(grain: WEEK) { label kpis { totalSales } }
                    compareTo(baseline: { relative: PREVIOUS_YEAR }) { kpis { totalSales } }
                } }
                others { kpis { breakdown(by: PRODUCT) { rows { key { value } kpis { totalSales } } } } }
            }
            timeSeries(grain: MONTH) { kpis { breakdown(by: SEGMENT) { rows { key { value } kpis { orderCount } } } timeSeries(grain: QUARTER) { label kpis { orderCount } } } }
        } }"#,
        r#"{ "kpis": {
            "breakdown": {
                "rows": [{ "key": [{ "value": "Furniture" }], "kpis": {
                    "timeSeries": [
                        { "label": "2024-W14", "kpis": { "totalSales": 200 } },
                        { "label": "2024-W15", "kpis": { "totalSales": -50.05 } },
                        { "label": "2024-W16", "kpis": { "totalSales": 0 } },
                        { "label": "2024-W17", "kpis": { "totalSales": 0 } },
                        { "label": "2024-W18", "kpis": { "totalSales": 0 } }
                    ],
                    "compareTo": { "kpis": { "totalSales": 400 } }
                } }],
                "others": { "kpis": { "breakdown": { "rows": [
                    { "key": [{ "value": "deleted" }], "kpis": { "totalSales": 30 } },
                    { "key": [{ "value": "pen" }], "kpis": { "totalSales": 2.2 } }
                ] } } }
            },
            "timeSeries": [{ "kpis": {
                "breakdown": { "rows": [
                    { "key": [{ "value": "Consumer" }], "kpis": { "orderCount": 2 } },
                    { "key": [{ "value": null }], "kpis": { "orderCount": 2 } }
                ] },
                "timeSeries": [{ "label": "2024-Q2", "kpis": { "orderCount": 4 } }]
            } }]
        } }"#,
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

#[tokio::test]
async fn the_shop_says_what_it_is() {
    assert_answer(
        "shop",
        r#"{ shop {
            name currency timeZone firstOrderAt lastOrderAt years
            regions: values(of: REGION) { value }
            chairs: values(of: PRODUCT, contains: "Chair") { value label }
            statuses: values(of: STATUS) { value }
            two: values(of: CITY, first: 2) { value }
        } }"#,
        r#"{ "shop": {
            "name": "Small Shop", "currency": "EUR", "timeZone": "Europe/Paris",
            "firstOrderAt": "2023-04-05T10:00:00+00:00", "lastOrderAt": "2024-04-20T08:00:00+00:00",
            "years": [2023, 2024],
            "regions": [{ "value": "Abroad" }, { "value": "North" }, { "value": "South" }],
            "chairs": [{ "value": "chair", "label": "Oak Chair" }],
            "statuses": [{ "value": "cancelled" }, { "value": "completed" }],
            "two": [{ "value": "Lyon" }, { "value": "Paris" }]
        } }"#,
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
