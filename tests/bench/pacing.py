"""`python -m tests.bench.pacing`: how much of a rate limit is used, and how much is refused."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.briefing import read_briefing
from domain.errors import EngineError
from engines.claude.client import Claude
from engines.clock import SystemClock
from engines.port import Question
from prompts.render import render
from prompts.turns import translate_turn
from tests.bench.simulated import simulator_process

MODEL = "claude-sonnet-5-5"


@dataclass(frozen=True)
class Case:
    """A limit to run into.

    Attributes:
        limit: by its option of the simulator's.
        a_minute: of the limit's units.
        burst: seconds' worth of it that go at once; None is the simulator's default, a minute's.
        warm_up: seconds until counting begins: as long as a burst lasts, if there is one.
    """

    limit: str
    a_minute: int
    burst: int | None
    warm_up: float

    def options(self) -> list[str]:
        """The simulator's options for it."""
        burst = [] if self.burst is None else ["--burst-seconds", str(self.burst)]
        return [f"--{self.limit}", str(self.a_minute), *burst]


CASES = (
    Case("rpm", 600, 1, 6),
    Case("rpm", 600, None, 25),
    Case("rpm", 1_500, 1, 6),
    Case("rpm", 1_500, None, 30),
    Case("rpm", 5_000, 1, 6),
    Case("itpm", 400_000, 1, 6),
    Case("itpm", 150_000, None, 45),
    Case("otpm", 60_000, 1, 6),
)


class Run:
    """Questions without end, and what became of them."""

    def __init__(self, url: str, callers: int) -> None:
        environ = {"ANTHROPIC_API_KEY": "sk-sim-bench", "ANTHROPIC_BASE_URL": url}
        self._engine = Claude(
            callers, environ=environ, clock=SystemClock(), uniform=random.Random(0).random
        )
        self._callers = callers
        self._prompt = render(
            "translate", read_briefing({"source_lang": "en", "target_lang": "de"})
        )
        self._asked = 0
        self.units = dict.fromkeys(("rpm", "itpm", "otpm"), 0)

    def _question(self) -> Question:
        self._asked += 1
        lines = range(1 + self._asked % 5)
        texts = {n: f"Open drawer {self._asked} and take out folder {n}." for n in lines}
        turn = translate_turn("en", "de", texts)
        return Question(
            "translate", MODEL, self._prompt.system, turn, self._prompt.schema, 2_000, "bench"
        )

    async def _ask_on(self) -> None:
        while True:
            try:
                reply = await self._engine.ask(self._question())
            except EngineError:
                continue
            usage = reply.usage
            self.units["rpm"] += 1
            self.units["itpm"] += usage.uncached_input_tokens + usage.cache_write_tokens
            self.units["otpm"] += usage.output_tokens

    async def share_used(self, case: Case, seconds: float) -> float:
        """The share of a limit that answers had, once warm, in so many seconds."""
        callers = [asyncio.create_task(self._ask_on()) for _ in range(self._callers)]
        await asyncio.sleep(case.warm_up)
        before, began = self.units[case.limit], time.perf_counter()
        await asyncio.sleep(seconds)
        used, lasted = self.units[case.limit] - before, time.perf_counter() - began
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        await self._engine.close()
        return used * 60 / lasted / case.a_minute


def refused(url: str) -> tuple[int, int]:
    """Requests in all and those answered 429, by the simulator's count."""
    with urllib.request.urlopen(f"{url}/_simulator/ledger", timeout=30) as response:
        rows: list[dict[str, Any]] = json.load(response)["rows"]
    return (
        sum(row["requests"] for row in rows),
        sum(row["statuses"].get("429", 0) for row in rows),
    )


def measured(case: Case, latency: float, seconds: float, callers: int) -> list[str]:
    """A row of the table."""
    with simulator_process(latency, *case.options()) as url:
        cpu = time.process_time()
        used = asyncio.run(Run(url, callers).share_used(case, seconds))
        cpu = time.process_time() - cpu
        requests, turned_away = refused(url)
    return [
        f"{case.a_minute:,} {case.limit}",
        "60" if case.burst is None else str(case.burst),
        f"{requests:,}",
        f"{used:.1%}",
        f"{turned_away / requests:.2%}",
        f"{cpu / requests * 1000:.1f}",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pacing")
    parser.add_argument("--latency", type=float, default=1.5, help="seconds of an answer")
    parser.add_argument("--seconds", type=float, default=15, help="that are counted, once warm")
    parser.add_argument("--callers", type=int, default=200, help="that ask at once")
    arguments = parser.parse_args()
    table = Table("limit", "burst s", "requests", "used once warm", "429s", "CPU ms a request")
    for case in CASES:
        table.add_row(*measured(case, arguments.latency, arguments.seconds, arguments.callers))
    Console().print(table)


if __name__ == "__main__":
    main()
