"""Figures that any engine can give, and whether two engines agree on them."""

import math
from collections.abc import Iterator
from decimal import Decimal

Value = str | int | float | Decimal | None
Row = dict[str, Value]
Figures = dict[str, list[Row]]

TOLERANCE = 1e-9

# Quotients and distances; anything else is a text, a count or an amount and must be equal.
APPROXIMATE = {
    "averageBasket",
    "averageDaysBetweenOrders",
    "averageShippingDays",
    "maximum",
    "mean",
    "median",
    "ordersPerCustomer",
    "percentile90",
    "repeatCustomerRate",
    "retentionRate",
    "seasonalIndex",
    "share",
}


def differences(expected: Figures, found: Figures) -> Iterator[str]:
    """One line for each figure that differs."""
    for question in sorted(expected.keys() | found.keys()):
        before, after = expected.get(question, []), found.get(question, [])
        if len(before) != len(after):
            yield f"{question}: {len(before)} rows expected, {len(after)} found"
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from _row_differences(f"{question}[{number}]", one, other)


def _row_differences(place: str, expected: Row, found: Row) -> Iterator[str]:
    for column in sorted(expected.keys() | found.keys()):
        one, other = expected.get(column), found.get(column)
        if not _same(column, one, other):
            yield f"{place}.{column}: {one!r} expected, {other!r} found"


def _same(column: str, one: Value, other: Value) -> bool:
    if column in APPROXIMATE and one is not None and other is not None:
        return math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return one == other
