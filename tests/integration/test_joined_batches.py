"""Batches whose requests hold several documents: after a kill each answer is found again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from domain.usage import TokenUsage
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.batches.ids import call_id_of
from engines.port import Question, Reply
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.chaos.accounts import page
from tests.integration.batch_asker import asking, question
from tests.shared_questions import shareable

joining = partial(asking, joined_segments=4, joined_tokens=1_000)


def documents(*numbers: int) -> list[Question]:
    return [shareable(question(number)) for number in numbers]


async def asked(engine: ClaudeBatches, questions: Sequence[Question]) -> list[Reply]:
    return await asyncio.gather(*map(engine.ask, questions))


def numbers_in(replies: Sequence[Reply]) -> list[str]:
    return [json.loads(reply.text)["segments"][0][-2:-1] for reply in replies]


async def test_taken_up_one_by_one(tmp_path: Path) -> None:
    """Whoever asks later, alone or with others, gets its own part of what went out together."""
    is_lost = asyncio.Event()
    settings = SimulatorSettings(
        batch_seconds=1, clock=lambda: time.monotonic() if is_lost.is_set() else 0.0
    )
    with running(settings) as url:
        async with joining(url, tmp_path) as engine:
            lost = [asyncio.create_task(engine.ask(one)) for one in documents(1, 2, 3, 4, 5, 6)]
            while not page(url, "ledger")["batches"]["created"]:  # noqa: ASYNC110 - by HTTP
                await asyncio.sleep(0.02)
        assert all(isinstance(e, asyncio.CancelledError) for e in await gone(lost))
        is_lost.set()
        found: list[Reply] = []
        async with joining(url, tmp_path) as engine:
            found += await asked(engine, documents(2))
            # 7 was not asked before; 1 and 3 are of the request that 2 was of.
            later = await asked(engine, documents(6, 3, 7, 1))
        async with joining(url, tmp_path) as engine:
            rest = await asked(engine, documents(5, 4))
        counted = page(url, "ledger")
    assert numbers_in(found) == ["2"]
    assert numbers_in(later) == ["6", "3", "7", "1"]
    assert numbers_in(rest) == ["5", "4"]
    batches = counted["batches"]
    # Six documents in requests of four and two, and then the seventh by itself.
    assert (batches["created"], batches["requests"], batches["repeated_custom_ids"]) == (2, 3, 0)
    usage = sum((one.usage for one in (*found, *later, *rest)), TokenUsage())
    assert usage.output_tokens == counted["totals"]["output_tokens"]
    assert usage.uncached_input_tokens == counted["totals"]["uncached_input_tokens"]


async def gone(tasks: Sequence[asyncio.Task[Reply]]) -> list[BaseException | Reply]:
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_answer_is_one_row(tmp_path: Path) -> None:
    """Fetched twice, it bears the same id and the same share: the ledger has it once."""
    with running(SimulatorSettings()) as url:
        found = []
        for _ in range(2):
            async with joining(url, tmp_path) as engine:
                found.append(await asked(engine, documents(1, 2)))
    first, second = ([(r.usage, r.request_id, r.text) for r in replies] for replies in found)
    assert first == second
    assert len({call_id_of(one) for one in documents(1, 2)}) == 2
