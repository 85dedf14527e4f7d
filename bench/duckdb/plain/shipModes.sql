-- Days are of orders, sales of their lines: an order of many lines weighs no more.
WITH of_orders AS (
    SELECT
        ship_mode,
        count(*) AS orders,
        avg(epoch_ms(shipped_at) - epoch_ms(ordered_at)) / 86_400_000 AS days
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND {orders}
    GROUP BY ship_mode
),
of_lines AS (
    SELECT ship_mode, sum(revenue) AS sales
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
    GROUP BY ship_mode
)
SELECT
    of_orders.ship_mode AS value0,
    sales AS "totalSales",
    orders AS "orderCount",
    days AS "averageShippingDays"
FROM of_orders JOIN of_lines ON of_orders.ship_mode IS NOT DISTINCT FROM of_lines.ship_mode
ORDER BY "totalSales" DESC, value0
