WITH buyers AS (
    SELECT
        customer,
        count(*) AS orders,
        any_value(first_order) AS first_order,
        epoch_ms(max(ordered_at)) - epoch_ms(min(ordered_at)) AS span
    FROM scope
    WHERE customer IS NOT NULL
    GROUP BY customer
),
of_orders AS (
    SELECT
        sum(sales) AS "totalSales",
        sum(profit) AS "totalProfit",
        count(*) AS "orderCount",
        sum(units) AS "unitsSold"
    FROM scope
),
of_buyers AS (
    SELECT
        count(*) AS "customerCount",
        count(*) FILTER (first_order >= {start}) AS "newCustomerCount",
        sum(orders) / nullif(count(*), 0) AS "ordersPerCustomer",
        sum(span) / nullif(sum(orders - 1), 0) / 86_400_000 AS "averageDaysBetweenOrders",
        count(*) FILTER (orders >= 2) / nullif(count(*), 0) AS "repeatCustomerRate"
    FROM buyers
),
before AS (
    SELECT DISTINCT customer
    FROM {source}
    WHERE {before} AND customer IS NOT NULL
),
retention AS (
    SELECT count(buyers.customer) / nullif(count(*), 0) AS "retentionRate"
    FROM before LEFT JOIN buyers USING (customer)
)
SELECT
    *,
    "totalSales"::DOUBLE / nullif("orderCount", 0) AS "averageBasket"
FROM of_orders, of_buyers, retention
