"""psycopg 3: the extended protocol, parameters, money as Decimal."""

import os
from decimal import Decimal

import psycopg

QUERY = """
    SELECT region, MEASURE(total_sales) AS sales, MEASURE(customer_count) AS customers
    FROM kpis WHERE segment = %s AND ordered_at >= %s GROUP BY 1 ORDER BY 2 DESC
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
        try:
            connection.execute("CREATE TABLE mine (a int)")
            raise AssertionError("a table was created")
        except psycopg.errors.ReadOnlySqlTransaction:
            connection.rollback()
