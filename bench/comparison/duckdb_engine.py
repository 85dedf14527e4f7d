"""DuckDB, twice: tables in memory, and one SQL file for each question.

One has its tables made for the dashboard beforehand, the other has them as they
are exported.
"""

from datetime import date
from pathlib import Path

import duckdb

from .figures import Figures, Row
from .scopes import Scope

NAME = f"DuckDB {duckdb.__version__}"
_SQL = Path(__file__).parent.parent / "duckdb"
_PREPARATIONS = {"load", "scope"}


class DuckDb:
    """What both have in common; each has a folder of statements."""

    name: str
    _folder: Path

    def __init__(self, files: Path) -> None:
        self._statements = {it.stem: it.read_text() for it in self._folder.iterdir()}
        self._questions = sorted(self._statements.keys() - _PREPARATIONS)
        self._database = duckdb.connect()
        for statements in ((_SQL / "common.sql").read_text(), self._statements["load"]):
            self._database.execute(statements.format(folder=files))

    @property
    def threads(self) -> int:
        return self._database.execute("SELECT current_setting('threads')").fetchone()[0]

    def ask(self, scope: Scope) -> Figures:
        year_before = scope.year_before()
        totals = self._answers(year_before, ["totals"])["totals"] if year_before else []
        return {"yearBefore": totals, **self._answers(scope, self._questions)}

    def ask_afresh(self, scope: Scope) -> Figures:
        """The same: no answer is kept."""
        return self.ask(scope)

    def figures(self, answer: Figures) -> Figures:
        return answer

    def _answers(self, scope: Scope, questions: list[str]) -> Figures:
        parts = self._parts(scope)
        return {it: self._rows(self._statements[it].format(**parts)) for it in questions}

    def _rows(self, statement: str) -> list[Row]:
        found = self._database.execute(statement)
        columns = [name for name, *_ in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def _parts(self, scope: Scope) -> dict[str, str]:
        """What the statements leave open."""
        return {
            "hours": _hours(scope),
            "start": _time(scope.period.start if scope.period else "-infinity"),
            "end": _time(scope.period.end if scope.period else "infinity"),
        }


class DuckDbPrepared(DuckDb):
    """Wide tables, and a temporary table of the scope's orders for all questions."""

    name = f"{NAME}, prepared"
    _folder = _SQL / "prepared"

    def _answers(self, scope: Scope, questions: list[str]) -> Figures:
        self._database.execute(self._statements["scope"].format(**self._parts(scope)))
        return super()._answers(scope, questions)

    def _parts(self, scope: Scope) -> dict[str, str]:
        before = scope.before()
        return super()._parts(scope) | {
            "lines": _wide_condition(scope),
            # Only a filter on products needs the lines to tell who ordered.
            "source": "lines" if scope.category else "orders",
            "before": _wide_condition(before) if before else "false",
        }


class DuckDbPlain(DuckDb):
    """The tables as they are, joined by each question."""

    name = f"{NAME}, plain SQL"
    _folder = _SQL / "plain"

    def _parts(self, scope: Scope) -> dict[str, str]:
        before = scope.before()
        return super()._parts(scope) | {
            "scope": _all([*_of_orders(scope), *_of_lines(scope)]),
            "orders": _orders_condition(scope),
            "before": _orders_condition(before) if before else "false",
        }


def _wide_condition(scope: Scope) -> str:
    """On prepared `lines`, or `orders` where no category is asked for."""
    conditions = _of_period(scope)
    if scope.region:
        conditions.append(f"region = '{scope.region}'::region")
    if scope.category:
        conditions.append(f"category = '{scope.category}'::category")
    return _all(conditions)


def _orders_condition(scope: Scope) -> str:
    """On plain `orders` without their lines: a category is that of any line."""
    conditions = _of_orders(scope)
    if scope.category:
        orders = f"SELECT order_no FROM lines WHERE {_all(_of_lines(scope))}"
        conditions.append(f"order_no IN ({orders})")
    return _all(conditions)


def _of_orders(scope: Scope) -> list[str]:
    conditions = _of_period(scope)
    if scope.region:
        places = f"SELECT location FROM locations WHERE region = '{scope.region}'"
        conditions.append(f"ship_to IN ({places})")
    return conditions


def _of_lines(scope: Scope) -> list[str]:
    if not scope.category:
        return []
    return [f"product IN (SELECT product FROM products WHERE category = '{scope.category}')"]


def _of_period(scope: Scope) -> list[str]:
    return [_within("ordered_local", scope)] if scope.period else []


def _all(conditions: list[str]) -> str:
    return " AND ".join(conditions or ["true"])


def _hours(scope: Scope) -> str:
    """The hours of the period, or from the first order's to the last order's.

    `scope` is a table or part of the statement.
    """
    if scope.period:
        return _within("local", scope)
    first = "(SELECT date_trunc('hour', min(ordered_at)) FROM scope)"
    return f"start BETWEEN {first} AND (SELECT max(ordered_at) FROM scope)"


def _within(column: str, scope: Scope) -> str:
    return f"{column} >= {_time(scope.period.start)} AND {column} < {_time(scope.period.end)}"


def _time(moment: date | str) -> str:
    return f"TIMESTAMP '{moment}'"
