-- Distinct orders cost the most, so only those of the best products are counted.
WITH best AS (
    SELECT product, sum(revenue) AS sales, sum(quantity) AS units
    FROM lines
    WHERE {lines}
    GROUP BY product
    ORDER BY sales DESC
    LIMIT 10
),
counted AS (
    SELECT
        product,
        any_value(sales) AS "totalSales",
        any_value(units) AS "unitsSold",
        count(DISTINCT order_no) AS "orderCount"
    FROM lines JOIN best USING (product)
    WHERE {lines}
    GROUP BY product
)
SELECT code AS value0, name AS label0, "totalSales", "unitsSold", "orderCount"
FROM counted JOIN products USING (product)
ORDER BY "totalSales" DESC
