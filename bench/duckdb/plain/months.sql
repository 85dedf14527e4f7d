WITH of_months AS (
    SELECT
        date_trunc('month', ordered_local) AS month,
        sum(revenue) AS "totalSales",
        count(DISTINCT order_no) AS "orderCount",
        count(DISTINCT customer) AS "customerCount"
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
    GROUP BY month
)
SELECT strftime(month, '%Y-%m') AS label, "totalSales", "orderCount", "customerCount"
FROM of_months
ORDER BY month
