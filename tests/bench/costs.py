"""`python -m tests.bench.costs [--pages DIR] [--long]`: what a night costs, and what others do.

Without `--long` short pages, on which most is to be saved: by the script that anyone would write (a
request for each segment and stage), by the same requests with the prompts of Nightdesk, by
`mdpo-llm`, and by nights from the command line: a first one, a second one with a tenth of the
segments changed, and one in batches. With `--long` a night over one document of 2,000 words, by
this checkout and by another one (`--before`).

All are answered alike, in the same time, and their tokens counted alike and priced by genai-prices;
the models are Nightdesk's own, of which the peer takes the translator's for all. Seconds are those
from the start of a command to its end, a night's those of its work alone. Where the simulator holds
a limit on requests (`--rate`), half of it is each model's, and a lower bound for the time is that
of the busier one's requests at it, and of three answers one after the other: the first of all,
which fills the prompt cache, the last translation and its assessment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.settings import Settings
from domain.text.words import count_words
from tests.bench.baselines.mdpo import installed, translate_folder
from tests.bench.nights import HERE, KEY, eur_of, ledger_of, night
from tests.bench.pages import changed, joined, taken, taken_apart, written
from tests.bench.simulated import free_port, server_process, simulator_process

ANSWERS_IN_A_ROW = 3
TARGET = "es"
LONG_WORDS = 2_000

Work = Callable[[Mapping[str, str]], tuple[float, Decimal]]
"""Does the same in an environment; its seconds and its EUR."""


@dataclass(frozen=True)
class Measured:
    """One variant: what it cost, how long it took, and what it asked.

    Attributes:
        words: of the source.
        eur: each request priced by itself.
        seconds: of the work alone.
        ideal_s: seconds that the requests take at the limit, at least; None where there is none.
        late: share of requests that were answered with 429.
    """

    words: int
    eur: Decimal
    seconds: float
    requests: int
    ideal_s: float | None = None
    late: float = 0.0

    @property
    def eur_a_thousand(self) -> Decimal:
        """EUR for a thousand words."""
        return self.eur / self.words * 1000


class Bench:
    """Runs variants, each against a server of its own.

    Args:
        arguments: of the command line.
        folder: an empty one, for what they need.
    """

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.rate: int | None = arguments.rate
        self.latency: float = arguments.latency
        self.in_flight: int = arguments.in_flight
        self.folder = folder

    def simulated(self, words: int, work: Work) -> Measured:
        """What one variant came to that asks the simulator."""
        limits = ("--rpm", f"{self.rate / 2:.0f}", "--burst-seconds", "1") if self.rate else ()
        with simulator_process(self.latency, *limits) as url:
            seconds, eur = work(self._environ(url))
            ledger = ledger_of(url)
        requests = ledger["totals"]["requests"]
        late = sum(row["statuses"].get("429", 0) for row in ledger["rows"]) / max(1, requests)
        return Measured(words, eur, seconds, requests, self._ideal(ledger), late)

    def served(self, words: int, command: Callable[[str], None]) -> Measured:
        """What one variant came to that asks in words of its own; it is told a URL."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        server = ["tests.bench.baselines.server", str(port), str(self.latency)]
        with server_process(server, f"{url}/bill"):
            began = time.perf_counter()
            command(url)
            seconds = time.perf_counter() - began
            with urllib.request.urlopen(f"{url}/bill", timeout=60) as reply:
                bill = json.load(reply)
        return Measured(words, Decimal(bill["eur"]), seconds, bill["requests"])

    def _environ(self, url: str) -> dict[str, str]:
        return {
            **os.environ,
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": url,
            "NIGHTDESK_MAX_IN_FLIGHT": str(self.in_flight),
            "NIGHTDESK_MAX_JOBS": str(2 * self.in_flight),
        }

    def _ideal(self, ledger: Any) -> float:
        by_model: dict[str, int] = {}
        for row in ledger["rows"]:
            by_model[row["model"]] = by_model.get(row["model"], 0) + row["requests"]
        in_flight = sum(by_model.values()) * self.latency / self.in_flight
        at_the_limit = max(by_model.values()) * 120 / self.rate if self.rate else 0.0
        return max(at_the_limit, in_flight) + ANSWERS_IN_A_ROW * self.latency

    def script(self, pages: Path) -> Callable[[str], None]:
        """The script that anyone would write, over some pages."""

        def work(url: str) -> None:
            module = "tests.bench.baselines.script"
            command = [sys.executable, "-m", module, str(pages), TARGET, str(self.in_flight)]
            subprocess.run(command, env=self._environ(url), check=True)

        return work

    def one_by_one(self, pages: Path) -> Work:
        """A request for each segment and stage with the prompts of Nightdesk, over some pages."""

        def work(environ: Mapping[str, str]) -> tuple[float, Decimal]:
            module = "tests.bench.baselines.one_by_one"
            command = [sys.executable, "-m", module, str(pages), TARGET, str(self.in_flight)]
            began = time.perf_counter()
            done = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE)
            return time.perf_counter() - began, Decimal(done.stdout.decode().strip())

        return work

    def peer(self, program: Path, pages: Path) -> Callable[[str], None]:
        """`mdpo-llm` over some pages."""
        model = Settings().translator_model
        return lambda url: translate_folder(program, url, model, pages, TARGET, self.in_flight)

    def night(
        self, pages: Path, home: str, transport: str = "messages", program: Sequence[str] = HERE
    ) -> Work:
        """A night over some pages, by the command line."""

        def work(environ: Mapping[str, str]) -> tuple[float, Decimal]:
            environ = {**environ, "NIGHTDESK_TRANSPORT": transport}
            report = night(environ, pages, self.folder / home, (TARGET,), program)
            assert all(job["status"].startswith("completed") for job in report["jobs"])
            return float(report["seconds"]), eur_of(report)

        return work


def short_pages(bench: Bench, arguments: argparse.Namespace) -> dict[str, Measured]:
    """Many short pages, by all there is; the first is what the others are compared with."""
    texts = taken(arguments.pages, arguments.number, arguments.seed)
    again = changed(texts, 0.1, arguments.seed)
    for_peer = dict(list(texts.items())[: arguments.peer_number])
    first, second = written(texts, bench.folder / "first"), written(again, bench.folder / "second")
    words = words_of(texts)
    found = {
        "script, a request a segment": bench.served(words, bench.script(first)),
        "the same with our prompts": bench.simulated(words, bench.one_by_one(first)),
    }
    if for_peer:
        program = installed(arguments.peer_in or bench.folder / "peer")
        peer = bench.peer(program, written(for_peer, bench.folder / "for-peer"))
        found[f"mdpo-llm, {len(for_peer)} pages"] = bench.served(words_of(for_peer), peer)
    return found | {
        "first night": bench.simulated(words, bench.night(first, "a")),
        "second night, 10 % changed": bench.simulated(words, bench.night(second, "a")),
        "first night in batches": bench.simulated(words, bench.night(first, "b", "batches")),
    }


def long_document(bench: Bench, arguments: argparse.Namespace) -> dict[str, Measured]:
    """One document of 2,000 words, by the build before and by this one."""
    texts = {"long.md": joined(taken(arguments.pages, 400, arguments.seed), LONG_WORDS)}
    pages, words = written(texts, bench.folder / "long"), words_of(texts)
    programs = {"this one": HERE}
    if arguments.before:
        before = str(arguments.before.resolve() / ".venv" / "bin" / "nightdesk")
        programs = {"the build before": (before,), **programs}
    return {
        f"{name}, {transport}": bench.simulated(
            words, bench.night(pages, f"{name} {transport}".replace(" ", "-"), transport, program)
        )
        for transport in ("messages", "batches")
        for name, program in programs.items()
    }


def words_of(texts: Mapping[str, str]) -> int:
    """Words of some documents' segments."""
    segments = (part.source for text in texts.values() for part in taken_apart(text).segments)
    return sum(map(count_words, segments))


def tell(found: Mapping[str, Measured]) -> None:
    """Print what was found, each compared with the first."""
    first = next(iter(found.values()))
    names = ("", "requests", "EUR/1,000 words", "of the first", "s", "of ideal", "429")
    table = Table(*names, title=f"{first.words:,} words")
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.requests:,}",
            f"{one.eur_a_thousand:.5f}",
            f"{one.eur_a_thousand / first.eur_a_thousand:.3f}",
            f"{one.seconds:.1f}",
            "" if one.ideal_s is None else f"{one.seconds / one.ideal_s:.2f}",
            f"{one.late:.2%}",
        )
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs")
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--number", type=int, default=200, help="pages")
    parser.add_argument("--peer-number", type=int, default=100, help="pages of mdpo-llm's; 0: none")
    parser.add_argument("--peer-in", type=Path, help="a folder that keeps mdpo-llm's environment")
    parser.add_argument("--long", action="store_true", help="one document of 2,000 words instead")
    parser.add_argument("--before", type=Path, help="for --long, a checkout with its own .venv")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, help="requests a minute, half of them a model")
    parser.add_argument("--latency", type=float, default=0.5, help="seconds of an answer")
    parser.add_argument("--in-flight", type=int, default=64)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(arguments, Path(name))
        tell((long_document if arguments.long else short_pages)(bench, arguments))


if __name__ == "__main__":
    main()
