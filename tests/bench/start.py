"""`python -m tests.bench.start [--before FOLDER]`: how soon a command is there, and a short night.

Of each command the CPU time in units of `python -c pass`, in the environment of the same checkout,
and the most memory; of nights the wall time: of 100 short pages at answers of half a second, and of
one in which nothing waits. With `--before`, a checkout of an older commit that has its own `.venv`
is measured beside this one, turn by turn.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from tests.bench.nights import KEY, environ_of
from tests.bench.pages import taken, written
from tests.bench.simulated import simulator_process

HERE = Path(__file__).resolve().parents[2]
LATENCY = 0.5
PASS = "python -c pass"


@dataclass
class Checkout:
    """A checkout with its environment, and what was measured of it.

    Attributes:
        home: of its nights.
        cpu: seconds, by command.
        memory: MB at most, by command.
        wall: seconds, by night.
    """

    name: str
    folder: Path
    home: Path
    cpu: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    def program(self, name: str) -> str:
        """A program of its environment."""
        return str(self.folder / ".venv" / "bin" / name)

    def command(self, name: str, words: Sequence[str]) -> None:
        """Run a command once, for its CPU time and memory, its children's apart."""
        process = subprocess.Popen(words, cwd=self.home, stdout=subprocess.DEVNULL, env=_kept())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"{name} ended with {process.returncode}"
        self.cpu.setdefault(name, []).append(used.ru_utime + used.ru_stime)
        self.memory[name] = max(self.memory.get(name, 0), used.ru_maxrss / 1024)

    def night(self, name: str, environ: dict[str, str]) -> None:
        """A night in this checkout's home, for its wall time."""
        words = [self.program("nightdesk"), "run", "--json"]
        began = time.monotonic()
        done = subprocess.run(words, cwd=self.home, env=environ, stdout=subprocess.PIPE)
        self.wall.setdefault(name, []).append(time.monotonic() - began)
        assert done.returncode == 0, f"the night ended with {done.returncode}"

    def units(self, name: str) -> float:
        """The median of a command's CPU time, in units of `PASS`."""
        return statistics.median(self.cpu[name]) / statistics.median(self.cpu[PASS])


def _kept() -> dict[str, str]:
    """The environment with bytecode kept, as it is for users."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def nights(checkout: Checkout, texts: dict[str, str], quiet: int) -> None:
    """A night of short pages in a new home, then some in which nothing waits."""
    pages = written(texts, checkout.home / "pages")
    with simulator_process(LATENCY) as url:
        asked = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url}
        environ = environ_of({**_kept(), **asked}, checkout.home)
        submit = ["submit", str(pages), "--from", "en", "--to", "es", "--json"]
        subprocess.run(
            [checkout.program("nightdesk"), *submit],
            cwd=checkout.home,
            env=environ,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        checkout.night("short pages", environ)
        checkout.wall["first call to last file"] = [_between(checkout.home)]
        for _ in range(quiet):
            checkout.night("nothing waits", environ)


def _between(home: Path) -> float:
    """Seconds from a night's first call to its last file."""
    calls = str(home / "sealed" / "*" / "calls-*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT epoch(min(started_at)) FROM '{calls}'").fetchone()
    assert found is not None
    last = max(path.stat().st_mtime for path in (home / "outbox").rglob("*.md"))
    return last - float(found[0])


def commands(checkout: Checkout) -> dict[str, list[str]]:
    """The commands that are measured, by name."""
    nightdesk = checkout.program("nightdesk")
    home = ["--home", str(checkout.home)]
    told = subprocess.run([nightdesk, "jobs", *home, "--json"], stdout=subprocess.PIPE, check=True)
    job = json.loads(told.stdout)["jobs"][0]["job_id"]
    return {
        PASS: [checkout.program("python"), "-c", "pass"],
        "--help": [nightdesk, "--help"],
        "jobs": [nightdesk, "jobs", *home],
        "status": [nightdesk, "status", job, *home],
        "costs": [nightdesk, "costs", *home],
        "segment --help": [nightdesk, "segment", "--help"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.start")
    parser.add_argument("--before", type=Path, help="a checkout with its own .venv")
    parser.add_argument("--number", type=int, default=100, help="pages")
    parser.add_argument("--times", type=int, default=7, help="runs of each command")
    parser.add_argument("--quiet", type=int, default=3, help="nights in which nothing waits")
    arguments = parser.parse_args()
    texts = taken(None, arguments.number, 1)
    with tempfile.TemporaryDirectory() as name:
        folders = {"before": arguments.before, "now": HERE}
        checkouts = [
            Checkout(which, folder.resolve(), Path(name) / which)
            for which, folder in folders.items()
            if folder is not None
        ]
        for checkout in checkouts:
            checkout.home.mkdir()
            nights(checkout, texts, arguments.quiet)
        asked = {checkout.name: commands(checkout) for checkout in checkouts}
        for _ in range(arguments.times):
            for command in next(iter(asked.values())):
                for checkout in checkouts:
                    checkout.command(command, asked[checkout.name][command])
        tell(checkouts)


def tell(checkouts: Sequence[Checkout]) -> None:
    """Print what was measured, and how the last compares with the first."""
    console = Console()
    table = Table("", *(f"{one.name}" for one in checkouts), "now / before")
    first, last = checkouts[0], checkouts[-1]
    for name in first.cpu:
        cells = [f"{one.units(name):.1f} units, {one.memory[name]:.0f} MB" for one in checkouts]
        before, now = (statistics.median(one.cpu[name]) for one in (first, last))
        table.add_row(name, *cells, f"{now / before:.2f}")
    for name in first.wall:
        medians = [statistics.median(one.wall[name]) for one in checkouts]
        table.add_row(name, *(f"{s:.1f} s" for s in medians), f"{medians[-1] / medians[0]:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
