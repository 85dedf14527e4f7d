-- Orders and customers are counted by their set of categories, of which there are
-- few: several times as fast as distinct orders and customers by category.
WITH of_lines AS (
    SELECT
        category,
        1::UINTEGER << enum_code(category) AS bit,
        sum(revenue) AS "totalSales",
        sum(profit) AS "totalProfit"
    FROM lines
    WHERE {lines}
    GROUP BY category
),
of_orders AS (
    SELECT categories, count(*) AS orders
    FROM scope
    GROUP BY categories
),
of_buyers AS (
    SELECT bit_or(categories) AS categories
    FROM scope
    WHERE customer IS NOT NULL
    GROUP BY customer
),
buyers AS (
    SELECT categories, count(*) AS customers
    FROM of_buyers
    GROUP BY categories
)
SELECT
    category AS value0,
    "totalSales",
    "totalProfit",
    (SELECT sum(orders) FROM of_orders WHERE categories & bit <> 0) AS "orderCount",
    (SELECT coalesce(sum(customers), 0) FROM buyers WHERE categories & bit <> 0) AS "customerCount"
FROM of_lines
ORDER BY "totalSales" DESC
