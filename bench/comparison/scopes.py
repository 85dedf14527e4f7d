"""The parts of the shop that the dashboard is asked over."""

from dataclasses import dataclass, replace
from datetime import date

# The generated shop covers the four years before this day, so that two runs ask the same.
UNTIL = date(2026, 1, 1)


@dataclass(frozen=True)
class Period:
    """Whole months from the first of one to the first of another, which is not in it."""

    start: date
    end: date

    def months_earlier(self, count: int) -> "Period":
        return Period(_months_earlier(self.start, count), _months_earlier(self.end, count))

    def before(self) -> "Period":
        """As many months just before."""
        years, months = self.end.year - self.start.year, self.end.month - self.start.month
        return self.months_earlier(12 * years + months)


@dataclass(frozen=True)
class Scope:
    """A period, a region to ship to and a category; what is missing is not filtered."""

    name: str
    period: Period | None = None
    region: str | None = None
    category: str | None = None

    def over(self, period: Period) -> "Scope":
        return replace(self, period=period)

    def before(self) -> "Scope | None":
        """The same over the period before, where retention looks."""
        return self.over(self.period.before()) if self.period else None

    def year_before(self) -> "Scope | None":
        return self.over(self.period.months_earlier(12)) if self.period else None

    def graphql_filter(self) -> dict[str, object]:
        """The scope as a `KpiFilter`."""
        conditions: dict[str, object] = {}
        if self.period:
            days = {"from": self.period.start.isoformat(), "to": self.period.end.isoformat()}
            conditions["period"] = {"between": days}
        for dimension in ("region", "category"):
            if value := getattr(self, dimension):
                conditions[dimension] = {"eq": value}
        return conditions


def _months_earlier(day: date, count: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(years, month + 1, 1)


_YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
MONTH = Scope("one month", Period(date(2025, 11, 1), date(2025, 12, 1)))
SCOPES = (
    Scope("all time"),
    Scope("one year", _YEAR),
    MONTH,
    Scope("one year, region and category", _YEAR, "France", "Furniture"),
)
