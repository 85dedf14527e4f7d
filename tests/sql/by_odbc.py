"""ODBC: what Excel and Power BI use."""

import os
from decimal import Decimal
from urllib.parse import urlsplit

import pyodbc

url = urlsplit(os.environ["SQL_URL"])
connection = pyodbc.connect(
    f"Driver={os.environ['ODBC_DRIVER']};Server={url.hostname};Port={url.port};"
    f"Database=salesgraph;Uid={url.username};Pwd={url.password};ReadOnly=1",
    autocommit=True,
)
cursor = connection.cursor()
names = [row.table_name for row in cursor.tables(schema="public")]
assert "kpis" in names, names
columns = [row.column_name for row in cursor.columns(table="kpis")]
assert "total_sales" in columns, columns
rows = cursor.execute(
    "SELECT region, MEASURE(total_sales) AS sales FROM kpis WHERE category = ? GROUP BY 1",
    "Furniture",
).fetchall()
assert len(rows) > 3 and all(isinstance(it.sales, Decimal) for it in rows), rows
