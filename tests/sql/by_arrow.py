"""Polars and PyArrow by Arrow streams over HTTP, whose rows and figures are those of SQL."""

import os
from io import BytesIO
from urllib.request import urlopen

import polars
import pyarrow.ipc

address, uri = os.environ["HTTP_URL"], os.environ["SQL_URL"]


def read(query):
    return polars.read_database_uri(query, uri)


with urlopen(f"{address}/kpis.arrows?by=region&measures=totalSales,orderCount") as answer:
    assert answer.headers["Content-Type"] == "application/vnd.apache.arrow.stream", answer.headers
    figures = polars.read_ipc_stream(BytesIO(answer.read())).sort("region", nulls_last=True)
by_sql = read("SELECT region, MEASURE(total_sales) AS s, MEASURE(order_count) AS o FROM kpis GROUP BY 1 ORDER BY 1")
assert figures.height > 5, figures
assert figures["region"].to_list() == by_sql["region"].to_list(), (figures, by_sql)
assert figures["totalSales"].to_list() == by_sql["s"].to_list(), (figures, by_sql)
assert figures["orderCount"].to_list() == by_sql["o"].to_list(), (figures, by_sql)

# As they come: no batch is held until the last one is there.
with urlopen(f"{address}/table/sales.arrows?columns=ordered_at,revenue,region&period=2025") as answer:
    stream = pyarrow.ipc.open_stream(answer)
    rows = polars.from_arrow(stream.read_all())
assert rows.schema["ordered_at"] == polars.Datetime("us", "UTC"), rows.schema
total = read("SELECT count(*) AS lines, sum(revenue) AS revenue FROM sales WHERE year = 2025")
assert rows.height == total["lines"][0] > 1000, (rows, total)
assert rows["revenue"].sum() == total["revenue"][0], (rows, total)
