-- The tables in memory, made for the dashboard. Orders carry the attributes of their
-- customer and place, lines what a filter looks at, and both stand in the order of
-- time, so that no question needs to join them and a period is found by its blocks.
-- Only orders that count are kept.
CREATE TABLE locations AS
SELECT
    location,
    region::region AS region,
    country::country AS country,
    state::state AS state,
    city::city AS city,
    radians(longitude) AS longitude,
    radians(latitude) AS latitude
FROM '{folder}/locations.parquet';

CREATE TEMP TABLE counted AS
FROM '{folder}/orders.parquet' SEMI JOIN '{folder}/lines.parquet' USING (order_no)
WHERE status NOT IN ('cancelled', 'unavailable');

CREATE TABLE customers AS
SELECT customer, segment::segment AS segment, min(ordered_local) AS first_order
FROM '{folder}/customers.parquet' LEFT JOIN counted USING (customer)
GROUP BY ALL;

CREATE TABLE orders AS
SELECT
    order_no, ordered_at, ordered_local, shipped_at, ship_mode::ship_mode AS ship_mode,
    customer, segment, first_order, ship_from, ship_to, region, country, state, city
FROM counted
LEFT JOIN customers USING (customer)
LEFT JOIN locations ON location = ship_to
ORDER BY order_no;

CREATE TABLE lines AS
SELECT
    order_no, ordered_local, customer, region,
    product, category, quantity, revenue, profit
FROM '{folder}/lines.parquet'
JOIN orders USING (order_no)
LEFT JOIN products USING (product)
ORDER BY order_no;

DROP TABLE counted;
