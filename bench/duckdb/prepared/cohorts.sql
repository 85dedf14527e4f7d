WITH sizes AS (
    SELECT date_trunc('month', first_order) AS founded, count(*) AS size
    FROM customers
    WHERE first_order IS NOT NULL
    GROUP BY founded
),
active AS (
    SELECT DISTINCT
        customer,
        date_trunc('month', first_order) AS founded,
        date_diff('month', first_order, ordered_local) AS "offset"
    FROM scope
    WHERE customer IS NOT NULL
)
SELECT
    strftime(founded, '%Y-%m') AS label,
    "offset",
    count(*) AS "customerCount",
    count(*) / any_value(size) AS share
FROM active JOIN sizes USING (founded)
GROUP BY founded, "offset"
ORDER BY founded, "offset"
