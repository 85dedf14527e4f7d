"""The shop's collections as Parquet files, for the engines that read no MongoDB.

Ids become row numbers, and instants are written in local time too: both spare the
other engines work that Salesgraph does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bson import Decimal128
from pymongo import MongoClient
from pymongo.database import Database

from .scopes import UNTIL

Document = dict[str, Any]
Numbers = dict[str, int]

DATABASE = "salesgraph"
BATCH = 100_000
MONEY = pa.decimal128(18, 4)
INSTANT = pa.timestamp("ms")

ORDERS = pa.schema(
    {
        "order_no": pa.int32(),
        "ordered_at": INSTANT,
        "ordered_local": INSTANT,
        "shipped_at": INSTANT,
        "status": pa.string(),
        "ship_mode": pa.string(),
        "customer": pa.int32(),
        "ship_to": pa.int32(),
        "ship_from": pa.int32(),
    }
)
LINES = pa.schema(
    {
        "order_no": pa.int32(),
        "product": pa.int32(),
        "quantity": pa.int32(),
        "revenue": MONEY,
        "profit": MONEY,
    }
)


def export(mongo_uri: str, folder: Path) -> None:
    """Writes every collection, unless that is done already."""
    done = folder / "done"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with MongoClient(mongo_uri) as client:
        database = client[DATABASE]
        zone = database["shop"].find_one({"_id": "shop"})["timeZone"]
        numbers = {
            "customer": _export_customers(database, folder),
            "product": _export_products(database, folder),
            "location": _export_locations(database, folder),
        }
        _export_orders(database, folder, zone, numbers)
    _export_hours(folder, zone)
    done.touch()


def _export_customers(database: Database, folder: Path) -> Numbers:
    customers = _all(database, "customers")
    columns = {"segment": [it.get("segment") for it in customers]}
    return _write_numbered(folder, "customers", "customer", customers, columns)


def _export_products(database: Database, folder: Path) -> Numbers:
    products = _all(database, "products")
    columns = {
        "code": [it["_id"] for it in products],
        "name": [it["name"] for it in products],
        "category": [it.get("category") for it in products],
    }
    return _write_numbered(folder, "products", "product", products, columns)


def _export_locations(database: Database, folder: Path) -> Numbers:
    locations = _all(database, "locations")
    points = [it["point"]["coordinates"] if it.get("point") else (None, None) for it in locations]
    columns: dict[str, list] = {
        name: [it.get(name) for it in locations] for name in ("region", "country", "state", "city")
    }
    columns["longitude"] = [longitude for longitude, _ in points]
    columns["latitude"] = [latitude for _, latitude in points]
    return _write_numbered(folder, "locations", "location", locations, columns)


def _all(database: Database, collection: str) -> list[Document]:
    return list(database[collection].find().sort("_id"))


def _write_numbered(
    folder: Path, name: str, key: str, documents: list[Document], columns: dict[str, list]
) -> Numbers:
    """Writes documents by their number; returns the number of each id."""
    numbers = pa.array(range(len(documents)), pa.int32())
    pq.write_table(pa.table({key: numbers, **columns}), folder / f"{name}.parquet")
    return {document["_id"]: number for number, document in enumerate(documents)}


def _export_orders(
    database: Database, folder: Path, zone: str, numbers: dict[str, Numbers]
) -> None:
    """Writes orders and lines in the order of time, a batch at a time."""
    orders = database["orders"].find(batch_size=10_000).sort("orderedAt")
    numbered = enumerate(orders)
    with (
        pq.ParquetWriter(folder / "orders.parquet", ORDERS) as order_file,
        pq.ParquetWriter(folder / "lines.parquet", LINES) as line_file,
    ):
        while batch := list(islice(numbered, BATCH)):
            order_file.write_table(_order_table(batch, zone, numbers))
            line_file.write_table(_line_table(batch, numbers["product"]))


def _order_table(
    batch: list[tuple[int, Document]], zone: str, numbers: dict[str, Numbers]
) -> pa.Table:
    orders = [order for _, order in batch]
    ordered_at = pa.array([order["orderedAt"] for order in orders], INSTANT)
    customers, locations = numbers["customer"], numbers["location"]
    columns = {
        "order_no": [number for number, _ in batch],
        "ordered_at": ordered_at,
        "ordered_local": _local(ordered_at, zone),
        "shipped_at": [order.get("shippedAt") for order in orders],
        "status": [order["status"] for order in orders],
        "ship_mode": [order.get("shipMode") for order in orders],
        "customer": [_number(customers, order.get("customerId")) for order in orders],
        "ship_to": [_number(locations, order.get("shipToId")) for order in orders],
        "ship_from": [_number(locations, order.get("shipFromId")) for order in orders],
    }
    return pa.table(columns, schema=ORDERS)


def _line_table(batch: list[tuple[int, Document]], products: Numbers) -> pa.Table:
    lines = [(number, line) for number, order in batch for line in order["lines"]]
    columns = {
        "order_no": [number for number, _ in lines],
        "product": [_number(products, line.get("productId")) for _, line in lines],
        "quantity": [line["quantity"] for _, line in lines],
        "revenue": [_amount(line["revenue"]) for _, line in lines],
        "profit": [_amount(line.get("profit")) for _, line in lines],
    }
    return pa.table(columns, schema=LINES)


def _number(numbers: Numbers, code: str | None) -> int | None:
    return None if code is None else numbers[code]


def _amount(value: Decimal128 | int | None) -> Decimal | None:
    if value is None:
        return None
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(value)


def _export_hours(folder: Path, zone: str) -> None:
    """Every hour of the shop's years, and the slot of the week that it is on the local clock."""
    starts = pa.array(_hours(), INSTANT)
    local = _local(starts, zone)
    days = pc.day_of_week(local)
    slots = pc.add(pc.multiply(days, 24), pc.hour(local))
    columns = {"start": starts, "local": local, "slot": slots.cast(pa.int32())}
    pq.write_table(pa.table(columns), folder / "hours.parquet")


def _hours() -> Iterator[datetime]:
    hour = datetime(UNTIL.year - 5, 1, 1)
    while hour.year <= UNTIL.year:
        yield hour
        hour += timedelta(hours=1)


def _local(instants: pa.Array, zone: str) -> pa.Array:
    return pc.local_timestamp(instants.cast(pa.timestamp("ms", zone)))
