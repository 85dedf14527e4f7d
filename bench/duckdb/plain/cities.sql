SELECT
    country AS value0,
    state AS value1,
    city AS value2,
    sum(revenue) AS "totalSales",
    sum(profit) AS "totalProfit",
    count(DISTINCT order_no) AS "orderCount"
FROM lines
JOIN orders USING (order_no)
LEFT JOIN locations ON location = ship_to
WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
GROUP BY country, state, city
ORDER BY "totalProfit" DESC, value0, value1, value2
LIMIT 20
