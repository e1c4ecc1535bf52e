"""Counting a question's tokens beforehand, over real HTTP."""

from __future__ import annotations

import pytest

from domain.briefing import Briefing
from domain.errors import EngineError, EnvironmentProblem
from engines.claude.client import Claude
from engines.claude.counting import TokenCounter
from engines.clock import SystemClock
from engines.port import Question
from prompts.render import render
from prompts.turns import translate_turn
from simulator.running import running
from simulator.settings import SimulatorSettings

CLOCK = SystemClock()


def question() -> Question:
    prompt = render("translate", Briefing(source_lang="de", target_lang="en"))
    return Question(
        task="translate",
        model="claude-sonnet-5-5",
        system=prompt.system,
        user=translate_turn("de", "en", {0: "Das ist ⟦1⟧wichtig⟦/1⟧."}),
        schema=prompt.schema,
        max_tokens=1_000,
        prompt_version="p",
    )


async def test_a_count_is_what_the_answer_reports() -> None:
    """The tokens that are counted beforehand are the input that the request is billed for."""
    with running(SimulatorSettings()) as url:
        environ = {"ANTHROPIC_API_KEY": "sk-sim-x", "ANTHROPIC_BASE_URL": url}
        counter = TokenCounter(environ, CLOCK)
        engine = Claude(1, environ=environ, clock=CLOCK, uniform=lambda: 0.0)
        counted = await counter.count(question())
        reply = await engine.ask(question())
        await counter.close()
        await engine.close()

    assert counted.simulated
    assert counted.tokens == reply.usage.input_tokens


async def test_a_wrong_key_is_an_error() -> None:
    """A count that is refused is an engine's error, without the key in it."""
    with running(SimulatorSettings()) as url:
        environ = {"ANTHROPIC_API_KEY": "wrong-key", "ANTHROPIC_BASE_URL": url}
        counter = TokenCounter(environ, CLOCK)
        with pytest.raises(EngineError, match="401") as raised:
            await counter.count(question())
        await counter.close()

    assert raised.value.kind == "authentication_error"
    assert "wrong-key" not in str(raised.value)


def test_no_key_is_said() -> None:
    """Without a key nothing can be counted."""
    with pytest.raises(EnvironmentProblem, match="ANTHROPIC_API_KEY is not set"):
        TokenCounter({}, CLOCK)
