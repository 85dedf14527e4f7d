WITH of_slots AS (
    SELECT
        (isodow(ordered_local) - 1) * 24 + hour(ordered_local) AS slot,
        sum(sales) AS sales,
        count(*) AS orders
    FROM scope
    GROUP BY slot
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
