"""`python -m tests.bench.readmodel [--home HOME] [--rate N]`: how fast jobs are read at size.

The API over a lake of 100,000 jobs and 5 million segments, asked at a steady rate while a run
writes; beside it the same over an indexed PostgreSQL; and what analysts ask of the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import duckdb
import psutil
from rich.console import Console
from rich.table import Table

from storage.control.keys import Keys
from tests.bench import archive, peer
from tests.e2e.postgres import postgres, programs

CLIENTS = 200
WARM_S = 40
"""Until a server has in memory what it keeps there."""
SUMS = {
    "cost by day": "SELECT * FROM cost_by_day",
    "cost by model": "SELECT * FROM cost_by_model",
    "cost by day and model": "SELECT day, model, sum(cost_eur) FROM calls GROUP BY ALL",
}


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A module of this bench as a process that is ended on leaving."""
    command = [sys.executable, "-m", *words]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait()


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[str, int]]:
    """The URL of a server over a home, and its process's number."""
    with process("tests.bench.served", str(home), *options) as running:
        assert running.stdout is not None
        url = f"http://127.0.0.1:{running.stdout.readline().strip()}"
        yield url, running.pid


async def steady(
    url: str, key: str, paths: Callable[[], str], rate: float, seconds: float
) -> list[float]:
    """Seconds from when each request was due to its answer; all must be 200."""
    taken: list[float] = []
    async with aiohttp.ClientSession(url, headers={"X-API-Key": key}) as session:

        async def ask(due: float) -> None:
            async with session.get(paths()) as response:
                await response.read()
                assert response.status == 200, await response.text()
            taken.append(time.perf_counter() - due)

        begun, asked = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(due - time.perf_counter())
            asked.append(asyncio.create_task(ask(due)))
        await asyncio.gather(*asked)
    return sorted(taken)


async def crowd(
    url: str, key: str, paths: Callable[[], str], seconds: float
) -> tuple[list[float], int]:
    """Seconds that answers took with many clients at once, and how many were not 200."""
    taken: list[float] = []
    refused = 0
    until = time.perf_counter() + seconds
    connector = aiohttp.TCPConnector(limit=CLIENTS)
    async with aiohttp.ClientSession(
        url, headers={"X-API-Key": key}, connector=connector
    ) as session:

        async def client() -> None:
            nonlocal refused
            while (begun := time.perf_counter()) < until:
                async with session.get(paths()) as response:
                    await response.read()
                    refused += response.status != 200
                taken.append(time.perf_counter() - begun)

        await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return sorted(taken), refused


def at(taken: list[float], share: float) -> float:
    """Milliseconds within which such a share was answered."""
    return 1000 * taken[min(len(taken) - 1, int(share * len(taken)))]


def sums(home: Path) -> dict[str, float]:
    """Milliseconds that each sum over the ledger takes, the median of five."""
    found = {}
    with duckdb.connect(str(home / "catalog.duckdb"), read_only=True) as catalog:
        for name, query in SUMS.items():
            times = []
            for _ in range(6):
                begun = time.perf_counter()
                catalog.execute(query).fetchall()
                times.append(time.perf_counter() - begun)
            found[name] = 1000 * sorted(times[1:])[2]
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.readmodel")
    parser.add_argument("--home", type=Path, help="an archive that is there already")
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--segments", type=int, default=5_000_000)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as name:
        Path(name).chmod(0o755)
        home = arguments.home or Path(name) / "home"
        if arguments.home is None:
            archive.make(home, arguments.jobs, arguments.segments, days=100)
        _measure(home, Path(name), arguments)


def _measure(home: Path, folder: Path, arguments: argparse.Namespace) -> None:
    keys, name = Keys(home), f"bench {datetime.now(UTC).isoformat()}"
    key = keys.add(name, datetime.now(UTC), owner=None)
    keys.close()
    with duckdb.connect(str(home / "catalog.duckdb"), read_only=True) as catalog:
        ids = [row[0] for row in catalog.execute("SELECT job_id FROM lake.sealed_jobs").fetchall()]
    chance, live = random.Random(1), archive.LIVE_JOBS
    kinds: dict[str, Callable[[], str]] = {
        "status, sealed": lambda: f"/v1/jobs/{chance.choice(ids)}",
        "result, sealed": lambda: f"/v1/jobs/{chance.choice(ids)}/result",
        "status, live": lambda: f"/v1/jobs/{archive.live_id(chance.randrange(live))}",
        "list of 50": lambda: (
            f"/v1/jobs?status=completed&day=2026-04-{1 + chance.randrange(28):02d}"
        ),
    }
    table = Table(
        "", "p50 ms", "p99 ms", title=f"{len(ids):,} sealed jobs, {arguments.rate:g} a second"
    )
    p50: dict[tuple[str, str], float] = {}
    console = Console(width=100)

    def measured(of: str, url: str, wanted: list[str]) -> None:
        for kind in wanted:
            asyncio.run(steady(url, key, kinds[kind], 10, 3))
            taken = asyncio.run(steady(url, key, kinds[kind], arguments.rate, arguments.seconds))
            p50[of, kind] = at(taken, 0.5)
            table.add_row(f"{of}: {kind}", f"{at(taken, 0.5):.1f}", f"{at(taken, 0.99):.1f}")

    for name_of_sum, ms in sums(home).items():
        table.add_row(f"DuckDB: {name_of_sum}", f"{ms:.0f}", "")
    with served(home) as (url, pid), process("tests.bench.busy_night", str(home)):
        time.sleep(WARM_S)
        measured("lake", url, list(kinds))
        taken, refused = asyncio.run(crowd(url, key, kinds["status, sealed"], arguments.seconds))
        rss = psutil.Process(pid).memory_info().rss / 2**20
    table.add_row(
        f"lake: {CLIENTS} clients, {len(taken):,} answers, {refused} refused",
        f"{at(taken, 0.5):.0f}",
        f"{at(taken, 0.99):.0f}",
    )
    bin_folder = programs()
    if bin_folder is not None:
        with postgres(bin_folder) as long_url:
            database = long_url.replace("+asyncpg", "")
            peer.load(database, home / "catalog.duckdb", folder)
            with (
                served(home, "--peer", database) as (url, _),
                process("tests.bench.busy_night", str(home)),
            ):
                measured("PostgreSQL", url, ["status, sealed", "result, sealed"])
        for kind in ("status, sealed", "result, sealed"):
            ratio = p50["lake", kind] / p50["PostgreSQL", kind]
            table.add_row(f"lake : PostgreSQL, {kind}", f"{ratio:.2f}", "")
    console.print(table)
    console.print(f"the server's memory: {rss:,.0f} MB")


if __name__ == "__main__":
    main()
