"""Polars by ConnectorX and by ADBC, which read rows by COPY in binary."""

import os
from decimal import Decimal

import polars

uri = os.environ["SQL_URL"]


def read(query, engine="connectorx"):
    return polars.read_database_uri(query, uri, engine=engine)


regions = """
    SELECT region, MEASURE(total_sales) AS sales, MEASURE(order_count) AS orders
    FROM kpis GROUP BY 1 ORDER BY 1
"""
frame = read(regions)
assert frame.columns == ["region", "sales", "orders"], frame
assert frame.height > 5, frame
total = read("SELECT MEASURE(total_sales) AS sales FROM kpis")
assert frame["sales"].sum() == total["sales"][0] > Decimal(0), (frame, total)

lines = "SELECT order_id, ordered_at, revenue, day FROM sales ORDER BY 1, 2 LIMIT 1000"
frame = read(lines)
assert frame.height == 1000, frame
assert frame.schema["ordered_at"] == polars.Datetime("us", "UTC"), frame.schema
assert frame["revenue"].null_count() == 0, frame

# ADBC has no numbers with all their digits: it gives PostgreSQL's `numeric` as text.
by_adbc = read(lines, "adbc")
same = ["order_id", "ordered_at", "day"]
assert by_adbc.select(same).equals(frame.select(same)), (by_adbc, frame)
assert read(regions, "adbc")["orders"].sum() == read(regions)["orders"].sum()
