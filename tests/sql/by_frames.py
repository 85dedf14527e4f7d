"""Data frames: Polars by ConnectorX and by ADBC, which read rows by COPY in binary."""

import os
from decimal import Decimal

import polars

uri = os.environ["SQL_URL"]
regions = (
    "SELECT region, MEASURE(total_sales) AS sales, MEASURE(order_count) AS orders "
    "FROM kpis GROUP BY 1 ORDER BY 1"
)
days = "SELECT order_id, ordered_at, revenue, quantity, is_business FROM sales ORDER BY 1, 2 LIMIT 100"
for query, count in [(regions, 5), (days.replace(", is_business", ""), 100)]:
    by_adbc = polars.read_database_uri(query, uri, engine="adbc")
    by_connectorx = polars.read_database_uri(query, uri, engine="connectorx")
    assert by_adbc.columns == by_connectorx.columns, (by_adbc, by_connectorx)
    assert by_adbc.height == by_connectorx.height and by_adbc.height > 1, by_adbc
    print(by_adbc.head(3), by_connectorx.head(3))
