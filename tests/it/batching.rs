//! What a request costs: the commands that the database receives.

use crate::{
    small_shop::small_shop,
    support::{CommandCounter, Shop, counted},
};

const EVERY_KPI: &str = "totalSales totalProfit profitMargin orderCount averageBasket unitsSold
    lineCount averageUnitsPerOrder averageQuantityPerOrder customerCount newCustomerCount
    ordersPerCustomer averageDaysBetweenOrders retentionRate repeatCustomerRate averageShippingDays";

async fn aggregations(name: &str, query: &str) -> usize {
    let (store, counter): (_, CommandCounter) = counted(&small_shop(name).await).await;
    Shop::over(store).data(query).await;
    counter.count("aggregate")
}

#[tokio::test]
async fn every_kpi_under_one_filter_is_one_aggregation() {
    let query = format!("{{ kpis(filter: {{ period: {{ year: 2024 }} }}) {{ {EVERY_KPI} }} }}");
    assert_eq!(aggregations("one", &query).await, 1);
}

#[tokio::test]
async fn twenty_aliases_are_still_one_aggregation() {
    let alias = |number| {
        format!(
            "a{number}: kpis(filter: {{ period: {{ year: 2024 }}, region: {{ in: [\"South\", \"North\"] }} }}) {{ {EVERY_KPI} }}"
        )
    };
    let query: String = (0..20).map(alias).collect();
    assert_eq!(aggregations("aliases", &format!("{{ {query} }}")).await, 1);
}

#[tokio::test]
async fn each_grouping_is_one_aggregation() {
    let query = "{ kpis {
        totalSales customerCount
        a: breakdown(by: REGION) { rows { kpis { totalSales } } }
        b: breakdown(by: REGION, orderBy: CUSTOMER_COUNT, direction: ASC) { rows { kpis { customerCount } } }
        timeSeries(grain: DAY) { kpis { orderCount } previous { change { orderCount } } yearBefore { change { totalSales } } }
        peaks { kpis { totalSales } }
        seasonality(cycle: WEEKDAY_HOUR) { kpis { totalSales } }
    } }";
    // Totals, regions, days (series and peaks), hours of the week.
    assert_eq!(aggregations("groupings", query).await, 4);
}

#[tokio::test]
async fn rows_are_looked_into_together() {
    let nested = |rows| {
        format!("{{ kpis {{ breakdown(by: PRODUCT, first: {rows}) {{ rows {{ key {{ label }} kpis {{
            totalSales timeSeries(grain: MONTH) {{ kpis {{ totalSales }} }}
            compareTo(baseline: {{ period: {{ year: 2023 }} }}) {{ kpis {{ totalSales }} change {{ totalSales orderCount }} }}
        }} }} }} }} }}")
    };
    // The breakdown, its rows' months, its rows' other period.
    assert_eq!(aggregations("rows_1", &nested(1)).await, 3);
    assert_eq!(aggregations("rows_4", &nested(4)).await, 3);
}

#[tokio::test]
async fn buckets_outside_of_the_period_are_counted_together() {
    let query = "{ kpis(filter: { period: { year: 2024 } }) { timeSeries(grain: MONTH) {
        kpis { totalSales } previous { change { totalSales } } yearBefore { kpis { totalSales } change { totalSales } }
    } } }";
    // The year's months, and those of the year before with December twice.
    assert_eq!(aggregations("outside", query).await, 2);
}
