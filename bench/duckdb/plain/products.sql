WITH best AS (
    SELECT
        product,
        sum(revenue) AS "totalSales",
        sum(quantity) AS "unitsSold",
        count(DISTINCT order_no) AS "orderCount"
    FROM lines JOIN orders USING (order_no)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {scope}
    GROUP BY product
    ORDER BY "totalSales" DESC, product
    LIMIT 10
)
SELECT code AS value0, name AS label0, "totalSales", "unitsSold", "orderCount"
FROM best JOIN products USING (product)
ORDER BY "totalSales" DESC, product
