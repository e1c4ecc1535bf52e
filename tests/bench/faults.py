"""`python -m tests.bench.faults [--pages DIR]`: a night at faults of every kind, 30 % in all.

Beside it the same night without faults, whose ledger is compared with the simulator's count and
with genai-prices.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import genai_prices
from rich.console import Console

from simulator.ledger import TOKEN_CLASSES
from simulator.misbehaviour.faults import FAULTS
from tests.bench.nights import KEY, ledger_of, night
from tests.bench.pages import taken, written
from tests.bench.simulated import simulator_process

UNTRANSLATED = """
SELECT count(*) FROM segments
WHERE status = 'done' AND translation = source AND regexp_matches(source, '[a-z]{3}')
"""


class Night:
    """A night that is over: what it reported, what the simulator counted, what the lake has."""

    def __init__(self, pages: Path, home: Path, options: Sequence[str]) -> None:
        with simulator_process(0.05, *options) as url:
            environ = {**os.environ, "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url}
            self.jobs = night(environ, pages, home)["jobs"]
            self.counted = ledger_of(url)["totals"]
        self._catalog = str(home / "catalog.duckdb")

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query to the catalog."""
        with duckdb.connect(self._catalog, read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def told(self) -> str:
        """What became of its jobs and segments, in a line."""
        statuses = Counter(job["status"] for job in self.jobs)
        ends = self.asked("SELECT status, count(*) FROM segments GROUP BY ALL ORDER BY ALL")
        untranslated = self.asked(UNTRANSLATED)[0][0]
        return (
            f"{self.counted['requests']} requests; jobs {dict(statuses)}; segments {dict(ends)}; "
            f"{untranslated} done with their source as translation"
        )


def compared(clean: Night) -> str:
    """A ledger beside the simulator's count and genai-prices' figures."""
    sums = clean.asked(f"SELECT {', '.join(f'sum({name})' for name in TOKEN_CLASSES)} FROM calls")[
        0
    ]
    counted = tuple(clean.counted[name] for name in TOKEN_CLASSES)
    wrong = 0
    rows = clean.asked(
        f"SELECT model, eur_per_usd, cost_eur, started_at, {', '.join(TOKEN_CLASSES)} FROM calls"
    )
    for model, rate, eur, at, *tokens in rows:
        uncached, read, for_5m, for_1h, out = tokens
        usage = genai_prices.Usage(
            input_tokens=uncached + read + for_5m + for_1h,
            cache_read_tokens=read,
            cache_write_tokens=for_5m + for_1h,
            cache_write_1h_tokens=for_1h,
            output_tokens=out,
        )
        price = genai_prices.calc_price(
            usage, model, provider_id="anthropic", genai_request_timestamp=at
        )
        wrong += Decimal(eur) != round(price.total_price * rate, 18)
    return (
        f"ledger {tuple(int(s) for s in sums)}, simulator {counted}: "
        f"{'equal' if tuple(sums) == counted else 'NOT EQUAL'}; "
        f"EUR of {len(rows)} requests, {wrong} not genai-prices' times the rate"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults")
    parser.add_argument("--pages", type=Path, help="a folder of Markdown files to draw from")
    parser.add_argument("--number", type=int, default=200, help="pages")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    console = Console()
    rates = [f"--rate-{name.replace('_', '-')}={0.3 / len(FAULTS)}" for name in FAULTS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = taken(arguments.pages, arguments.number, arguments.seed)
        pages = written(texts, folder / "pages")
        clean = Night(pages, folder / "clean", ())
        faulty = Night(pages, folder / "faulty", (*rates, "--seed", str(arguments.seed)))
        times = faulty.counted["requests"] / clean.counted["requests"]
        console.print(f"without faults: {clean.told()}", soft_wrap=True)
        console.print(
            f"with faults: {faulty.told()}; {times:.2f} times the requests", soft_wrap=True
        )
        console.print(compared(clean), soft_wrap=True)


if __name__ == "__main__":
    main()
