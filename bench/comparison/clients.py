"""What concurrent clients see: requests a second, and how long each waits.

The clients are coroutines on plain sockets with HTTP's keep-alive, so that they
take little of the processor that they share with the server.
"""

import asyncio
import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from .salesgraph import dashboard_request, never_asked
from .scopes import MONTH

CLIENTS = (1, 8, 64)
# An engine that takes seconds keeps 64 clients waiting for minutes.
FEW_CLIENTS = (1, 8)
SECONDS = 5.0
_HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
)

Query = Callable[[], bytes]


def _kpi(kpi_filter: dict[str, object]) -> bytes:
    query = "query ($filter: KpiFilter) { kpis(filter: $filter) { totalSales } }"
    return json.dumps({"query": query, "variables": {"filter": kpi_filter}}).encode()


def _dashboard(more: dict[str, object]) -> bytes:
    return dashboard_request(MONTH.graphql_filter() | more, MONTH)


# Each as everybody asks it, and so that it must be counted each time.
QUERIES: dict[str, Query] = {
    "one KPI": lambda: _kpi({}),
    "one KPI, afresh": lambda: _kpi(never_asked()),
    "dashboard of one month": lambda: _dashboard({}),
    "dashboard of one month, afresh": lambda: _dashboard(never_asked()),
}


@dataclass(frozen=True)
class Load:
    """What a number of clients saw of one query."""

    query: str
    clients: int
    elapsed: float
    waits: list[float]

    @property
    def requests_per_second(self) -> float:
        return len(self.waits) / self.elapsed

    @property
    def median(self) -> float:
        return statistics.median(self.waits)

    @property
    def percentile99(self) -> float:
        return sorted(self.waits)[math.ceil(0.99 * len(self.waits)) - 1]


def measure_clients(port: int, numbers: tuple[int, ...]) -> list[Load]:
    """Every query by every number of clients."""
    return [
        asyncio.run(_load(port, name, query, clients))
        for name, query in QUERIES.items()
        for clients in numbers
    ]


async def _load(port: int, name: str, query: Query, clients: int) -> Load:
    start = time.perf_counter()
    waits = await asyncio.gather(*(_client(port, query, start + SECONDS) for _ in range(clients)))
    elapsed = time.perf_counter() - start
    return Load(name, clients, elapsed, [wait for of_client in waits for wait in of_client])


async def _client(port: int, query: Query, deadline: float) -> list[float]:
    """Asks again and again until the deadline, and at least once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    while not waits or time.perf_counter() < deadline:
        body = query()
        start = time.perf_counter()
        writer.write(_HEAD % len(body) + body)
        await _read_answer(reader)
        waits.append(time.perf_counter() - start)
    writer.close()
    return waits


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    if " 200 " not in head[0]:
        raise ConnectionError(f"the server answered {head[0]}")
    lengths = [line.removeprefix("content-length:") for line in head if "content-length:" in line]
    body = await reader.readexactly(int(lengths[0]))
    if b'"errors"' in body:
        raise ConnectionError(f"the server answered {body[:500]!r}")
