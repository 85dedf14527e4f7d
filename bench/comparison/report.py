"""What was measured, as Markdown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import machine
from .clients import Load
from .scopes import SCOPES
from .timing import Times


@dataclass(frozen=True)
class EngineResult:
    """What one engine showed at one size."""

    name: str
    times: dict[str, Times]
    resident_bytes: int | None = None
    # What the server says of its own engine, by scope.
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)


@dataclass(frozen=True)
class SizeResult:
    """What all engines showed at one size."""

    orders: int
    engines: list[EngineResult]


def report(sizes: list[SizeResult], threads: dict[str, int]) -> str:
    return "\n".join(_lines(sizes, threads)) + "\n"


def _lines(sizes: list[SizeResult], threads: dict[str, int]) -> Iterator[str]:
    yield "# Benchmark"
    yield ""
    yield machine.describe() + "."
    shown = "; ".join(f"{name} with {count} threads" for name, count in threads.items())
    yield f"{shown}. All engines gave the same figures."
    yield ""
    yield "First: the first time that the query is asked; again: the very same request once more;"
    yield "afresh: the median over requests that no kept answer serves, which the ratio compares."
    for size in sizes:
        yield from _section(f"{size.orders:,} orders", _times(size))
        yield from _section("The server's own account", _accounts(size))
        yield from _section("Concurrent clients", _loads(size))
    if len(sizes) > 1:
        yield from _section("Growth: milliseconds afresh per million orders", _growth(sizes))


def _section(title: str, table: list[str]) -> Iterator[str]:
    if len(table) > 2:
        yield from ["", f"## {title}", "", *table]


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """A table whose first column is text and the others mostly numbers."""
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return ["| " + " | ".join(cells) + " |" for cells in [head, ruler, *rows]]


def _times(size: SizeResult) -> list[str]:
    head = ["scope", "engine", "first, ms", "again, ms", "afresh, ms", "times the quickest"]
    return _table(head, (row for scope in SCOPES for row in _times_of(scope.name, size)))


def _times_of(scope: str, size: SizeResult) -> Iterator[list[str]]:
    quickest = min(engine.times[scope].median for engine in size.engines)
    for engine in size.engines:
        times = engine.times[scope]
        measured = [_ms(times.first), _ms(times.second), _ms(times.median)]
        yield [scope, engine.name, *measured, f"{times.median / quickest:.1f}"]


def _accounts(size: SizeResult) -> list[str]:
    head = ["engine", "resident, MB", "bytes per order", "scope", "extensions.engine"]
    return _table(head, (row for engine in size.engines for row in _account(engine, size.orders)))


def _account(engine: EngineResult, orders: int) -> Iterator[list[str]]:
    if engine.resident_bytes is None:
        return
    resident = f"{engine.resident_bytes / 1e6:,.0f}", f"{engine.resident_bytes / orders:,.0f}"
    for scope in SCOPES:
        yield [engine.name, *resident, scope.name, _note(engine.notes.get(scope.name, {}))]


def _note(note: dict[str, Any]) -> str:
    """Such as `memory: milliseconds 4.2, rows 2500000, passes 12`."""
    parts = [
        f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items())
        for name, figures in note.items()
        if isinstance(figures, dict)
    ]
    return "; ".join(parts) or "not given"


def _loads(size: SizeResult) -> list[str]:
    head = ["query", "engine", "clients", "requests/s", "median, ms", "99th percentile, ms"]
    return _table(
        head, ([*_load(engine, load)] for engine in size.engines for load in engine.loads)
    )


def _load(engine: EngineResult, load: Load) -> Iterator[str]:
    yield from (load.query, engine.name, str(load.clients), f"{load.requests_per_second:,.1f}")
    yield from (_ms(load.median), _ms(load.percentile99))


def _growth(sizes: list[SizeResult]) -> list[str]:
    names = list(dict.fromkeys(engine.name for size in sizes for engine in size.engines))
    head = ["scope", "engine", *(f"{size.orders:,} orders" for size in sizes)]
    rows = (
        [scope.name, name, *(_per_million(size, scope.name, name) for size in sizes)]
        for scope in SCOPES
        for name in names
    )
    return _table(head, rows)


def _per_million(size: SizeResult, scope: str, name: str) -> str:
    for engine in size.engines:
        if engine.name == name:
            return _ms(engine.times[scope].median / (size.orders / 1_000_000))
    return "–"


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:,.2f}" if milliseconds < 10 else f"{milliseconds:,.0f}"
