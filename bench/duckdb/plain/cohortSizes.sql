WITH first_orders AS (
    SELECT min(ordered_local) AS first_order
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND customer IS NOT NULL
    GROUP BY customer
),
sizes AS (
    SELECT date_trunc('month', first_order) AS founded, count(*) AS size
    FROM first_orders
    WHERE first_order < {end}
    GROUP BY founded
)
SELECT strftime(founded, '%Y-%m') AS label, size
FROM sizes
ORDER BY founded
