"""SQLAlchemy and pandas: tables and views by reflection, frames of figures and of rows."""

import os

import pandas
import sqlalchemy
from sqlalchemy import MetaData, Table, func, select

engine = sqlalchemy.create_engine(
    os.environ["SQL_URL"].replace("postgresql://", "postgresql+psycopg://")
)
inspector = sqlalchemy.inspect(engine)
assert inspector.get_schema_names() == ["public"], inspector.get_schema_names()
assert inspector.get_view_names() == ["kpis"], inspector.get_view_names()
tables = ["customers", "locations", "order_lines", "order_returns", "orders", "products", "sales"]
assert sorted(inspector.get_table_names()) == tables, inspector.get_table_names()

columns = {it["name"]: it for it in inspector.get_columns("order_lines")}
types = {name: str(columns[name]["type"]) for name in ["order_id", "position", "revenue"]}
assert types == {"order_id": "TEXT", "position": "BIGINT", "revenue": "NUMERIC"}, types
assert columns["order_id"]["comment"] == "The order's id in the shop.", columns["order_id"]
assert not columns["revenue"]["nullable"] and columns["profit"]["nullable"], columns
key = inspector.get_pk_constraint("order_lines")
assert (key["name"], key["constrained_columns"]) == ("order_lines_pkey", ["order_id", "position"]), key
to = {it["referred_table"]: it["referred_columns"] for it in inspector.get_foreign_keys("order_lines")}
assert to == {"orders": ["id"], "products": ["id"]}, to
# The key's index is the key's own, and there are no others.
for of in [inspector.get_indexes, inspector.get_unique_constraints, inspector.get_check_constraints]:
    assert of("order_lines") == [], of("order_lines")
assert inspector.get_view_definition("kpis").startswith("-- KPIs by dimensions and time")
assert inspector.get_table_comment("sales")["text"].startswith("What was sold, line by line")

# Everything at once, as code generators and catalogues of data do it.
everything = MetaData()
everything.reflect(engine, views=True)
assert sorted(everything.tables) == sorted([*tables, "kpis"]), everything.tables
(joined,) = everything.tables["orders"].c.customer_id.foreign_keys
assert joined.column is everything.tables["customers"].c.id, joined

kpis = Table("kpis", MetaData(), autoload_with=engine)
assert kpis.c.ordered_at.type.timezone, kpis.c.ordered_at.type
month = func.date_trunc("month", kpis.c.ordered_at).label("month")
sales = func.measure(kpis.c.total_sales).label("sales")
query = (
    select(month, sales)
    .where(kpis.c.ordered_at >= "2025-01-01", kpis.c.category.in_(["Furniture", "Technology"]))
    .group_by(month)
    .order_by(month)
)
with engine.connect() as connection:
    frame = pandas.read_sql(query, connection)
assert len(frame) == 12, frame
assert str(frame["month"].dtype).startswith("datetime64"), frame.dtypes
assert (frame["sales"] > 0).all(), frame

rows = pandas.read_sql_table("sales", engine)
assert len(rows) > 4000 and len(rows.columns) == 36, rows
orders = pandas.read_sql_table("orders", engine, columns=["id", "ordered_at", "sales"])
assert len(orders) == 2000, orders
assert str(orders["ordered_at"].dtype).startswith("datetime64"), orders.dtypes
