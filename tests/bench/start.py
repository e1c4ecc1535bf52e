"""`python -m tests.bench.start [--before FOLDER]`: how soon a command is there, and a short night.

Of each command the CPU time in units of `python -c pass`, in the environment of the same checkout,
and the most memory, in a home of 200 jobs that ended; of nights the wall time: of 100 short pages
at answers of half a second, and of one in which nothing waits. With `--before`, a checkout of an
older commit that has its own `.venv` is measured beside this one, turn by turn. What is beyond its
limit is marked. With `--home`, the commands alone are measured, in a home that is there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
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

WAITS = """
import os, sys
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
_, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
os.write(out, f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}".encode())
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process that runs a command: what it takes of memory itself counts as the command's."""

UNITS = {
    "--help": 15,
    "jobs": 25,
    "status": 25,
    "costs": 25,
    "costs --by stage,target_lang": 25,
    "segment --help": 10,
}
"""The most that a command may take, in units of `PASS`."""

MEGABYTES = {"--help": 60}
"""The same in MB."""

SHARES = {"first call to last file": 0.5, "nothing waits": 0.2}
"""The most that a night may take, in times of what it took before."""


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
        told = subprocess.run(
            [self.program("python"), "-S", "-c", WAITS, *words],
            cwd=self.home,
            stdout=subprocess.PIPE,
            env=_kept(),
            check=True,
        )
        seconds, kilobytes = told.stdout.split()
        self.cpu.setdefault(name, []).append(float(seconds))
        self.memory[name] = max(self.memory.get(name, 0), int(kilobytes) / 1024)

    def submit(self, pages: Path, language: str, environ: dict[str, str]) -> None:
        """Queue a job a page, into one language."""
        words = ["submit", str(pages), "--from", "en", "--to", language, "--json"]
        subprocess.run(
            [self.program("nightdesk"), *words],
            cwd=self.home,
            env=environ,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def night(self, name: str, environ: dict[str, str]) -> None:
        """A night in this checkout's home, for its wall time."""
        words = [self.program("nightdesk"), "run", "--json"]
        began = time.monotonic()
        done = subprocess.run(words, cwd=self.home, env=environ, stdout=subprocess.PIPE)
        self.wall.setdefault(name, []).append(time.monotonic() - began)
        assert done.returncode == 0, f"the night ended with {done.returncode}"

    def units(self, name: str) -> float:
        """A command's CPU time, in units of `PASS`."""
        return lower(self.cpu[name]) / lower(self.cpu[PASS])


def lower(times: Sequence[float]) -> float:
    """The lower quartile: what others do on the machine only ever adds."""
    return sorted(times)[len(times) // 4]


def _kept() -> dict[str, str]:
    """The environment with bytecode kept, as it is for users."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def nights(checkout: Checkout, texts: dict[str, str], quiet: int) -> None:
    """A night of short pages in a new home, then some in which nothing waits."""
    pages = written(texts, checkout.home / "pages")
    with simulator_process(LATENCY, folder=checkout.folder) as url:
        asked = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url}
        environ = environ_of({**_kept(), **asked}, checkout.home)
        checkout.submit(pages, "es", environ)
        checkout.night("short pages", environ)
        checkout.wall["first call to last file"] = [_between(checkout.home)]
        for _ in range(quiet):
            checkout.night("nothing waits", environ)
        checkout.submit(pages, "fr", environ)
        checkout.night("as many into another language", environ)


def _between(home: Path) -> float:
    """Seconds from a night's first call to its last file."""
    calls = str(home / "sealed" / "*" / "calls-*.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT epoch(min(started_at)) FROM '{calls}'").fetchone()
    assert found is not None
    last = max(path.stat().st_mtime for path in (home / "outbox").rglob("*.md"))
    return last - float(found[0])


def commands(checkout: Checkout, place: Path) -> dict[str, list[str]]:
    """The commands that are measured, by name.

    Args:
        place: the home they look at.
    """
    nightdesk = checkout.program("nightdesk")
    home = ["--home", str(place)]
    told = subprocess.run([nightdesk, "jobs", *home, "--json"], stdout=subprocess.PIPE, check=True)
    job = json.loads(told.stdout)["jobs"][0]["job_id"]
    return {
        PASS: [checkout.program("python"), "-c", "pass"],
        "--help": [nightdesk, "--help"],
        "jobs": [nightdesk, "jobs", *home],
        "status": [nightdesk, "status", job, *home],
        "costs": [nightdesk, "costs", *home],
        "costs --by stage,target_lang": [nightdesk, "costs", "--by", "stage,target_lang", *home],
        "segment --help": [nightdesk, "segment", "--help"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.start")
    parser.add_argument("--before", type=Path, help="a checkout with its own .venv")
    parser.add_argument("--number", type=int, default=100, help="pages")
    parser.add_argument("--times", type=int, default=9, help="runs of each command")
    parser.add_argument("--home", type=Path, help="measure commands alone, in this home")
    parser.add_argument("--quiet", type=int, default=3, help="nights in which nothing waits")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = {"before": arguments.before, "now": HERE}
        checkouts = [
            Checkout(which, folder.resolve(), Path(name) / which)
            for which, folder in folders.items()
            if folder is not None
        ]
        for checkout in checkouts:
            checkout.home.mkdir()
            if arguments.home is None:
                nights(checkout, taken(None, arguments.number, 1), arguments.quiet)
        asked = {
            checkout.name: commands(checkout, (arguments.home or checkout.home).resolve())
            for checkout in checkouts
        }
        for _ in range(arguments.times):
            for command in next(iter(asked.values())):
                for checkout in checkouts:
                    checkout.command(command, asked[checkout.name][command])
        tell(checkouts)


def tell(checkouts: Sequence[Checkout]) -> None:
    """Print what was measured, how the last compares with the first, and with what it may take."""
    console = Console(width=120)
    table = Table("", *(f"{one.name}" for one in checkouts), "now / before", "at most", "")
    first, last = checkouts[0], checkouts[-1]
    for name in first.cpu:
        cells = [f"{one.units(name):.1f} units, {one.memory[name]:.0f} MB" for one in checkouts]
        before, now = (lower(one.cpu[name]) for one in (first, last))
        found = {"units": last.units(name), "MB": last.memory[name]}
        most = {"units": UNITS.get(name), "MB": MEGABYTES.get(name)}
        table.add_row(name, *cells, f"{now / before:.2f}", *_judged(found, most))
    for name in first.wall:
        medians = [statistics.median(one.wall[name]) for one in checkouts]
        share = medians[-1] / medians[0]
        most = {"of before": SHARES.get(name) if first is not last else None}
        judged = _judged({"of before": share}, most)
        table.add_row(name, *(f"{s:.1f} s" for s in medians), f"{share:.2f}", *judged)
    console.print(table)


def _judged(found: Mapping[str, float], most: Mapping[str, float | None]) -> tuple[str, str]:
    """What may be found at most, in words, and whether it is kept."""
    limits = {unit: limit for unit, limit in most.items() if limit is not None}
    kept = all(found[unit] <= limit for unit, limit in limits.items())
    words = ", ".join(f"{limit:g} {unit}" for unit, limit in limits.items())
    return words, ("kept" if kept else "MISSED") if limits else ""


if __name__ == "__main__":
    main()
