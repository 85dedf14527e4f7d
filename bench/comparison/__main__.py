"""`bench/run`: generates the shops, asks every engine, compares, reports."""

import argparse
import sys
from pathlib import Path

from . import salesgraph
from .clients import CLIENTS, FEW_CLIENTS, Load, measure_clients
from .duckdb_engine import DuckDb, DuckDbPlain, DuckDbPrepared
from .export import export
from .polars_engine import Polars
from .report import EngineResult, SizeResult, report
from .salesgraph import Salesgraph, Server, ServerFailure
from .scopes import SCOPES
from .timing import Mismatch, Reference, measure

REPOSITORY = Path(__file__).parent.parent.parent
SIZES = [100_000, 1_000_000]
QUICK_SIZE = 20_000
EMBEDDED = (DuckDbPrepared, DuckDbPlain, Polars)


class Benchmark:
    """One run: every engine at every size."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._program = options.salesgraph.resolve()
        self._has_engines = salesgraph.has_engine_option(self._program)
        self._threads: dict[str, int] = {}

    def run(self) -> str:
        sizes = [self._at_size(orders) for orders in self._options.sizes]
        return report(sizes, self._threads)

    def _at_size(self, orders: int) -> SizeResult:
        shop, files = self._prepare(orders)
        reference = Reference()
        engines = [self._embedded(kind, files, reference) for kind in EMBEDDED]
        engines += [
            self._served(kind, shop, orders, reference) for kind in self._served_engines(orders)
        ]
        return SizeResult(orders, engines)

    def _prepare(self, orders: int) -> tuple[Path, Path]:
        """The shop's database and its Parquet files."""
        _say(f"{orders:,} orders: preparing the data")
        folder = self._options.data_dir.resolve()
        shop, files = folder / f"shop-{orders}", folder / f"parquet-{orders}"
        shop.mkdir(parents=True, exist_ok=True)
        salesgraph.fill(self._program, shop, orders)
        with self._server(shop, orders, "mongo"):
            export(salesgraph.mongo_uri(shop), files)
        return shop, files

    def _served_engines(self, orders: int) -> list[str]:
        engines = ["memory"] if self._has_engines else []
        if orders <= self._options.skip_mongo_above:
            engines.append("mongo")
        return engines

    def _embedded(
        self, kind: type[DuckDb] | type[Polars], files: Path, reference: Reference
    ) -> EngineResult:
        _say(f"  {kind.name}")
        engine = kind(files)
        self._threads[engine.name] = engine.threads
        return EngineResult(engine.name, measure(engine, reference))

    def _served(self, kind: str, shop: Path, orders: int, reference: Reference) -> EngineResult:
        name = f"Salesgraph, {kind}"
        _say(f"  {name}")
        with self._server(shop, orders, kind) as server:
            engine = Salesgraph(name, server.port)
            return EngineResult(
                name,
                measure(engine, reference),
                resident_bytes=server.resident_bytes,
                notes={scope.name: engine.engine_notes(engine.ask(scope)) for scope in SCOPES},
                loads=self._loads(kind, server.port),
            )

    def _loads(self, kind: str, port: int) -> list[Load]:
        """Concurrent clients are for the engine that is made for them, if there is one."""
        if kind == "memory":
            return measure_clients(port, CLIENTS)
        if self._options.quick and not self._has_engines:
            return measure_clients(port, FEW_CLIENTS)
        return []

    def _server(self, shop: Path, orders: int, kind: str) -> Server:
        return Server(self._program, shop, orders, kind if self._has_engines else None)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of orders", metavar="orders")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK_SIZE:,} orders")
    parser.add_argument(
        "--skip-mongo-above",
        type=int,
        default=1_000_000,
        metavar="N",
        help="leave out Salesgraph's mongo engine above so many orders (%(default)s)",
    )
    parser.add_argument("--output", type=Path, help="a file for the report, beside the output")
    parser.add_argument(
        "--salesgraph",
        type=Path,
        default=REPOSITORY / "target/release/salesgraph",
        help="the program, from `cargo build --release`",
    )
    parser.add_argument("--data-dir", type=Path, default=REPOSITORY / "bench/data")
    options = parser.parse_args()
    if not options.salesgraph.exists():
        parser.error(f"{options.salesgraph} is not there: cargo build --release")
    options.sizes = options.sizes or ([QUICK_SIZE] if options.quick else SIZES)
    return options


def main() -> int:
    options = _options()
    try:
        text = Benchmark(options).run()
    except (Mismatch, ServerFailure) as failure:
        _say(f"failed: {failure}")
        return 1
    print(text, end="")
    if options.output:
        options.output.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
