SELECT
    region AS value0,
    sum(revenue) AS "totalSales",
    sum(profit) AS "totalProfit",
    count(DISTINCT order_no) AS "orderCount",
    count(DISTINCT customer) AS "customerCount",
    sum(revenue)::DOUBLE / sum(sum(revenue)) OVER ()::DOUBLE AS share
FROM lines
JOIN orders USING (order_no)
LEFT JOIN locations ON location = ship_to
WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
GROUP BY region
ORDER BY "totalSales" DESC, value0
