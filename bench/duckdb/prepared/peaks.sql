WITH of_days AS (
    SELECT ordered_local::DATE AS day, sum(sales) AS "totalSales", count(*) AS "orderCount"
    FROM scope
    GROUP BY day
)
SELECT strftime(day, '%Y-%m-%d') AS label, "totalSales", "orderCount"
FROM of_days
ORDER BY "totalSales" DESC, day
LIMIT 10
