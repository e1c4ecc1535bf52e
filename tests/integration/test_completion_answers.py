"""What is chat completions' own in an answer, over real HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.decisions import Decision, GiveUp, Halt, Outage, SlowDown
from domain.errors import EnvironmentProblem
from domain.requests.endings import Ending
from engines.clock import SystemClock
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.integration.test_online_engines import (
    always,
    asking,
    failure,
    in_json,
    ledger,
    question,
    reply_to,
    served,
)
from tests.vendors import OPENAI


def choice(message: dict[str, Any], end: str | None = "stop") -> dict[str, Any]:
    return OPENAI.answer(choices=[{"index": 0, "message": message, "finish_reason": end}])


@pytest.mark.parametrize(
    ("end", "ending"),
    [
        ("stop", Ending.COMPLETE),
        ("eos", Ending.COMPLETE),
        ("length", Ending.TRUNCATED),
        ("content_filter", Ending.REFUSED),
        ("tool_calls", Ending.OTHER),
    ],
)
async def test_finish_reasons(end: str, ending: Ending) -> None:
    """The server's word is kept, and what it means is told beside it."""
    reply = await reply_to(OPENAI, choice({"content": "{}"}, end))
    assert (reply.stop_reason, reply.ending, reply.text) == (end, ending, "{}")


async def test_parts_of_a_message() -> None:
    """Where the content comes in parts, what was thought is none of the answer."""
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": '{"a": 1}'}]
    assert (await reply_to(OPENAI, choice({"content": parts}))).text == '{"a": 1}'


@pytest.mark.parametrize(
    ("code", "decision"),
    [(429, SlowDown(None)), (402, Halt()), (400, GiveUp()), (502, Outage()), (None, Outage())],
)
async def test_an_error_that_comes_with_200(code: int | None, decision: Decision) -> None:
    """Routers tell with 200 what befell them behind: their code counts."""
    body = {"error": {"message": "Provider returned error", "code": code}}
    async with served(OPENAI, always(in_json(body))) as url:
        error = await failure(OPENAI, url)
    assert (error.decision, error.status) == (decision, 200)
    assert str(error) == "200: Provider returned error"


PROBE = '{"nightdesk_probe": "Paris"}'
CACHED = {"prompt_tokens_details": {"cached_tokens": 0}}


@pytest.mark.parametrize(
    ("text", "refuses", "details", "missing"),
    [
        (PROBE, False, CACHED, 0),
        (PROBE, False, {}, 1),
        ("Paris.", False, {}, 2),
        ("Paris.", True, CACHED, 1),
    ],
)
async def test_what_a_server_lacks(
    text: str, refuses: bool, details: dict[str, Any], missing: int
) -> None:
    """A server is asked once for what it can, and done without what it lacks."""
    bodies = []

    async def handler(request: Request) -> Response:
        bodies.append(await request.json())
        if refuses and "response_format" in bodies[-1]:
            return JSONResponse({"error": {"message": "response_format: unknown"}}, 422)
        said = text if "France" in str(bodies[-1]["messages"]) else 'Sure: {"segments": []}'
        usage = {**OPENAI.usage(10, 2), **details}
        return JSONResponse(OPENAI.answer(said, usage=usage, model="local-1"))

    async with served(OPENAI, handler) as url:
        engine = OPENAI.engine(url, 4, clock=SystemClock(), models=["local-1"])
        await engine.look()
        assert len(engine.missing) == missing
        asked = question(OPENAI)
        await engine.ask(asked)
        await engine.close()
    is_held = text == PROBE
    assert ("response_format" in bodies[-1]) is is_held
    assert ("# Answer" in bodies[-1]["messages"][0]["content"]) is not is_held


async def test_a_model_that_is_not_there() -> None:
    """A model that the simulator does not know is told before anything is asked."""
    with running(SimulatorSettings(retired=frozenset({"gpt-5.1"}))) as url:
        for model in ("gpt-5.1", "gpt-nobody"):
            engine = OPENAI.engine(url, 4, clock=SystemClock(), models=["gpt-4.1-mini", model])
            with pytest.raises(EnvironmentProblem, match=f"has no model '{model}'"):
                await engine.look()
            await engine.close()
        counted = await asyncio.to_thread(ledger, url)
    assert counted["totals"]["requests"] == 0


async def test_the_first_of_a_prefix_goes_alone() -> None:
    """Requests that share a long prompt wait for the first, and read what it had cached."""
    with running(SimulatorSettings(latency=0.05)) as url:
        async with asking(OPENAI, url) as engine:
            turns = [question(OPENAI).user.replace("wichtig", f"wichtig {n}") for n in range(6)]
            replies = await asyncio.gather(
                *(engine.ask(question(OPENAI, turn=turn)) for turn in turns)
            )
    read = sorted(reply.usage.cache_read_tokens for reply in replies)
    assert read[0] == 0
    assert all(tokens >= 1_024 for tokens in read[1:])
