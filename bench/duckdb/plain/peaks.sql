WITH of_days AS (
    SELECT
        ordered_local::DATE AS day,
        sum(revenue) AS "totalSales",
        count(DISTINCT order_no) AS "orderCount"
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
    GROUP BY day
)
SELECT strftime(day, '%Y-%m-%d') AS label, "totalSales", "orderCount"
FROM of_days
ORDER BY "totalSales" DESC, day
LIMIT 10
