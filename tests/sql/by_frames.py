"""Polars by ConnectorX, which reads rows by COPY in binary."""

import os
from decimal import Decimal

import polars

uri = os.environ["SQL_URL"]
regions = """
    SELECT region, MEASURE(total_sales) AS sales, MEASURE(order_count) AS orders
    FROM kpis GROUP BY 1 ORDER BY 1
"""
frame = polars.read_database_uri(regions, uri, engine="connectorx")
assert frame.columns == ["region", "sales", "orders"], frame
assert frame.height > 5, frame
total = polars.read_database_uri("SELECT MEASURE(total_sales) AS sales FROM kpis", uri, engine="connectorx")
assert frame["sales"].sum() == total["sales"][0] > Decimal(0), (frame, total)

lines = "SELECT order_id, ordered_at, revenue, day FROM sales ORDER BY 1, 2 LIMIT 1000"
frame = polars.read_database_uri(lines, uri, engine="connectorx")
assert frame.height == 1000, frame
assert frame.schema["ordered_at"] == polars.Datetime("us", "UTC"), frame.schema
assert frame["revenue"].null_count() == 0, frame
