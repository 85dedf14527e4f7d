WITH of_slots AS (
    SELECT
        (isodow(ordered_local) - 1) * 24 + hour(ordered_local) AS slot,
        sum(revenue) AS sales,
        count(DISTINCT order_no) AS orders
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
    GROUP BY slot
),
scope AS (
    SELECT ordered_at
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND {orders}
),
occurring AS (
    SELECT slot, count(*) AS occurrences
    FROM hours
    WHERE {hours}
    GROUP BY slot
)
SELECT
    slot // 24 + 1 AS weekday,
    slot % 24 AS hour,
    occurrences,
    coalesce(sales, 0) AS "totalSales",
    coalesce(orders, 0) AS "orderCount",
    coalesce(sales, 0)::DOUBLE * sum(occurrences) OVER ()
        / nullif(sum(sales) OVER ()::DOUBLE * occurrences, 0) AS "seasonalIndex"
FROM occurring LEFT JOIN of_slots USING (slot)
ORDER BY slot
