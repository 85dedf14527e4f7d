-- The orders in scope, each with what its lines in scope add up to and the set of
-- their categories as bits: counted once here, for all the questions.
CREATE OR REPLACE TEMP TABLE scope AS
SELECT orders.*, sales, profit, units, categories
FROM (
    SELECT
        order_no,
        sum(revenue)::DECIMAL(18, 4) AS sales,
        sum(profit)::DECIMAL(18, 4) AS profit,
        sum(quantity)::BIGINT AS units,
        bit_or(1::UINTEGER << enum_code(category)) AS categories
    FROM lines
    WHERE {lines}
    GROUP BY order_no
)
JOIN orders USING (order_no);
