-- The tables in memory: small keys, texts as ENUM, exact money in 64 bits. Orders
-- carry the attributes of their customer and place, lines what a filter looks at,
-- and both stand in the order of time, so that no question needs to join them and
-- a period is found by its blocks. Only orders that count are kept.
CREATE TYPE segment AS ENUM (SELECT DISTINCT segment FROM '{folder}/customers.parquet' WHERE segment IS NOT NULL ORDER BY segment);
CREATE TYPE category AS ENUM (SELECT DISTINCT category FROM '{folder}/products.parquet' WHERE category IS NOT NULL ORDER BY category);
CREATE TYPE region AS ENUM (SELECT DISTINCT region FROM '{folder}/locations.parquet' WHERE region IS NOT NULL ORDER BY region);
CREATE TYPE country AS ENUM (SELECT DISTINCT country FROM '{folder}/locations.parquet' WHERE country IS NOT NULL ORDER BY country);
CREATE TYPE state AS ENUM (SELECT DISTINCT state FROM '{folder}/locations.parquet' WHERE state IS NOT NULL ORDER BY state);
CREATE TYPE city AS ENUM (SELECT DISTINCT city FROM '{folder}/locations.parquet' WHERE city IS NOT NULL ORDER BY city);
CREATE TYPE ship_mode AS ENUM (SELECT DISTINCT ship_mode FROM '{folder}/orders.parquet' WHERE ship_mode IS NOT NULL ORDER BY ship_mode);

CREATE TABLE hours AS FROM '{folder}/hours.parquet';

CREATE TABLE products AS
SELECT product, code, name, category::category AS category
FROM '{folder}/products.parquet';

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
