-- The tables in memory as they are exported, in the order of time. Only orders
-- without lines, which no KPI counts, are left out, so that no question must look
-- for them.
CREATE TYPE status AS ENUM (SELECT DISTINCT status FROM '{folder}/orders.parquet' WHERE status IS NOT NULL ORDER BY status);

CREATE TABLE locations AS
SELECT
    location,
    region::region AS region,
    country::country AS country,
    state::state AS state,
    city::city AS city,
    longitude,
    latitude
FROM '{folder}/locations.parquet';

CREATE TABLE customers AS
SELECT customer, segment::segment AS segment
FROM '{folder}/customers.parquet';

CREATE TABLE orders AS
SELECT
    order_no, ordered_at, ordered_local, shipped_at, status::status AS status,
    ship_mode::ship_mode AS ship_mode, customer, ship_from, ship_to
FROM '{folder}/orders.parquet' SEMI JOIN '{folder}/lines.parquet' USING (order_no)
ORDER BY order_no;

CREATE TABLE lines AS
FROM '{folder}/lines.parquet';
