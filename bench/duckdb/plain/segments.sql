SELECT
    segment AS value0,
    sum(revenue) AS "totalSales",
    count(DISTINCT order_no) AS "orderCount",
    count(DISTINCT customer) AS "customerCount"
FROM lines
JOIN orders USING (order_no)
LEFT JOIN customers USING (customer)
WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
GROUP BY segment
ORDER BY "totalSales" DESC, value0
