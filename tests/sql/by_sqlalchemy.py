"""SQLAlchemy and pandas: what tables there are, and a frame of figures.

Columns are declared: what SQLAlchemy 2.1 asks to find them, the catalogue cannot answer.
"""

import os

import pandas
import sqlalchemy
from sqlalchemy import func, select

engine = sqlalchemy.create_engine(
    os.environ["SQL_URL"].replace("postgresql://", "postgresql+psycopg://")
)
inspector = sqlalchemy.inspect(engine)
assert "kpis" in inspector.get_view_names(), inspector.get_view_names()

kpis = sqlalchemy.table(
    "kpis",
    sqlalchemy.column("ordered_at", sqlalchemy.DateTime(timezone=True)),
    sqlalchemy.column("category", sqlalchemy.String),
    sqlalchemy.column("total_sales", sqlalchemy.Numeric),
)
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
