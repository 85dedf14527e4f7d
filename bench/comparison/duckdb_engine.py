"""DuckDB: tables in memory, and one SQL file for each question."""

from datetime import date
from pathlib import Path

import duckdb

from .figures import Figures
from .scopes import Scope

NAME = f"DuckDB {duckdb.__version__}"
_STATEMENTS = {
    it.stem: it.read_text() for it in (Path(__file__).parent.parent / "duckdb").iterdir()
}
_PREPARATIONS = {"load", "scope", "totals"}
_QUESTIONS = sorted(_STATEMENTS.keys() - _PREPARATIONS)


class DuckDb:
    """The dashboard by a temporary table of the scope's orders, and SQL over it."""

    name = NAME

    def __init__(self, folder: Path) -> None:
        self._database = duckdb.connect()
        self._database.execute(_STATEMENTS["load"].format(folder=folder))

    @property
    def threads(self) -> int:
        return self._database.execute("SELECT current_setting('threads')").fetchone()[0]

    def ask(self, scope: Scope) -> Figures:
        year_before = scope.year_before()
        answer = {"yearBefore": self._totals(year_before) if year_before else []}
        answer["totals"] = self._totals(scope)
        for question in _QUESTIONS:
            answer[question] = self._rows(question, scope)
        return answer

    def ask_afresh(self, scope: Scope) -> Figures:
        """The same: no answer is kept."""
        return self.ask(scope)

    def figures(self, answer: Figures) -> Figures:
        return answer

    def _totals(self, scope: Scope) -> list[dict]:
        self._database.execute(_STATEMENTS["scope"].format(lines=_condition(scope)))
        return self._rows("totals", scope)

    def _rows(self, question: str, scope: Scope) -> list[dict]:
        before = scope.before()
        statement = _STATEMENTS[question].format(
            lines=_condition(scope),
            # Only a filter on products needs the lines to tell who ordered.
            source="lines" if scope.category else "orders",
            before=_condition(before) if before else "false",
            hours=_hours(scope),
            start=_time(scope.period.start) if scope.period else _time("-infinity"),
            end=_time(scope.period.end) if scope.period else _time("infinity"),
        )
        found = self._database.execute(statement)
        columns = [name for name, *_ in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _condition(scope: Scope) -> str:
    """The scope as a condition on `lines`, or on `orders` where no category is asked for."""
    conditions = ["true"]
    if scope.period:
        conditions.append(_within("ordered_local", scope))
    if scope.region:
        conditions.append(f"region = '{scope.region}'::region")
    if scope.category:
        conditions.append(f"category = '{scope.category}'::category")
    return " AND ".join(conditions)


def _hours(scope: Scope) -> str:
    """The hours of the period, or from the first order's to the last order's."""
    if scope.period:
        return _within("local", scope)
    first = "(SELECT date_trunc('hour', min(ordered_at)) FROM scope)"
    return f"start BETWEEN {first} AND (SELECT max(ordered_at) FROM scope)"


def _within(column: str, scope: Scope) -> str:
    return f"{column} >= {_time(scope.period.start)} AND {column} < {_time(scope.period.end)}"


def _time(moment: date | str) -> str:
    return f"TIMESTAMP '{moment}'"
