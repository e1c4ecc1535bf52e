"""`python -m tests.bench [--segments N …]`: nights of several sizes, each against bare asyncio."""

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

from tests.bench.simulated import simulator_process

VARIANTS = ("night", "prefect", "bare")


def measured(variant: str, segments: int, folder: Path, url: str) -> dict[str, Any]:
    """One variant in a process of its own, so that CPU time is its alone."""
    home = folder / f"{variant}-{segments}"
    environ = {
        **os.environ,
        "ANTHROPIC_API_KEY": "sk-sim-bench",
        "ANTHROPIC_BASE_URL": url,
        "NIGHTDESK_HOME": str(home),
        "NIGHTDESK_OUTBOX": str(home / "outbox"),
        "NIGHTDESK_INBOX": str(home / "inbox"),
    }
    command = [sys.executable, "-m", "tests.bench.variant", variant, str(segments)]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--segments", type=int, nargs="*", default=[2_000, 20_000])
    parser.add_argument("--latency", type=float, default=0.5, help="seconds of an answer")
    arguments = parser.parse_args()
    console = Console()
    table = Table("segments", "variant", "wall s", "CPU s", "requests", "task runs", "recorded")
    with tempfile.TemporaryDirectory() as name:
        for segments in arguments.segments:
            found: dict[str, dict[str, Any]] = {}
            for variant in VARIANTS:
                with simulator_process(arguments.latency) as url:
                    found[variant] = measured(variant, segments, Path(name), url)
                row = found[variant]
                shown = [row.get(k, "") for k in ("wall_s", "cpu_s", "requests")]
                shown += [row.get(k, "") for k in ("task_runs", "recorded")]
                table.add_row(f"{segments:,}", variant, *(str(cell) for cell in shown))
            night, alone, bare = (found[variant] for variant in VARIANTS)
            console.print(
                f"{segments:,} segments: Prefect costs {alone['prefect_ms']} ms of client CPU a "
                f"segment and stage; wall time is {night['wall_s'] / bare['wall_s']:.2f} of bare "
                f"asyncio's; Prefect recorded {night['recorded']} of {night['task_runs']} task "
                "runs as completed"
            )
    console.print(table)


if __name__ == "__main__":
    main()
