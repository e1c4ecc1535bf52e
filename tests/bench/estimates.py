"""`python -m tests.bench.estimates [--pages DIR]`: what was foreseen beside what it came to."""

from __future__ import annotations

import argparse
import os
import tempfile
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.nights import KEY, environ_of, eur_of, night, nightdesk
from tests.bench.pages import taken, written
from tests.bench.simulated import simulator_process

TARGETS = ("es", "de")


def measured(pages: Path, home: Path, transport: str) -> tuple[Decimal, Decimal]:
    """EUR of a night as foreseen, and as it was."""
    with simulator_process(0.05) as url:
        environ = {
            **os.environ,
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": url,
            "NIGHTDESK_TRANSPORT": transport,
        }
        into = [word for target in TARGETS for word in ("--to", target)]
        words = ("estimate", str(pages), "--from", "en", *into)
        foreseen = nightdesk(environ_of(environ, home), *words)["total"]["cost_eur"]
        return Decimal(foreseen), eur_of(night(environ, pages, home, TARGETS))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.estimates")
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--number", type=int, default=200, help="pages a sample")
    parser.add_argument("--seeds", type=int, nargs="*", default=[101, 202], help="a sample each")
    arguments = parser.parse_args()
    table = Table("sample", "transport", "foreseen EUR", "actual EUR", "off by")
    with tempfile.TemporaryDirectory() as name:
        for seed in arguments.seeds:
            texts = taken(arguments.pages, arguments.number, seed)
            pages = written(texts, Path(name) / f"pages-{seed}")
            for transport in ("messages", "batches"):
                foreseen, actual = measured(pages, Path(name) / f"{seed}-{transport}", transport)
                off = f"{foreseen / actual - 1:+.1%}"
                table.add_row(str(seed), transport, f"{foreseen:.4f}", f"{actual:.4f}", off)
    Console().print(table)


if __name__ == "__main__":
    main()
