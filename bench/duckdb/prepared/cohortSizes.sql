WITH sizes AS (
    SELECT date_trunc('month', first_order) AS founded, count(*) AS size
    FROM customers
    WHERE first_order < {end}
    GROUP BY founded
)
SELECT strftime(founded, '%Y-%m') AS label, size
FROM sizes
ORDER BY founded
