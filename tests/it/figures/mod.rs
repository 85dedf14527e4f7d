//! Every KPI of the small shop, worked out by hand, by either engine.

mod breakdowns;
mod bridge;
mod calendars;
mod customers;
mod drivers;
mod kinds;
mod lines;
mod pairs;
mod rfm;
mod time;

use serde_json::Value;

use crate::{small_shop::small_shop, support::BothEngines};
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
/// (903,600.001 + 31,150,800) / 3 / 86,400 days. Ada's second order came 82,800.001 s after
/// her first: halfway to Ben's is 15,616,800.0005 s. Shipping: (3 + 2 + 1 + 0.5) / 4 days.
/// Sold is all but the −50.05, 22 units of which one came back; nobody knows list prices,
/// tax, shipping or costs.
const ALL_TIME: [(&str, &str); 30] = [
    ("grossSales", "837.9"),
    ("discounts", "null"),
    ("returns", "50.05"),
    ("taxes", "null"),
    ("shippingCharges", "null"),
    ("amountCharged", "null"),
    ("discountRate", "null"),
    ("costOfGoods", "null"),
    ("costCoverage", "0.0"),
    ("unitsReturned", "1"),
    ("returnRate", "0.0454545454545455"),
    ("averageSellingPrice", "37.5166666666667"),
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
    ("returningCustomerCount", "0"),
    ("ordersPerCustomer", "2.0"),
    ("averageDaysBetweenOrders", "123.666666670525"),
    ("daysToSecondOrder", "180.750000005787"),
    ("retentionRate", "null"),
    ("repeatCustomerRate", "0.666666666666667"),
    ("averageShippingDays", "1.625"),
];

/// O3, O4, O5 and O6. Ada came in March too, as did Ben, who did not come again: 1 of 2.
/// Cleo is new, Ada is not. Ada's two orders are 9.5 days apart.
const APRIL_2024: [(&str, &str); 30] = [
    ("grossSales", "232.2"),
    ("discounts", "null"),
    ("returns", "50.05"),
    ("taxes", "null"),
    ("shippingCharges", "null"),
    ("amountCharged", "null"),
    ("discountRate", "null"),
    ("costOfGoods", "null"),
    ("costCoverage", "0.0"),
    ("unitsReturned", "1"),
    ("returnRate", "0.166666666666667"),
    ("averageSellingPrice", "36.43"),
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
    ("returningCustomerCount", "1"),
    ("ordersPerCustomer", "1.5"),
    ("averageDaysBetweenOrders", "9.5"),
    ("daysToSecondOrder", "9.5"),
    ("retentionRate", "0.5"),
    ("repeatCustomerRate", "0.5"),
    ("averageShippingDays", "0.5"),
];

/// A year without orders: totals are 0, what has no denominator is null.
const NOTHING: [(&str, &str); 30] = [
    ("grossSales", "0"),
    ("discounts", "null"),
    ("returns", "0"),
    ("taxes", "null"),
    ("shippingCharges", "null"),
    ("amountCharged", "null"),
    ("discountRate", "null"),
    ("costOfGoods", "null"),
    ("costCoverage", "null"),
    ("unitsReturned", "0"),
    ("returnRate", "null"),
    ("averageSellingPrice", "null"),
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
    ("returningCustomerCount", "0"),
    ("ordersPerCustomer", "null"),
    ("averageDaysBetweenOrders", "null"),
    ("daysToSecondOrder", "null"),
    ("retentionRate", "null"),
    ("repeatCustomerRate", "null"),
    ("averageShippingDays", "null"),
];

/// Asks for every KPI of the catalogue; one without a value worked out by hand fails.
async fn assert_kpis(name: &str, filter: &str, by_hand: &[(&str, &str)]) {
    let names: Vec<&str> = Kpi::built_in().iter().map(|kpi| kpi.name()).collect();
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

#[tokio::test]
async fn the_shop_says_what_it_is() {
    assert_answer(
        "shop",
        r#"{ shop {
            name currency timeZone firstOrderAt lastOrderAt years
            regions: values(of: REGION) { value }
            chairs: values(of: PRODUCT, contains: "Chair") { value label }
            statuses: values(of: STATUS) { value }
            oak: values(of: PRODUCT, search: "DÉSK oak") { value }
            codes: values(of: PRODUCT, search: "PEN") { value }
            two: values(of: CITY, first: 2) { value }
            next: values(of: CITY, first: 2, after: "Paris") { value }
        } }"#,
        r#"{ "shop": {
            "name": "Small Shop", "currency": "EUR", "timeZone": "Europe/Paris",
            "firstOrderAt": "2023-04-05T10:00:00+00:00", "lastOrderAt": "2024-04-20T08:00:00+00:00",
            "years": [2023, 2024],
            "regions": [{ "value": "Abroad" }, { "value": "North" }, { "value": "South" }],
            "chairs": [{ "value": "chair", "label": "Oak Chair" }],
            "statuses": [{ "value": "cancelled" }, { "value": "completed" }],
            "oak": [{ "value": "desk" }],
            "codes": [{ "value": "pen" }],
            "two": [{ "value": "Lyon" }, { "value": "Paris" }],
            "next": [{ "value": "Springfield" }]
        } }"#,
    )
    .await;
}
