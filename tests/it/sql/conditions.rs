//! What a WHERE leaves, by hand.

use salesgraph::engine::Choice;

use super::Served;
use crate::small_shop::small_shop;

/// Conditions, and the orders that they leave of O1 to O6 and O8.
const CONDITIONS: [(&str, &str); 32] = [
    ("true", "7"),
    ("1 = 1 AND region = 'South'", "4"),
    ("region = 'South' AND 1 = 0", "0"),
    // A place that is missing is unlike any other, but not known to be.
    ("region <> 'South'", "2"),
    ("region NOT IN ('South', 'North')", "2"),
    ("NOT region IN ('South')", "2"),
    ("region IS NULL", "1"),
    ("region IS NOT NULL", "6"),
    ("'South' = region", "4"),
    ("region = 'South' OR region IS NULL", "5"),
    (
        "region = 'South' OR region = 'Abroad' OR region IN ('x')",
        "6",
    ),
    ("region = 'South' OR customer = 'ben'", "5"),
    (
        "region = 'South' AND (ship_mode = 'Express' OR customer = 'ada')",
        "3",
    ),
    (
        "product = 'pen' OR product = 'desk' AND customer = 'ada'",
        "3",
    ),
    ("region <> 'South' OR product = 'pen'", "4"),
    ("region = 'South' OR 1 = 0", "4"),
    ("region = 'South' OR 1 = 1", "7"),
    ("region LIKE 'So%'", "4"),
    ("region LIKE 'South'", "4"),
    ("city LIKE '%field%'", "2"),
    ("ship_mode IN ('Standard', 'Express')", "6"),
    ("product = 'pen'", "2"),
    // O2 is placed at the very start of 31 March.
    ("ordered_at BETWEEN '2024-03-30' AND '2024-03-31'", "2"),
    (
        "ordered_at >= '2024-03-30' AND ordered_at < '2024-03-31'",
        "1",
    ),
    ("ordered_at::date = '2024-03-30'", "1"),
    ("ordered_at > '2024-04-10 12:00'", "1"),
    ("'2024-04-10 10:00:00+00' <= ordered_at", "3"),
    ("ordered_at > now() - interval '10 days'", "4"),
    ("date_trunc('month', ordered_at) = '2024-04-01'", "4"),
    ("date_trunc('month', ordered_at) > '2024-03-15'", "4"),
    ("extract(year FROM ordered_at) < 2024", "1"),
    ("ordered_at >= DATE '2024-03-01' + interval '1 month'", "4"),
];

#[tokio::test]
async fn conditions_leave_the_orders_that_they_say() {
    let store = small_shop("sql conditions").await;
    let sql = Served::start(Choice::Mongo, store).await.client().await;
    for (condition, orders) in CONDITIONS {
        let statement = format!("SELECT MEASURE(order_count) FROM kpis WHERE {condition}");
        assert_eq!(sql.table(&statement).await, [orders], "{condition}");
    }
}
