"""Polars: frames in memory, and one lazy frame for each question.

Amounts are whole ten-thousandths in 64 bits, which Polars adds up faster than
its decimals; they become decimals when the figures are compared.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from .figures import Figures, Row, Value
from .scopes import Period, Scope

NAME = f"Polars {pl.__version__}"
Answer = dict[str, pl.DataFrame]

UNCOUNTED = ("cancelled", "unavailable")
AMOUNTS = {"totalSales", "totalProfit"}
DIGITS = 4
MILLISECONDS_A_DAY = 86_400_000
EARTH_RADIUS_KM = 6371.0088

SALES = pl.col("sales").sum().alias("totalSales")
PROFIT = pl.col("profit").sum().alias("totalProfit")
ORDERS = pl.len().alias("orderCount")
CUSTOMERS = pl.col("customer").drop_nulls().n_unique().alias("customerCount")
FOUNDED = pl.col("first_order").dt.truncate("1mo")


class Polars:
    """The dashboard by a frame of the scope's orders, and lazy frames over it."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        orders = _counted(folder)
        locations = _read(folder, "locations")
        products = _read(folder, "products")
        customers = _with_first_order(_read(folder, "customers"), orders)
        places = locations.rename({"location": "ship_to"})
        self._orders = _in_time(
            orders.join(customers, on="customer", how="left").join(
                places.drop("longitude", "latitude"), on="ship_to", how="left"
            )
        )
        self._lines = _in_time(_lines(folder, self._orders, products))
        self._customers = customers.drop_nulls("first_order")
        self._products = products.select("product", value0="code", label0="name")
        self._locations = locations.select(
            "location", pl.col("longitude").radians(), pl.col("latitude").radians()
        )
        self._hours = pl.read_parquet(folder / "hours.parquet")

    @property
    def threads(self) -> int:
        return pl.thread_pool_size()

    def ask(self, scope: Scope) -> Answer:
        lines = self._lines.lazy().filter(_condition(scope))
        orders = self._orders_in(scope).lazy()
        frames = self._questions(scope, lines, orders)
        if year_before := scope.year_before():
            frames["yearBefore"] = self._totals(year_before, self._orders_in(year_before).lazy())
        return dict(zip(frames, pl.collect_all(frames.values()), strict=True))

    def ask_afresh(self, scope: Scope) -> Answer:
        """The same: no answer is kept."""
        return self.ask(scope)

    def figures(self, answer: Answer) -> Figures:
        figures: Figures = {name: _rows(frame) for name, frame in answer.items()}
        figures.setdefault("yearBefore", [])
        return figures

    def _questions(
        self, scope: Scope, lines: pl.LazyFrame, orders: pl.LazyFrame
    ) -> dict[str, pl.LazyFrame]:
        return {
            "totals": self._totals(scope, orders),
            "products": self._best_products(lines),
            "categories": _categories(lines),
            "segments": _by(orders, ["segment"], SALES, ORDERS, CUSTOMERS),
            "regions": _by(orders, ["region"], SALES, PROFIT, ORDERS, CUSTOMERS).with_columns(
                share=pl.col("totalSales") / pl.col("totalSales").sum()
            ),
            "cities": _cities(orders),
            "months": _months(orders),
            "weekdayHours": self._weekday_hours(scope, orders),
            "peaks": _peaks(orders),
            "shipModes": _by(orders, ["ship_mode"], SALES, ORDERS, _shipping_days()),
            "distance": self._distance(orders),
            "cohorts": self._cohorts(orders),
            "cohortSizes": self._cohort_sizes(scope.period),
        }

    def _orders_in(self, scope: Scope) -> pl.DataFrame:
        """The orders in scope, each with what its lines in scope add up to."""
        amounts = (
            self._lines.lazy()
            .filter(_condition(scope))
            .group_by("order_no")
            .agg(
                sales=pl.col("revenue").sum(),
                profit=pl.col("profit").sum(),
                units=pl.col("quantity").sum(),
            )
        )
        orders = self._orders.lazy().filter(_condition(scope, of_lines=False))
        return orders.join(amounts, on="order_no").collect()

    def _totals(self, scope: Scope, orders: pl.LazyFrame) -> pl.LazyFrame:
        buyers = _buyers(orders)
        of_orders = orders.select(
            SALES,
            PROFIT,
            ORDERS,
            pl.col("units").sum().alias("unitsSold"),
            (pl.col("sales").sum() / 10**DIGITS / pl.len()).alias("averageBasket"),
        )
        totals = [of_orders, _of_buyers(buyers, scope.period), self._retention(scope, buyers)]
        return pl.concat(totals, how="horizontal")

    def _retention(self, scope: Scope, buyers: pl.LazyFrame) -> pl.LazyFrame:
        before = scope.before()
        if not before:
            return pl.LazyFrame({"retentionRate": [None]}, {"retentionRate": pl.Float64})
        source = self._lines if scope.category else self._orders
        active = source.lazy().filter(_condition(before), pl.col("customer").is_not_null())
        back = buyers.select("customer", back=pl.lit(True))
        customers = active.select("customer").unique().join(back, on="customer", how="left")
        return customers.select(retentionRate=pl.col("back").count() / pl.len())

    def _best_products(self, lines: pl.LazyFrame) -> pl.LazyFrame:
        """Distinct orders cost the most, so only those of the best products are counted."""
        best = (
            lines.group_by("product")
            .agg(totalSales=pl.col("revenue").sum(), unitsSold=pl.col("quantity").sum())
            .top_k(10, by="totalSales")
        )
        of_best = lines.join(best.select("product"), on="product", how="semi")
        orders = of_best.group_by("product").agg(orderCount=pl.col("order_no").n_unique())
        named = best.join(orders, on="product").join(self._products.lazy(), on="product")
        return named.drop("product").sort("totalSales", descending=True)

    def _weekday_hours(self, scope: Scope, orders: pl.LazyFrame) -> pl.LazyFrame:
        local = pl.col("ordered_local").dt
        slot = (local.weekday().cast(pl.Int32) - 1) * 24 + local.hour().cast(pl.Int32)
        of_slots = orders.group_by(slot=slot).agg(SALES, ORDERS)
        hours = self._hours.lazy()
        if scope.period:
            hours = hours.filter(_within("local", scope.period))
        else:
            ends = self._orders.select(
                pl.col("ordered_at").min().dt.truncate("1h").alias("first"),
                pl.col("ordered_at").max().alias("last"),
            ).row(0)
            hours = hours.filter(pl.col("start").is_between(*ends))
        occurring = hours.group_by("slot").agg(occurrences=pl.len())
        slots = occurring.join(of_slots, on="slot", how="left").sort("slot")
        slots = slots.with_columns(pl.col("totalSales", "orderCount").fill_null(0))
        every, sales = pl.col("occurrences").sum(), pl.col("totalSales").sum()
        return slots.select(
            "occurrences",
            "totalSales",
            "orderCount",
            weekday=pl.col("slot") // 24 + 1,
            hour=pl.col("slot") % 24,
            seasonalIndex=pl.col("totalSales") / pl.col("occurrences") * every / sales,
        )

    def _distance(self, orders: pl.LazyFrame) -> pl.LazyFrame:
        locations = self._locations.lazy()
        routes = orders.group_by("ship_from", "ship_to").agg(orders=pl.len())
        ends = routes.join(locations, left_on="ship_from", right_on="location", how="left").join(
            locations, left_on="ship_to", right_on="location", how="left", suffix="_to"
        )
        distances = ends.select("orders", km=_haversine_km()).sort("km", nulls_last=True)
        measured = distances.with_columns(upto=pl.col("orders").cum_sum()).drop_nulls("km")
        count, km = pl.col("orders").sum(), pl.col("km")
        of_measured = measured.select(
            measuredOrderCount=count,
            mean=(km * pl.col("orders")).sum() / count,
            median=_percentile(0.5),
            percentile90=_percentile(0.9),
            maximum=km.max(),
        )
        unknown = pl.col("orders").filter(km.is_null()).sum().alias("unmeasuredOrderCount")
        return pl.concat([of_measured, distances.select(unknown)], how="horizontal")

    def _cohorts(self, orders: pl.LazyFrame) -> pl.LazyFrame:
        active = (
            orders.filter(pl.col("customer").is_not_null())
            .select("customer", founded=FOUNDED, month=pl.col("ordered_local").dt.truncate("1mo"))
            .unique()
            .group_by("founded", "month")
            .agg(customerCount=pl.len())
        )
        sizes = self._customers.lazy().group_by(founded=FOUNDED).agg(size=pl.len())
        return (
            active.join(sizes, on="founded")
            .sort("founded", "month")
            .select(
                "customerCount",
                label=pl.col("founded").dt.strftime("%Y-%m"),
                offset=_month_number("month") - _month_number("founded"),
                share=pl.col("customerCount") / pl.col("size"),
            )
        )

    def _cohort_sizes(self, period: Period | None) -> pl.LazyFrame:
        customers = self._customers.lazy()
        if period:
            customers = customers.filter(pl.col("first_order") < pl.lit(period.end))
        sizes = customers.group_by(founded=FOUNDED).agg(size=pl.len()).sort("founded")
        return sizes.select("size", label=pl.col("founded").dt.strftime("%Y-%m"))


def _read(folder: Path, name: str) -> pl.DataFrame:
    """A file's frame, its few different texts as categories."""
    frame = pl.read_parquet(folder / f"{name}.parquet")
    texts = pl.selectors.string() - pl.selectors.by_name("code", "name", require_all=False)
    return frame.with_columns(texts.cast(pl.Categorical))


def _counted(folder: Path) -> pl.DataFrame:
    lines = pl.read_parquet(folder / "lines.parquet", columns=["order_no"])
    orders = _read(folder, "orders").filter(~pl.col("status").is_in(UNCOUNTED)).drop("status")
    return orders.join(lines, on="order_no", how="semi")


def _with_first_order(customers: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    first = orders.group_by("customer").agg(first_order=pl.col("ordered_local").min())
    return customers.join(first, on="customer", how="left")


def _lines(folder: Path, orders: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    lines = pl.read_parquet(folder / "lines.parquet")
    amounts = (pl.col("revenue", "profit") * 10**DIGITS).cast(pl.Int64)
    filtered = orders.select("order_no", "ordered_local", "customer", "region")
    return (
        lines.with_columns(amounts)
        .join(filtered, on="order_no")
        .join(products.select("product", "category"), on="product", how="left")
    )


def _in_time(frame: pl.DataFrame) -> pl.DataFrame:
    """By number, which is the order of time; the frame knows that it is sorted."""
    return frame.sort("order_no").rechunk()


def _condition(scope: Scope, *, of_lines: bool = True) -> pl.Expr:
    """The scope as a condition; only lines have a category to tell by."""
    condition = pl.lit(True)
    if scope.period:
        condition &= _within("ordered_local", scope.period)
    if scope.region:
        condition &= pl.col("region") == scope.region
    if scope.category and of_lines:
        condition &= pl.col("category") == scope.category
    return condition


def _within(column: str, period: Period) -> pl.Expr:
    start, end = (datetime(day.year, day.month, day.day) for day in (period.start, period.end))
    return pl.col(column).is_between(start, end, closed="left")


def _by(rows: pl.LazyFrame, keys: list[str], *figures: pl.Expr) -> pl.LazyFrame:
    """A breakdown, the most sales first."""
    groups = rows.group_by(keys).agg(figures).sort("totalSales", descending=True)
    return groups.rename({key: f"value{number}" for number, key in enumerate(keys)})


def _categories(lines: pl.LazyFrame) -> pl.LazyFrame:
    # An order's lines stand together: where the number changes, there is another order.
    number = pl.col("order_no")
    orders = (number != number.shift()).sum() + 1
    sales, profit = pl.col("revenue").sum(), pl.col("profit").sum()
    figures = [sales.alias("totalSales"), profit.alias("totalProfit"), orders.alias("orderCount")]
    return _by(lines, ["category"], *figures, CUSTOMERS)


def _cities(orders: pl.LazyFrame) -> pl.LazyFrame:
    groups = _by(orders, ["country", "state", "city"], SALES, PROFIT, ORDERS)
    return groups.sort("totalProfit", descending=True).head(20)


def _months(orders: pl.LazyFrame) -> pl.LazyFrame:
    month = pl.col("ordered_local").dt.truncate("1mo")
    months = orders.group_by(month=month).agg(SALES, ORDERS, CUSTOMERS).sort("month")
    label = pl.col("month").dt.strftime("%Y-%m")
    return months.select("totalSales", "orderCount", "customerCount", label=label)


def _peaks(orders: pl.LazyFrame) -> pl.LazyFrame:
    days = orders.group_by(day=pl.col("ordered_local").dt.date()).agg(SALES, ORDERS)
    top = days.sort("totalSales", "day", descending=[True, False]).head(10)
    return top.select("totalSales", "orderCount", label=pl.col("day").dt.strftime("%Y-%m-%d"))


def _shipping_days() -> pl.Expr:
    elapsed = (pl.col("shipped_at") - pl.col("ordered_at")).dt.total_milliseconds()
    return (elapsed.mean() / MILLISECONDS_A_DAY).alias("averageShippingDays")


def _buyers(orders: pl.LazyFrame) -> pl.LazyFrame:
    time = pl.col("ordered_at")
    return (
        orders.filter(pl.col("customer").is_not_null())
        .group_by("customer")
        .agg(
            pl.col("first_order").first(),
            orders=pl.len().cast(pl.Int64),
            span=(time.max() - time.min()).dt.total_milliseconds(),
        )
    )


def _of_buyers(buyers: pl.LazyFrame, period: Period | None) -> pl.LazyFrame:
    customers, orders = pl.len(), pl.col("orders")
    is_new = pl.col("first_order") >= pl.lit(period.start) if period else pl.lit(True)
    pairs = (orders - 1).sum()
    return buyers.select(
        customerCount=customers,
        newCustomerCount=pl.col("customer").filter(is_new).len(),
        ordersPerCustomer=orders.sum() / customers,
        averageDaysBetweenOrders=pl.when(pairs > 0).then(
            pl.col("span").sum() / MILLISECONDS_A_DAY / pairs
        ),
        repeatCustomerRate=(orders >= 2).sum() / customers,
    )


def _haversine_km() -> pl.Expr:
    latitude, latitude_to = pl.col("latitude"), pl.col("latitude_to")
    half_latitude = (latitude_to - latitude) / 2
    half_longitude = (pl.col("longitude_to") - pl.col("longitude")) / 2
    chord = half_latitude.sin() ** 2
    chord += latitude.cos() * latitude_to.cos() * half_longitude.sin() ** 2
    return 2 * EARTH_RADIUS_KM * chord.sqrt().arcsin()


def _percentile(share: float) -> pl.Expr:
    """Interpolated between the two nearest orders, found by the running count."""
    rank = share * (pl.col("orders").sum().cast(pl.Float64) - 1)
    below = pl.col("km").filter(pl.col("upto") > rank.floor()).min()
    above = pl.col("km").filter(pl.col("upto") > rank.ceil()).min()
    return below + (above - below) * (rank - rank.floor())


def _month_number(column: str) -> pl.Expr:
    time = pl.col(column).dt
    return time.year() * 12 + time.month().cast(pl.Int32)


def _rows(frame: pl.DataFrame) -> list[Row]:
    return [{name: _value(name, it) for name, it in row.items()} for row in frame.to_dicts()]


def _value(column: str, value: Value) -> Value:
    return Decimal(value).scaleb(-DIGITS) if column in AMOUNTS else value
