SELECT
    country AS value0,
    state AS value1,
    city AS value2,
    sum(sales) AS "totalSales",
    sum(profit) AS "totalProfit",
    count(*) AS "orderCount"
FROM scope
GROUP BY country, state, city
ORDER BY "totalProfit" DESC
LIMIT 20
