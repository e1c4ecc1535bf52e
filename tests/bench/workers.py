"""`python -m tests.bench.workers [--pages DIR]`: nights spread over one worker and over two.

Each worker is held to 16 requests in flight. Prefect's server has PostgreSQL behind it; the home is
a folder, or with `--bucket` in an S3 endpoint, each worker then with a cache of its own.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from flows.prefect import server_process
from flows.prefect.ports import free_port
from tests.bench.nights import KEY, environ_of, ledger_of, nightdesk
from tests.bench.pages import taken, written
from tests.bench.simulated import simulator_process
from tests.e2e.conftest import House
from tests.e2e.postgres import postgres, programs
from tests.e2e.test_spread import DATABASE, pool
from tests.s3 import s3

IN_FLIGHT = 16

ASKED = """
SELECT count(*), epoch(max(started_at)) - epoch(min(started_at)) + max(latency_ms) / 1000 FROM calls
"""


def measured(workers: int, pages: Path, folder: Path, arguments: argparse.Namespace) -> list[str]:
    """A row of the table: one night."""
    programs_of_postgres = programs()
    assert programs_of_postgres is not None, "PostgreSQL isn't installed: no pg_ctl is found"
    folder.mkdir()
    limits = ["--rpm", str(arguments.rate), "--burst-seconds", "1"] if arguments.rate else []
    with ExitStack() as stack:
        url = stack.enter_context(simulator_process(arguments.latency, *limits))
        root = Path(__file__).resolve().parents[2]
        environ = {
            **environ_of(os.environ, folder / "home"),
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": url,
            "PYTHONPATH": str(root),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "NIGHTDESK_WORKERS": str(workers),
            "NIGHTDESK_MAX_IN_FLIGHT": str(arguments.in_flight),
            "NIGHTDESK_MAX_JOBS": str(4 * arguments.in_flight),
            "NIGHTDESK_CACHE": str(folder / "cache"),
        }
        if arguments.bucket:
            endpoint = stack.enter_context(s3())
            environ.update(endpoint.environ, NIGHTDESK_HOME=endpoint.home("home"))
        environ[DATABASE] = stack.enter_context(postgres(programs_of_postgres))
        port = free_port()
        server = server_process.start(folder / "server", port, environ, owner=None)
        stack.callback(server_process.stop, folder / "server", server)
        environ["PREFECT_API_URL"] = server.url
        house = House(folder, environ)
        stack.enter_context(pool(house, environ, workers=workers, apart=arguments.bucket))
        nightdesk(environ, "submit", str(pages), "--from", "en", "--to", "es")
        report = nightdesk(environ, "run")
        statuses = Counter(job["status"] for job in report["jobs"])
        assert set(statuses) == {"completed"}, statuses
        nightdesk(environ, "catalog", str(folder / "catalog.duckdb"))
        requests, seconds = _asked(folder / "catalog.duckdb")
        ledger = ledger_of(url)
    refused = sum(row["statuses"].get("429", 0) for row in ledger["rows"])
    cells = (
        f"{requests:,}",
        f"{report['seconds']:.0f}",
        f"{seconds:.1f}",
        f"{requests / seconds:.2f}",
        f"{refused / ledger['totals']['requests']:.2%}",
    )
    return [str(workers), *cells]


def _asked(catalog: Path) -> tuple[int, float]:
    """Requests of a night, and the seconds from the first one's start to the last one's end."""
    with duckdb.connect(str(catalog), read_only=True) as connection:
        found: Any = connection.execute(ASKED).fetchone()
    return found[0], float(found[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workers")
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--number", type=int, default=1_000, help="pages")
    parser.add_argument("--latency", type=float, default=1.5, help="seconds of an answer")
    parser.add_argument("--in-flight", type=int, default=IN_FLIGHT, help="requests, a worker")
    parser.add_argument("--rate", type=int, help="requests a minute and model; none: no limit")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--bucket", action="store_true", help="the home lies in an S3 endpoint")
    arguments = parser.parse_args()
    columns = ("workers", "requests", "s of the night", "s of asking", "requests a second", "429s")
    table = Table(*columns)
    with tempfile.TemporaryDirectory() as name:
        pages = written(taken(arguments.pages, arguments.number, 1), Path(name) / "pages")
        rows = [measured(n, pages, Path(name) / str(n), arguments) for n in arguments.workers]
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    first, last = rows[0], rows[-1]
    console.print(
        f"{last[0]} workers: {float(last[4]) / float(first[4]):.2f} times the requests a second of "
        f"{first[0]}, {float(first[2]) / float(last[2]):.2f} times the night's speed"
    )


if __name__ == "__main__":
    main()
