"""psycopg 3: the extended protocol, parameters, money as Decimal, rows."""

import os
from datetime import date, datetime
from decimal import Decimal

import psycopg

QUERY = """
    SELECT region, MEASURE(total_sales) AS sales, MEASURE(customer_count) AS customers
    FROM kpis WHERE segment = %s AND ordered_at >= %s GROUP BY 1 ORDER BY 2 DESC
"""

ROWS = """
    SELECT order_id, ordered_at, day, product_name, quantity, revenue, list_amount, position
    FROM sales WHERE segment = %s AND ordered_at >= %s ORDER BY ordered_at, order_id, position
"""

for is_binary in (False, True):
    with psycopg.connect(os.environ["SQL_URL"]) as connection:
        with connection.cursor(binary=is_binary) as cursor:
            rows = cursor.execute(QUERY, ("Consumer", "2024-01-01")).fetchall()
            assert len(rows) > 3, rows
            for _, sales, customers in rows:
                assert isinstance(sales, Decimal) and isinstance(customers, int), rows
                # Cents, and no zeros after them.
                assert -2 <= sales.as_tuple().exponent <= 0, sales
            rows = cursor.execute(ROWS, ("Consumer", date(2025, 1, 1))).fetchmany(5)
            assert len(rows) == 5, rows
            for order, at, day, product, quantity, revenue, _, position in rows:
                assert isinstance(order, str) and isinstance(product, str), rows
                assert isinstance(at, datetime) and at.tzinfo and at.date() == day, rows
                assert isinstance(quantity, Decimal) and isinstance(revenue, Decimal), rows
                assert position >= 1, rows
        try:
            connection.execute("CREATE TABLE mine (a int)")
            raise AssertionError("a table was created")
        except psycopg.errors.ReadOnlySqlTransaction:
            connection.rollback()
