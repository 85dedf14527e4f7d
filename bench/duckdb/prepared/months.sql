WITH of_months AS (
    SELECT
        date_trunc('month', ordered_local) AS month,
        sum(sales) AS "totalSales",
        count(*) AS "orderCount",
        count(DISTINCT customer) AS "customerCount"
    FROM scope
    GROUP BY month
)
SELECT strftime(month, '%Y-%m') AS label, "totalSales", "orderCount", "customerCount"
FROM of_months
ORDER BY month
