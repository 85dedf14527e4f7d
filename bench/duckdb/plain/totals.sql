WITH of_lines AS (
    SELECT
        sum(revenue) AS "totalSales",
        sum(profit) AS "totalProfit",
        count(DISTINCT order_no) AS "orderCount",
        sum(quantity) AS "unitsSold"
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
),
buyers AS (
    SELECT
        customer,
        count(*) AS orders,
        epoch_ms(max(ordered_at)) - epoch_ms(min(ordered_at)) AS span
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND {orders} AND customer IS NOT NULL
    GROUP BY customer
),
first_orders AS (
    SELECT customer, min(ordered_local) AS first_order
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable')
    GROUP BY customer
),
of_buyers AS (
    SELECT
        count(*) AS "customerCount",
        count(*) FILTER (first_order >= {start}) AS "newCustomerCount",
        sum(orders) / nullif(count(*), 0) AS "ordersPerCustomer",
        sum(span) / nullif(sum(orders - 1), 0) / 86_400_000 AS "averageDaysBetweenOrders",
        count(*) FILTER (orders >= 2) / nullif(count(*), 0) AS "repeatCustomerRate"
    FROM buyers JOIN first_orders USING (customer)
),
before AS (
    SELECT DISTINCT customer
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND {before} AND customer IS NOT NULL
),
retention AS (
    SELECT count(buyers.customer) / nullif(count(*), 0) AS "retentionRate"
    FROM before LEFT JOIN buyers USING (customer)
)
SELECT
    *,
    "totalSales"::DOUBLE / nullif("orderCount", 0) AS "averageBasket"
FROM of_lines, of_buyers, retention
