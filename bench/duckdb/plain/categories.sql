SELECT
    category AS value0,
    sum(revenue) AS "totalSales",
    sum(profit) AS "totalProfit",
    count(DISTINCT order_no) AS "orderCount",
    count(DISTINCT customer) AS "customerCount"
FROM lines
JOIN orders USING (order_no)
LEFT JOIN products USING (product)
WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
GROUP BY category
ORDER BY "totalSales" DESC, value0
