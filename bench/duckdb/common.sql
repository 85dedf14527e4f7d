-- What both loads begin with: texts of which few differ become ENUM.
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
