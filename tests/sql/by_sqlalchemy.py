"""SQLAlchemy and pandas: reflection, and a frame of figures."""

import os

import pandas
import sqlalchemy
from sqlalchemy import func, select

engine = sqlalchemy.create_engine(
    os.environ["SQL_URL"].replace("postgresql://", "postgresql+psycopg://")
)
inspector = sqlalchemy.inspect(engine)
assert "kpis" in inspector.get_view_names(), inspector.get_view_names()
columns = {it["name"]: it["type"] for it in inspector.get_columns("kpis")}
assert isinstance(columns["total_sales"], sqlalchemy.Numeric), columns
assert isinstance(columns["region"], sqlalchemy.String), columns

kpis = sqlalchemy.Table("kpis", sqlalchemy.MetaData(), autoload_with=engine)
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
