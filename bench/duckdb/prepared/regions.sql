SELECT
    region AS value0,
    sum(sales) AS "totalSales",
    sum(profit) AS "totalProfit",
    count(*) AS "orderCount",
    count(DISTINCT customer) AS "customerCount",
    sum(sales)::DOUBLE / sum(sum(sales)) OVER ()::DOUBLE AS share
FROM scope
GROUP BY region
ORDER BY "totalSales" DESC
