SELECT
    segment AS value0,
    sum(sales) AS "totalSales",
    count(*) AS "orderCount",
    count(DISTINCT customer) AS "customerCount"
FROM scope
GROUP BY segment
ORDER BY "totalSales" DESC
