"""The demo shop's figures, worked out from its documents by the dictionary of KPIs alone.

Slow and plain on purpose: it shares nothing with the server, so that the two can only agree
by both being right.
"""

import os
from collections import defaultdict
from datetime import datetime, timezone
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from bson.codec_options import CodecOptions
from bson.decimal128 import Decimal128
from pymongo import MongoClient

PARIS = ZoneInfo("Europe/Paris")
UNCOUNTED = {"cancelled", "unavailable"}


def plain(value):
    if isinstance(value, Decimal128):
        return value.to_decimal()
    return Decimal(value) if isinstance(value, int) else value


def days(elapsed):
    return elapsed.total_seconds() / 86_400


class Shop:
    def __init__(self):
        database = MongoClient(os.environ["SALESGRAPH_MONGO"]).salesgraph
        aware = CodecOptions(tz_aware=True)

        def all_of(name):
            return list(database.get_collection(name, codec_options=aware).find())

        self.customers = {it["_id"]: it for it in all_of("customers")}
        self.products = {it["_id"]: it for it in all_of("products")}
        self.places = {it["_id"]: it for it in all_of("locations")}
        self.orders = [it for it in all_of("orders") if it["status"] not in UNCOUNTED and it["lines"]]
        self.orders.sort(key=lambda it: (it["orderedAt"], it["_id"]))
        self.first = {}
        for order in self.orders:
            if customer := order.get("customerId"):
                self.first.setdefault(customer, order)

    def value(self, order, line, dimension):
        """A dimension's value on a line, as text."""
        if dimension in ("shipMode", "status"):
            return order.get(dimension)
        if dimension == "customer":
            return order.get("customerId")
        if dimension == "customerKind":
            customer = order.get("customerId")
            return customer and ("new" if self.first[customer] is order else "returning")
        if dimension == "segment":
            return self.customers.get(order.get("customerId"), {}).get("segment")
        if dimension in ("region", "country", "state", "city"):
            return self.places.get(order.get("shipToId"), {}).get(dimension)
        if dimension == "product":
            return line.get("productId")
        return self.products.get(line.get("productId"), {}).get(dimension)

    def over(self, period=None, only=None):
        return Scope(self, period, only or {})


class Scope:
    """The order lines of a period, such as `2025` or `2025-03`, with these values."""

    def __init__(self, shop, period, only):
        self.shop, self.period, self.only = shop, period, only
        self.start, self.end = bounds(period)
        self.lines, self.back = [], []
        for order in shop.orders:
            kept = [it for it in order["lines"] if self.keeps(order, it)]
            if self.holds(order["orderedAt"]):
                self.lines += [(order, it) for it in kept]
            for record in order.get("returns", []):
                line = order["lines"][record["line"]]
                if self.holds(record["returnedAt"]) and self.keeps(order, line):
                    self.back.append(record)
        self.orders = list({order["_id"]: order for order, _ in self.lines}.values())
        self.by_customer = defaultdict(list)
        for order in self.orders:
            if customer := order.get("customerId"):
                self.by_customer[customer].append(order)

    def holds(self, instant):
        return self.start <= instant < self.end

    def keeps(self, order, line):
        return all(self.shop.value(order, line, of) in values for of, values in self.only.items())

    def by(self, dimension):
        """The same lines with each value of a dimension."""
        values = {self.shop.value(order, line, dimension) for order, line in self.lines}
        return {it: Scope(self.shop, self.period, {**self.only, dimension: {it}}) for it in values}

    def sum(self, field, sold=False):
        lines = (line for _, line in self.lines if not sold or plain(line["quantity"]) >= 0)
        return sum((plain(line.get(field)) or Decimal(0) for line in lines), Decimal(0))

    def given_back(self, field):
        return sum((plain(it.get(field)) or Decimal(0) for it in self.back), Decimal(0))

    @property
    def total_sales(self):
        return self.sum("revenue") - self.given_back("amount")

    @property
    def total_profit(self):
        return self.sum("profit") - self.given_back("profit")

    @property
    def units_sold(self):
        return self.sum("quantity") - self.given_back("quantity")

    @property
    def gross_sales(self):
        return self.sum("revenue", sold=True) + self.discounts

    @property
    def discounts(self):
        return self.sum("discountAmount", sold=True)

    @property
    def returns(self):
        negative = (plain(it["revenue"]) for _, it in self.lines if plain(it["quantity"]) < 0)
        return self.given_back("amount") - sum(negative, Decimal(0))

    @property
    def order_count(self):
        return len(self.orders)

    @property
    def customer_count(self):
        return len(self.by_customer)

    @property
    def average_basket(self):
        return float(self.total_sales) / self.order_count

    @property
    def profit_margin(self):
        return float(self.total_profit / self.total_sales)

    @property
    def new_customer_count(self):
        return sum(self.holds(self.shop.first[it]["orderedAt"]) for it in self.by_customer)

    @property
    def repeat_customer_rate(self):
        return sum(len(it) > 1 for it in self.by_customer.values()) / self.customer_count

    @property
    def orders_per_customer(self):
        return sum(map(len, self.by_customer.values())) / self.customer_count

    def retention_rate(self, before):
        """With the period just before."""
        earlier = Scope(self.shop, before, self.only).by_customer.keys()
        return len(earlier & self.by_customer.keys()) / len(earlier)

    @property
    def days_between_orders(self):
        several = [it for it in self.by_customer.values() if len(it) > 1]
        elapsed = sum(days(it[-1]["orderedAt"] - it[0]["orderedAt"]) for it in several)
        return elapsed / sum(len(it) - 1 for it in several)

    @property
    def days_to_second_order(self):
        several = [it for it in self.by_customer.values() if len(it) > 1]
        return median(days(it[1]["orderedAt"] - it[0]["orderedAt"]) for it in several)

    @property
    def shipping_days(self):
        shipped = [it for it in self.orders if it.get("shippedAt")]
        return sum(days(it["shippedAt"] - it["orderedAt"]) for it in shipped) / len(shipped)


def bounds(period):
    """The first instant of a year, quarter or month in Paris, and the first after it."""
    if period is None:
        return (datetime.min.replace(tzinfo=timezone.utc), datetime.max.replace(tzinfo=timezone.utc))
    year, _, rest = period.partition("-")
    year = int(year)
    if not rest:
        first, months = 1, 12
    elif rest.startswith("Q"):
        first, months = 3 * int(rest[1:]) - 2, 3
    else:
        first, months = int(rest), 1
    after = first + months - 1
    return (
        datetime(year, first, 1, tzinfo=PARIS),
        datetime(year + after // 12, after % 12 + 1, 1, tzinfo=PARIS),
    )
