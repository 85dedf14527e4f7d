"""Salesgraph: a server of its own on the generated shop, asked over HTTP."""

import http.client
import itertools
import json
import signal
import socket
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from .figures import Figures, Row
from .scopes import UNTIL, Scope

DASHBOARD = (Path(__file__).parent.parent / "dashboard.graphql").read_text()
READY_SECONDS = 900
STOP_SECONDS = 60
# A dashboard over millions of orders takes MongoDB minutes.
ANSWER_SECONDS = 3600

_HEADERS = {"content-type": "application/json"}
_PROBE = b'{"query": "{ kpis { orderCount } }"}'
_NUMBERS = itertools.count(1)

BREAKDOWNS = ("products", "categories", "segments", "regions", "cities", "shipModes")


class ServerFailure(Exception):
    """The server did not start, or answered with an error."""


def has_engine_option(program: Path) -> bool:
    """Whether the program can be told which of its engines answers."""
    shown = subprocess.run([program, "demo", "--help"], capture_output=True, text=True, check=True)
    return "--engine" in shown.stdout


def fill(program: Path, folder: Path, orders: int) -> None:
    """Generates the shop, unless it is there already."""
    subprocess.run([*_demo(program, folder, orders), "--fill-only"], check=True)


def mongo_uri(folder: Path) -> str:
    """Where the private MongoDB listens while the shop is served."""
    port = (folder / "port").read_text().strip()
    return f"mongodb://127.0.0.1:{port}/?directConnection=true"


class Server:
    """A server that runs within a `with`."""

    def __init__(self, program: Path, folder: Path, orders: int, engine: str | None) -> None:
        self.port = _free_port()
        limits = [
            "--query-timeout",
            f"{ANSWER_SECONDS}s",
            "--request-timeout",
            f"{ANSWER_SECONDS}s",
        ]
        self._command = [*_demo(program, folder, orders), *limits]
        self._command += ["--listen", f"127.0.0.1:{self.port}"]
        self._engine = engine
        if engine:
            self._command += ["--engine", engine]

    def __enter__(self) -> "Server":
        self._process = subprocess.Popen(self._command)
        try:
            self._wait_until_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def resident_bytes(self) -> int | None:
        """The memory that the server's process holds, where the system tells."""
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            return None
        line = next(it for it in status.read_text().splitlines() if it.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None:
                raise ServerFailure("the server ended by itself")
            if time.monotonic() > deadline:
                raise ServerFailure(f"the server is not ready after {READY_SECONDS} s")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        """Whether it is up and, where memory alone answers, has the shop in memory."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/health/ready")
            response = connection.getresponse()
            response.read()
            if response.status != 200 or self._engine != "memory":
                return response.status == 200
            connection.request("POST", "/graphql", _PROBE, _HEADERS)
            return "errors" not in json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_SECONDS)


class Salesgraph:
    """The dashboard by one GraphQL request."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)

    def ask(self, scope: Scope) -> bytes:
        return self._post(dashboard_request(scope.graphql_filter(), scope))

    def ask_afresh(self, scope: Scope) -> bytes:
        return self._post(dashboard_request(scope.graphql_filter() | never_asked(), scope))

    def _post(self, body: bytes) -> bytes:
        self._connection.request("POST", "/graphql", body, _HEADERS)
        return self._connection.getresponse().read()

    def figures(self, answer: bytes) -> Figures:
        return _figures(_read(answer)["data"]["kpis"])

    def engine_notes(self, answer: bytes) -> dict[str, Any]:
        """What the server says of the engine that answered."""
        return _read(answer).get("extensions", {}).get("engine", {})


def dashboard_request(kpi_filter: dict[str, object], scope: Scope) -> bytes:
    variables = {"filter": kpi_filter, "hasPeriod": scope.period is not None}
    return json.dumps({"query": DASHBOARD, "variables": variables}).encode()


def never_asked() -> dict[str, object]:
    """A condition that leaves no order out and is another each time.

    So an answer kept from an earlier request does not serve, and all is counted
    again: with one more filter, which is to Salesgraph's disadvantage.
    """
    return {"status": {"ne": f"no status {next(_NUMBERS)}"}}


def _demo(program: Path, folder: Path, orders: int) -> list[str]:
    shop = ["--orders", str(orders), "--until", UNTIL.isoformat()]
    return [str(program), "demo", *shop, "--data-dir", str(folder), "--log", "warn"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _read(answer: bytes) -> dict[str, Any]:
    response = json.loads(answer, parse_float=Decimal)
    if response.get("errors"):
        raise ServerFailure(json.dumps(response["errors"], default=str))
    return response


def _figures(kpis: dict[str, Any]) -> Figures:
    year_before = kpis.get("compareTo")
    figures = {
        "totals": [_scalars(kpis)],
        "yearBefore": [year_before["kpis"]] if year_before else [],
        "months": [it for it in map(_flat, kpis["months"]) if it["orderCount"]],
        "weekdayHours": [_flat(slot) for slot in kpis["weekdayHours"]],
        "peaks": [_flat(day) for day in kpis["peaks"]],
        "distance": [kpis["distance"]],
        "cohorts": _active_cohorts(kpis["cohorts"]),
        "cohortSizes": [_scalars(cohort) for cohort in kpis["cohorts"]],
    }
    for name in BREAKDOWNS:
        figures[name] = [_flat(row) for row in kpis[name]["rows"]]
    return figures


def _scalars(fields: dict[str, Any]) -> Row:
    return {name: value for name, value in fields.items() if not isinstance(value, dict | list)}


def _flat(row: dict[str, Any]) -> Row:
    """A row with its KPIs beside its key."""
    flat = _scalars(row) | row["kpis"]
    for number, part in enumerate(row.get("key", [])):
        flat |= {f"{name}{number}": text for name, text in part.items()}
    return flat


def _active_cohorts(cohorts: list[dict[str, Any]]) -> list[Row]:
    """The months in which anybody of a cohort ordered."""
    return [
        {"label": cohort["label"], **period}
        for cohort in cohorts
        for period in cohort["periods"]
        if period["customerCount"]
    ]
