"""The prompt cache over real HTTP, as the simulator counts it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.request import urlopen

from domain.briefing import Briefing
from domain.errors import EngineError
from domain.usage import TokenUsage
from engines.claude.client import Claude
from engines.clock import SystemClock
from engines.port import Question
from prompts.render import render
from prompts.turns import translate_turn
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings

PREFIX = 1_177
"""Tokens of schema, instructions and briefing, as the simulator counts them."""


def question(number: int) -> Question:
    prompt = render("translate", Briefing(source_lang="de", target_lang="en"))
    return Question(
        task="translate",
        model="claude-sonnet-5-5",
        system=prompt.system,
        user=translate_turn("de", "en", {number: f"Satz {number}."}),
        schema=prompt.schema,
        max_tokens=1_024,
        prompt_version=prompt.version,
    )


def ledger(url: str) -> Any:
    with urlopen(f"{url}/_simulator/ledger") as response:
        return json.load(response)


async def crowd(
    settings: SimulatorSettings, *, prompt_cache: bool = True
) -> tuple[TokenUsage, int, Any]:
    """What twenty questions with one prefix used that went at once, how many failed, the ledger."""
    with running(settings) as url:
        engine = Claude(
            16,
            environ={"ANTHROPIC_API_KEY": "sk-sim-0123456789", "ANTHROPIC_BASE_URL": url},
            clock=SystemClock(),
            uniform=lambda: 0.0,
            prompt_cache=prompt_cache,
        )
        asked = (engine.ask(question(number)) for number in range(20))
        replies = await asyncio.gather(*asked, return_exceptions=True)
        await engine.close()
        counted = await asyncio.to_thread(ledger, url)
    failed = sum(isinstance(reply, EngineError) for reply in replies)
    used = [reply.usage for reply in replies if not isinstance(reply, BaseException)]
    return sum(used, TokenUsage()), failed, counted


async def test_written_once() -> None:
    """Of a crowd with one prefix one request writes it and all others read it."""
    used, failed, counted = await crowd(SimulatorSettings(latency=0.02))
    assert (used.cache_write_5m_tokens, used.cache_read_tokens) == (PREFIX, 19 * PREFIX)
    assert failed == 0
    assert counted["totals"]["cache_read_tokens"] == 19 * PREFIX
    assert counted["violations"]["count"] == 0


async def test_the_first_fails() -> None:
    """Where the first request fails, the second writes the prefix, and only the second."""
    rules = read_script('[[rule]]\nmatch = "Satz 0"\nevent = "status"\nstatus = 500')
    used, failed, _ = await crowd(SimulatorSettings(latency=0.02, rules=rules))
    assert (used.cache_write_5m_tokens, used.cache_read_tokens) == (PREFIX, 18 * PREFIX)
    assert failed == 1


async def test_cache_off() -> None:
    """With `prompt_cache` off nothing is written or read."""
    used, _, _ = await crowd(SimulatorSettings(), prompt_cache=False)
    assert used.cache_write_tokens == used.cache_read_tokens == 0
