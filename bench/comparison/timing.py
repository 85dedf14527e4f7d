"""How long an engine takes for the dashboard over each scope."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .figures import Figures, differences
from .scopes import SCOPES, Scope

MOST_REPEATS = 15
REPEAT_SECONDS = 10.0
SHOWN_DIFFERENCES = 20


class Engine(Protocol):
    """Whatever can answer the dashboard."""

    name: str

    def ask(self, scope: Scope) -> Any:
        """The answer, maybe one that was kept; this is what is timed."""

    def ask_afresh(self, scope: Scope) -> Any:
        """The answer, with all of it counted again."""

    def figures(self, answer: Any) -> Figures:
        """The figures in an answer."""


class Mismatch(Exception):
    """Two engines give different figures."""


@dataclass(frozen=True)
class Times:
    """Seconds that one scope's dashboard took."""

    first: float
    # The very same request again.
    second: float
    # Counted again, once or more often.
    afresh: list[float]

    @property
    def median(self) -> float:
        """Of those that were counted again."""
        return statistics.median(self.afresh)


@dataclass
class Reference:
    """The figures of the engine that answered first: every other one must give the same."""

    engine: str = ""
    of_scopes: dict[str, Figures] = field(default_factory=dict)

    def check(self, engine: Engine, scope: Scope, figures: Figures) -> None:
        if scope.name not in self.of_scopes:
            self.engine, self.of_scopes[scope.name] = engine.name, figures
            return
        found = list(differences(self.of_scopes[scope.name], figures))
        if found:
            shown = "\n  ".join(found[:SHOWN_DIFFERENCES])
            raise Mismatch(
                f"{engine.name} differs from {self.engine} over {scope.name} "
                f"in {len(found)} figures:\n  {shown}"
            )


def measure(engine: Engine, reference: Reference) -> dict[str, Times]:
    """Asks for every scope's dashboard; each answer is checked before it is asked for again."""
    times = {}
    for scope in SCOPES:
        first, answer = _timed(engine.ask, scope)
        reference.check(engine, scope, engine.figures(answer))
        second, _ = _timed(engine.ask, scope)
        times[scope.name] = Times(first, second, _afresh(engine, scope, reference))
    return times


def _afresh(engine: Engine, scope: Scope, reference: Reference) -> list[float]:
    """Once or more, for some seconds."""
    all_seconds: list[float] = []
    while not all_seconds or (
        len(all_seconds) < MOST_REPEATS and sum(all_seconds) < REPEAT_SECONDS
    ):
        seconds, answer = _timed(engine.ask_afresh, scope)
        reference.check(engine, scope, engine.figures(answer))
        all_seconds.append(seconds)
    return all_seconds


def _timed(ask: Callable[[Scope], Any], scope: Scope) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = ask(scope)
    return time.perf_counter() - start, answer
