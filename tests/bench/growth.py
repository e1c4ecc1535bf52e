"""`python -m tests.bench.growth`: whether what grows with a document grows no faster than it.

Each step is done for n and for 2n, in turns, and the best CPU times of both are compared: twice as
much may take 2.3 times as long. The exit code is 1 where a step takes longer, or where a document
that the memory knows asks for anything.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import uuid_utils
from prefect.logging import disable_run_logger
from rich.console import Console
from rich.table import Table

from domain.briefing import GlossaryEntry
from domain.checks.checking import check_translation
from domain.placeholders.masking import mask
from domain.placeholders.repair import repaired
from domain.reuse.memory import Unit
from domain.settings import Settings
from domain.text.segmentation import split
from engines.claude.client import Claude
from engines.clock import SystemClock
from formats.data.message_format import without_choices
from storage.lake import Lake
from tasks.intake.submitter import Submitter, gather
from tasks.reuse.recall import prepare
from tasks.reuse.sharing import parts
from tasks.run.night_memory import NightMemory
from tasks.run.run_context import opened
from tasks.session.job_session import JobSession
from tasks.supervisor import supervise
from tests.integration.conftest import take

MOST = 2.3
ROUNDS = 5
UNIT = Unit("Es ist gut.", 100.0, "[]", "claude")

Step = Callable[[], object]


class Case(NamedTuple):
    """A step that grows.

    Attributes:
        what: for people.
        size: n.
        made: the step for a size.
    """

    what: str
    size: int
    made: Callable[[int], Step]


def _repair(count: int) -> Step:
    masked = mask(" ".join(f"See {{v{n}}} and <b>word {n}</b>." for n in range(count)))
    answer = masked.text.replace("⟦", "[[").replace("⟧", "]]")
    return lambda: repaired(masked, answer)


def _exchange(count: int) -> Step:
    masked = mask(" ".join(f"See {{v{n}}} and {{v{n}}}." for n in range(count)))
    answer = masked.text.replace("⟦v2⟧", "⟦v1⟧")
    return lambda: repaired(masked, answer)


def _terms(count: int, *, kept: bool) -> Step:
    terms = [
        GlossaryEntry(
            term=f"word{n}", translations={"de": f"Wort{n}"}, forbidden_alternatives=["y"]
        )
        for n in range(count)
    ]
    source = " ".join(f"the word{n} is" for n in range(count))
    translation = " ".join(f"das {'Wort' if kept else 'Ding'}{n} ist" for n in range(count))
    return lambda: check_translation(
        source, translation, source_lang="en", target_lang="de", terms=terms, max_chars=None
    )


def _numbers(count: int) -> Step:
    source = " ".join(f"{n * 37} files" for n in range(count))
    translation = " ".join(f"{n * 41 + 7} Dateien" for n in range(count))
    return lambda: check_translation(
        source, translation, source_lang="en", target_lang="de", terms=(), max_chars=None
    )


def _messages(count: int) -> Step:
    texts = [f"Message {n} of {{name}}." for n in range(count)]
    return lambda: without_choices(texts)


def _sentences(count: int) -> Step:
    text = " ".join(f"This is <b>sentence</b> {n}." for n in range(count))
    return lambda: split(text, "en")


CASES = (
    Case("placeholders written otherwise, put right", 4_000, _repair),
    Case("placeholders exchanged", 4_000, _exchange),
    Case("terms of one segment, kept", 1_000, lambda n: _terms(n, kept=True)),
    Case("terms of one segment, missed", 1_000, lambda n: _terms(n, kept=False)),
    Case("numbers of one segment, changed", 1_000, _numbers),
    Case("messages without choices in a file", 40_000, _messages),
    Case("sentences of one paragraph", 4_000, _sentences),
)


class Shelf:
    """A memory that knows all there is, or nothing."""

    def __init__(self, *, knows: bool) -> None:
        self._knows = knows

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        """Those that are known."""
        return dict.fromkeys(keys, UNIT) if self._knows else {}

    def holds_imports(self) -> bool:
        """None were imported."""
        return False

    def imported(self, keys: Collection[str]) -> dict[str, Unit]:
        """None were imported."""
        return {}


@asynccontextmanager
async def in_session(count: int) -> AsyncIterator[JobSession]:
    """A job in hand whose document has so many segments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home, document, clock = folder / "home", folder / "in.txt", SystemClock()
        document.write_text("\n\n".join(f"This is sentence {n}." for n in range(count)))
        Lake.create(home).close()
        front = Submitter(home, "ann", False, clock.now, lambda: str(uuid_utils.uuid7()))
        pair = {"source_lang": "en", "target_lang": ["de"]}
        (queued,) = front.take(gather([document], None, pair)).accepted
        environ = {"ANTHROPIC_API_KEY": "sk-sim-x", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
        engine = Claude(8, environ=environ, clock=clock, uniform=lambda: 0.0)
        async with opened(
            Settings(),
            home,
            engine,
            run_id="run",
            outbox=folder / "outbox",
            clock=clock,
            uniform=lambda: 0.0,
            rehearsal=True,
        ) as run:
            session = take(run, queued.job.job_id)
            await supervise([session])
            yield session


async def waiting(count: int) -> float:
    """CPU seconds of a job that waits for so many segments of another, passed by twenties."""
    async with in_session(count) as session:
        memory = NightMemory(Shelf(knows=False))
        keys = [segment.memory_key or "" for segment in session.segments.values()]
        for number, key in enumerate(keys):
            memory.claim(key, ("another", number))
        began = time.thread_time()
        work = asyncio.create_task(_asked(memory, session))
        for start in range(0, count, 20):
            for _ in range(3):
                await asyncio.sleep(0)
            for key in keys[start : start + 20]:
                memory.passed(key, UNIT)
        assert await work == 0
        return time.thread_time() - began


async def known(count: int) -> tuple[float, int]:
    """CPU seconds of a job whose segments the memory knows, and how many are asked for."""
    async with in_session(count) as session:
        memory = NightMemory(Shelf(knows=True))
        began = time.process_time()
        await prepare(memory, [session])
        asked = await _asked(memory, session)
        return time.process_time() - began, asked


async def _asked(memory: NightMemory, session: JobSession) -> int:
    """How many segments of a job are left to be asked for."""
    asked = 0
    async for part in parts(memory, [(session, number) for number in session.segments]):
        asked += len(part)
        memory.let_go(session.job.job_id)
    return asked


def took(step: Step) -> float:
    """CPU seconds of a step; no garbage of others is collected meanwhile."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        step()
        return time.process_time() - began
    finally:
        gc.enable()


def grown(size: int, measured: Callable[[int], float]) -> Sequence[float]:
    """The best CPU seconds for n and for 2n, measured in turns."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, factor in enumerate((1, 2)):
            best[place] = min(best[place], measured(factor * size))
    return best


def main() -> int:
    """Measure and print; 1 where a step grows too fast or a known document asks for anything."""
    table = Table("step", "n", "CPU s for n", "for 2n", "times")
    failed = False

    def add(what: str, size: int, times: Sequence[float]) -> None:
        nonlocal failed
        factor = times[1] / times[0]
        failed = failed or factor > MOST
        shown = (f"{seconds:.3f}" for seconds in times)
        table.add_row(what, f"{size:,}", *shown, f"{factor:.2f}")

    for case in CASES:
        add(case.what, case.size, grown(case.size, lambda count, c=case: took(c.made(count))))
    with disable_run_logger():
        waits = grown(4_000, lambda count: asyncio.run(waiting(count)))
        asked = 0

        def recalled(count: int) -> float:
            nonlocal asked
            seconds, more = asyncio.run(known(count))
            asked += more
            return seconds

        recalls = grown(12_500, recalled)
    add("segments that wait for another job's", 4_000, waits)
    add("segments known to memory", 12_500, recalls)
    failed = failed or asked > 0
    console = Console()
    console.print(table)
    console.print(f"asked of up to 25,000 segments known to memory: {asked}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
