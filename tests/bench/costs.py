"""`python -m tests.bench.costs [--pages DIR]`: what a night costs and lasts against the baseline.

The baseline asks for each segment and stage by itself, with the same prompts; a first night, one
in batches and a second one with a tenth of the segments changed are the product, from the command
line. Tokens are those that the simulator counted, priced by genai-prices.

The limit is one for all requests; each of the two models has half of it. A lower bound for the time
is that of the busier model's requests at its half, and of three answers one after the other: the
first of all, which fills the prompt cache, the last translation and its assessment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.text.words import count_words
from tests.bench.nights import eur_of, ledger_of, night
from tests.bench.pages import changed, taken, taken_apart, written
from tests.bench.simulated import simulator_process

ANSWERS_IN_A_ROW = 3


@dataclass(frozen=True)
class Measured:
    """One variant: what it cost, how long it took, and what it asked.

    Attributes:
        eur: by the ledger, each request priced by itself.
        seconds: of the work alone.
        ideal_s: seconds that the requests take at the limit, at least.
        late: share of requests that were answered with 429.
    """

    eur: Decimal
    seconds: float
    ideal_s: float
    requests: int
    late: float


class Bench:
    """Runs variants, each against a simulator of its own."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.a_model = arguments.rate / 2
        self.latency = arguments.latency
        self.in_flight = arguments.in_flight

    def measured(
        self, work: Callable[[dict[str, str]], tuple[float, Decimal]], *options: str
    ) -> Measured:
        """What one variant came to."""
        limits = ("--rpm", f"{self.a_model:.0f}", "--burst-seconds", "1")
        with simulator_process(self.latency, *limits, *options) as url:
            environ = {
                **os.environ,
                "ANTHROPIC_API_KEY": "sk-sim-bench",
                "ANTHROPIC_BASE_URL": url,
                "NIGHTDESK_MAX_IN_FLIGHT": str(self.in_flight),
                "NIGHTDESK_MAX_JOBS": str(2 * self.in_flight),
            }
            seconds, eur = work(environ)
            ledger = ledger_of(url)
        requests = ledger["totals"]["requests"]
        ideal = self._ideal(ledger)
        late = sum(row["statuses"].get("429", 0) for row in ledger["rows"]) / max(1, requests)
        return Measured(eur, seconds, ideal, requests, late)

    def _ideal(self, ledger: Any) -> float:
        by_model: dict[str, int] = {}
        for row in ledger["rows"]:
            by_model[row["model"]] = by_model.get(row["model"], 0) + row["requests"]
        at_the_limit = max(by_model.values()) * 60 / self.a_model
        in_flight = sum(by_model.values()) * self.latency / self.in_flight
        return max(at_the_limit, in_flight) + ANSWERS_IN_A_ROW * self.latency

    def one_by_one(self, pages: Path) -> Callable[[dict[str, str]], tuple[float, Decimal]]:
        """The baseline over some pages."""

        def work(environ: dict[str, str]) -> tuple[float, Decimal]:
            module = "tests.bench.one_by_one"
            command = [sys.executable, "-m", module, str(pages), "es", str(self.in_flight)]
            began = time.perf_counter()
            done = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE)
            return time.perf_counter() - began, Decimal(done.stdout.decode().strip())

        return work

    def night(
        self, pages: Path, home: Path, transport: str
    ) -> Callable[[dict[str, str]], tuple[float, Decimal]]:
        """A night over some pages, by the command line."""

        def work(environ: dict[str, str]) -> tuple[float, Decimal]:
            report = night({**environ, "NIGHTDESK_TRANSPORT": transport}, pages, home)
            assert all(job["status"].startswith("completed") for job in report["jobs"])
            return float(report["seconds"]), eur_of(report)

        return work


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs")
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--number", type=int, default=1_500, help="pages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rate", type=int, default=5_000, help="requests a minute, half of them a model"
    )
    parser.add_argument("--latency", type=float, default=1.5, help="seconds of an answer")
    parser.add_argument("--in-flight", type=int, default=256)
    arguments = parser.parse_args()
    texts = taken(arguments.pages, arguments.number, arguments.seed)
    segments = [part.source for text in texts.values() for part in taken_apart(text).segments]
    words = sum(count_words(source) for source in segments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(arguments)
        first = written(texts, folder / "first")
        second = written(changed(texts, 0.1, arguments.seed), folder / "second")
        found = {
            "one by one": bench.measured(bench.one_by_one(first)),
            "first night": bench.measured(bench.night(first, folder / "a", "messages")),
            "second night": bench.measured(bench.night(second, folder / "a", "messages")),
            "in batches": bench.measured(bench.night(first, folder / "b", "batches")),
        }
    _print(found, words, len(segments))


def _print(found: dict[str, Measured], words: int, segments: int) -> None:
    base = found["one by one"]
    names = ("variant", "requests", "EUR/1,000 words", "of baseline", "s", "of ideal", "429")
    table = Table(*names, title=f"{segments:,} segments, {words:,} words")
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.requests:,}",
            f"{one.eur / words * 1000:.5f}",
            f"{one.eur / base.eur:.4f}",
            f"{one.seconds:.1f}",
            f"{one.seconds / one.ideal_s:.2f}",
            f"{one.late:.2%}",
        )
    console = Console()
    console.print(table)
    console.print(f"wall time of baseline: {found['first night'].seconds / base.seconds:.2f}")


if __name__ == "__main__":
    main()
