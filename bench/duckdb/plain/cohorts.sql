WITH first_orders AS (
    SELECT customer, min(ordered_local) AS first_order
    FROM orders
    WHERE status NOT IN ('cancelled', 'unavailable') AND customer IS NOT NULL
    GROUP BY customer
),
sizes AS (
    SELECT date_trunc('month', first_order) AS founded, count(*) AS size
    FROM first_orders
    GROUP BY founded
),
active AS (
    SELECT
        date_trunc('month', first_order) AS founded,
        date_diff('month', first_order, ordered_local) AS "offset",
        count(DISTINCT customer) AS customers
    FROM orders JOIN first_orders USING (customer)
    WHERE status NOT IN ('cancelled', 'unavailable') AND {orders}
    GROUP BY founded, "offset"
)
SELECT
    strftime(founded, '%Y-%m') AS label,
    "offset",
    customers AS "customerCount",
    customers / size AS share
FROM active JOIN sizes USING (founded)
ORDER BY founded, "offset"
