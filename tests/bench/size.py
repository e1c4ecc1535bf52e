"""`python -m tests.bench.size [--segments N …]`: whether a night grows in time alone.

Nights of several sizes, each in a process of its own, on a new home and a new Prefect server.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.pages import taken, taken_apart, written
from tests.bench.simulated import simulator_process


def measured(segments: int, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """One night of about so many segments."""
    texts = taken(arguments.pages, 1 + segments // 4, seed=1)
    wanted, chosen = segments, {}
    for name, text in texts.items():
        if wanted <= 0:
            break
        chosen[name] = text
        wanted -= len(taken_apart(text).segments)
    pages = written(chosen, folder / f"pages-{segments}")
    home = folder / f"home-{segments}"
    with simulator_process(arguments.latency) as url:
        environ = {
            **os.environ,
            "ANTHROPIC_API_KEY": "sk-sim-bench",
            "ANTHROPIC_BASE_URL": url,
            "NIGHTDESK_HOME": str(home),
            "NIGHTDESK_OUTBOX": str(home / "outbox"),
            "NIGHTDESK_INBOX": str(home / "inbox"),
            "NIGHTDESK_MAX_IN_FLIGHT": str(arguments.in_flight),
            "NIGHTDESK_MAX_JOBS": str(2 * arguments.in_flight),
        }
        environ.pop("PREFECT_API_URL", None)
        _run(environ, "cli.main", "submit", str(pages), "--from", "en", "--to", "es", "--json")
        found: dict[str, Any] = json.loads(_run(environ, "tests.bench.sized").splitlines()[-1])
    return found


def _run(environ: dict[str, str], *module: str) -> str:
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.size")
    parser.add_argument("--segments", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--latency", type=float, default=0.5, help="seconds of an answer")
    parser.add_argument("--in-flight", type=int, default=64)
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        found = []
        for segments in arguments.segments:
            found.append(measured(segments, Path(name), arguments))
            console.print_json(json.dumps(found[-1]))
    _print(console, found)


def _print(console: Console, found: list[dict[str, Any]]) -> None:
    table = Table("", *(f"{one['segments']:,} segments" for one in found))

    def row(label: str, *cells: object) -> None:
        table.add_row(label, *(str(cell) for cell in cells))

    row("jobs", *(one["jobs"] for one in found))
    row("s", *(one["seconds"] for one in found))
    row("peak MB", *(one["peak_mb"] for one in found))
    row("MB after each tenth", *(_listed(one, "mb") for one in found))
    row("CPU s after each tenth", *(_listed(one, "cpu_s") for one in found))
    row("task runs, their ends at the server", *(one["task_runs"] for one in found))
    row("flow runs, their ends at the server", *(one["flow_runs"] for one in found))
    for part in sorted({part for one in found for part in one["cpu_s"]}):
        row(
            f"CPU ms a segment: {part}",
            *(_a_segment(one["cpu_s"].get(part, 0), one) for one in found),
        )
    row("CPU ms a segment: all", *(_a_segment(sum(one["cpu_s"].values()), one) for one in found))
    row(
        "CPU ms a segment: Prefect's server",
        *(_a_segment(one["server_cpu_s"], one) for one in found),
    )
    console.print(table)
    first, last = found[0], found[-1]
    if first is not last:
        times = last["segments"] / first["segments"]
        cpu = sum(last["cpu_s"].values()) / sum(first["cpu_s"].values())
        console.print(
            f"{times:.2f} times the segments: {last['seconds'] / first['seconds']:.2f} times the "
            f"seconds, {cpu:.2f} times the CPU seconds"
        )


def _listed(one: dict[str, Any], what: str) -> str:
    return ", ".join(str(tenth[what]) for tenth in one["tenths"])


def _a_segment(seconds: float, one: dict[str, Any]) -> str:
    return f"{1000 * seconds / one['segments']:.2f}"


if __name__ == "__main__":
    main()
