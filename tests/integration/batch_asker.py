"""Asks in batches, to be killed: run as a program, it asks, and tells what came back.

`python batch_asker.py URL HOME` asks three groups of questions, each a batch of its own, and
prints each answer's text by its question's number, as one JSON object, once all are there.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain.briefing import Briefing
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.batches.timing import BatchTiming
from engines.clock import SystemClock
from engines.port import Question
from prompts.render import render
from prompts.turns import translate_turn
from storage.control.batch_log import BatchLog
from tests.chaos.accounts import page

KEY = "sk-sim-test-0123456789"
SWIFT = BatchTiming(quiet=0.05, longest_gathering=5, first_poll=0.02, longest_poll=0.2, search=0.3)
GROUPS, EACH = 3, 4


def question(number: int = 0, text: str | None = None) -> Question:
    """The question of one job about one segment, each number another one."""
    prompt = render("translate", Briefing(source_lang="de", target_lang="en"))
    return Question(
        task="translate",
        model="claude-sonnet-5-5",
        system=prompt.system,
        user=translate_turn("de", "en", {0: text or f"Der Satz Nummer {number}."}),
        schema=prompt.schema,
        max_tokens=2000,
        prompt_version=prompt.version,
        job_id=f"job-{number}",
    )


@asynccontextmanager
async def asking(
    url: str,
    home: Path,
    *,
    key: str = KEY,
    timing: BatchTiming = SWIFT,
    longest_outage: float = math.inf,
    joined_segments: int = 1,
    joined_tokens: int = 1,
) -> AsyncIterator[ClaudeBatches]:
    """An engine that sends batches and keeps its log in a folder, closed at the end."""
    engine = ClaudeBatches(
        environ={"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": url},
        open_log=lambda: BatchLog(home),
        clock=SystemClock(),
        uniform=lambda: 0.01,
        timing=timing,
        longest_outage=longest_outage,
        joined_segments=joined_segments,
        joined_tokens=joined_tokens,
    )
    try:
        yield engine
    finally:
        await engine.close()


async def main() -> None:
    url, home = sys.argv[1:]
    async with asking(url, Path(home)) as engine:
        asked = []
        for group in range(GROUPS):
            numbers = range(group * EACH, (group + 1) * EACH)
            asked += [asyncio.create_task(engine.ask(question(number))) for number in numbers]
            while page(url, "ledger")["batches"]["created"] <= group:  # noqa: ASYNC110 - by HTTP
                await asyncio.sleep(0.01)
        replies = await asyncio.gather(*asked)
    sys.stdout.write(json.dumps({number: reply.text for number, reply in enumerate(replies)}))


if __name__ == "__main__":
    asyncio.run(main())
