"""What a compatible server lacks is found out before the first question, and done without."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.decisions import Halt, Outage
from domain.errors import EngineError, EnvironmentProblem
from engines.batch_log import BatchLog
from engines.claude import server
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.client import Claude
from engines.clock import SystemClock
from engines.port import Question
from simulator.running import running
from simulator.settings import SimulatorSettings

PROBE = '{"nightdesk_probe": "Paris"}'
SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
QUESTION = Question("translate", "local-1", ("x" * 5_000, "Pair"), "{}", SCHEMA, 1_024, "v1")
CACHED = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}

Behaviour = Callable[[dict[str, Any]], Response]


def message(text: str, **usage: Any) -> JSONResponse:
    return JSONResponse(
        {
            "type": "message",
            "role": "assistant",
            "model": "local-1",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 1} | usage,
        }
    )


def refusing(status: int, text: str) -> JSONResponse:
    error = {"type": "invalid_request_error", "message": text}
    return JSONResponse({"type": "error", "error": error}, status)


def held_to_schemas(body: dict[str, Any]) -> Response:
    return message(PROBE, **CACHED)


def deaf_to_schemas(body: dict[str, Any]) -> Response:
    fenced = '```json\n{"ok": true}\n```'
    return message("Paris." if "France" in str(body["messages"]) else fenced)


def averse_to_schemas(body: dict[str, Any]) -> Response:
    if "output_config" in body:
        return refusing(400, "output_config: Extra inputs are not permitted")
    return deaf_to_schemas(body)


@asynccontextmanager
async def served(
    behaviour: Behaviour, listed: Any = None, *, hangs: bool = False
) -> AsyncIterator[tuple[Claude, str, list[dict[str, Any]]]]:
    """An engine for a server, the server's address, and the bodies it was sent.

    Args:
        listed: what it lists as its models; None: it has no such page.
        hangs: whether who asks for the page about one model gets no answer.
    """
    over = asyncio.Event()
    bodies: list[dict[str, Any]] = []

    async def handler(request: Request) -> Response:
        bodies.append(await request.json())
        return behaviour(bodies[-1])

    async def models(request: Request) -> Response:
        return refusing(404, "Not Found") if listed is None else JSONResponse(listed)

    async def model(request: Request) -> Response:
        if hangs:
            await over.wait()
        return refusing(404, "Not Found")

    app = Starlette(
        routes=[
            Route("/v1/messages", handler, methods=["POST"]),
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{name}", model, methods=["GET"]),
        ]
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    serving = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", ws="none", log_level="error", timeout_keep_alive=60)
    )
    task = asyncio.create_task(serving.serve(sockets=[listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    engine = engine_for(url, "local-1")
    try:
        yield engine, url, bodies
    finally:
        await engine.close()
        over.set()
        serving.should_exit = True
        await task
        listening.close()


def unopened() -> BatchLog:
    raise AssertionError("to look needs no log")


def ledger(url: str) -> Any:
    with urlopen(f"{url}/_simulator/ledger") as response:
        return json.load(response)


def engine_for(url: str, *models: str, key: str = "sk-sim-0123456789") -> Claude:
    return Claude(
        4,
        environ={"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": url},
        clock=SystemClock(),
        uniform=lambda: 0.0,
        models=models,
    )


def batches_for(url: str, *models: str) -> ClaudeBatches:
    return ClaudeBatches(
        environ={"ANTHROPIC_API_KEY": "sk-sim-0123456789", "ANTHROPIC_BASE_URL": url},
        open_log=unopened,
        clock=SystemClock(),
        uniform=lambda: 0.0,
        models=models,
    )


async def test_nothing_missing() -> None:
    """A server that holds answers to a schema and counts cached tokens is asked as the vendor."""
    async with served(held_to_schemas) as (engine, _, bodies):
        await engine.look()
        assert engine.missing == ()
        await engine.ask(QUESTION)
    assert bodies[-1]["output_config"]["format"]["schema"] == SCHEMA
    assert bodies[-1]["system"][1]["cache_control"] == {"type": "ephemeral", "ttl": "5m"}


@pytest.mark.parametrize("behaviour", [deaf_to_schemas, averse_to_schemas])
async def test_all_missing(behaviour: Behaviour) -> None:
    """Without both, the schema is said in words, nothing is cached, and the JSON is picked out."""
    async with served(behaviour) as (engine, url, bodies):
        await engine.look()
        assert engine.missing == (
            f"{url} does not hold answers to a schema: the prompt asks for it in words, and "
            "the JSON is picked from the text",
            f"{url} counts no cached tokens: nothing is asked to be cached",
        )
        reply = await engine.ask(QUESTION)
    assert reply.text == '{"ok": true}'
    assert "output_config" not in bodies[-1]
    assert not any("cache_control" in block for block in bodies[-1]["system"])
    assert json.dumps(SCHEMA) in bodies[-1]["system"][2]["text"]


async def test_a_page_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers questions and hangs at its pages is not waited for at these."""
    monkeypatch.setattr(server, "PAGE_SECONDS", 0.05)
    async with served(held_to_schemas, hangs=True) as (engine, _, bodies):
        async with asyncio.timeout(300):
            await engine.look()
        assert engine.missing == ()
    assert len(bodies) == 1


async def test_passing_faults() -> None:
    """A passing fault while looking is no finding."""
    failures = iter([refusing(500, "Not now."), refusing(529, "Not now.")])
    async with served(lambda body: next(failures, held_to_schemas(body))) as (engine, _, _):
        await engine.look()
        assert engine.missing == ()


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (lambda: refusing(404, "no such model"), "the model 'local-1': 404: no such model"),
        (lambda: refusing(401, "who are you"), "the model 'local-1': 401: who are you"),
        (lambda: refusing(400, "no messages"), "the model 'local-1': 400: no messages"),
        (lambda: Response("<html>"), "the model 'local-1': 200: its answer is no message"),
    ],
)
async def test_out_of_order(response: Callable[[], Response], words: str) -> None:
    """A server that does not answer for a model is said to before the night begins."""
    async with served(lambda body: response()) as (engine, url, _):
        with pytest.raises(EnvironmentProblem) as caught:
            await engine.look()
    assert url in str(caught.value)
    assert str(caught.value).endswith(words)


async def test_nobody_there() -> None:
    """Where nobody answers, what the server can is left open until the first question."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        engine = engine_for(f"http://127.0.0.1:{taken.getsockname()[1]}", "local-1")
        await engine.look()
        with pytest.raises(EngineError) as caught:
            await engine.ask(QUESTION)
        await engine.close()
    assert (caught.value.kind, caught.value.decision) == ("connection", Outage())


async def test_a_server_that_is_still_loading() -> None:
    """A server that is not ready when it is looked at is looked at again by the first question."""
    failures = iter([refusing(503, "Loading model")] * 5)
    async with served(lambda body: next(failures, deaf_to_schemas(body))) as (engine, _, bodies):
        await engine.look()
        with pytest.raises(EngineError, match="503: Loading model"):
            await engine.ask(QUESTION)
        reply = await engine.ask(QUESTION)
    assert reply.text == '{"ok": true}'
    assert len(engine.missing) == 2
    assert "output_config" not in bodies[-1]


async def test_a_server_that_nobody_waits_for_any_more() -> None:
    """A question that may not go out any more does not look at a server that was away."""

    async def not_any_more() -> None:
        raise EngineError("halted", "the night is over", Halt())

    async with served(lambda body: refusing(503, "Loading model")) as (engine, _, bodies):
        await engine.look()
        looked = len(bodies)
        with pytest.raises(EngineError, match="the night is over"):
            await engine.ask(replace(QUESTION, permit=not_any_more))
    assert len(bodies) == looked


async def test_a_server_that_turns_out_wrong() -> None:
    """A server that was away and then doesn't know the model halts the night."""
    answers = iter([refusing(503, "Loading model")] * 4)
    async with served(lambda body: next(answers, refusing(404, "no such model"))) as (engine, *_):
        await engine.look()
        with pytest.raises(EngineError, match="the model 'local-1': 404: no such model") as caught:
            await engine.ask(QUESTION)
    assert caught.value.decision == Halt()


async def test_a_server_that_describes_itself() -> None:
    """A server that describes its models as the vendor does is taken at its word, and not asked."""
    with running(SimulatorSettings()) as url:
        engine = engine_for(url, "claude-sonnet-5-5", "claude-haiku-5-5")
        await engine.look()
        assert engine.missing == ()
        await engine.close()
        counted = await asyncio.to_thread(ledger, url)
    assert counted["totals"]["requests"] == 0


async def test_a_list_of_another_kind() -> None:
    """Whether a server has a model that its own list lacks, only an answer can tell."""
    listed = {"object": "list", "data": [{"id": "qwen.gguf", "object": "model"}]}
    async with served(held_to_schemas, listed) as (engine, _, bodies):
        await engine.look()
        assert [body["model"] for body in bodies] == ["local-1"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("claude-sonnet-5-5", r"has no model 'claude-sonnet-5-5' \(it is retired\)"),
        ("claude-nobody", r"has no model 'claude-nobody' \(404: model: claude-nobody\)"),
    ],
)
@pytest.mark.parametrize("transport", ["messages", "batches"])
async def test_a_model_that_is_gone(model: str, words: str, transport: str) -> None:
    """A model that is retired or unknown is said to be before anything is asked."""
    with running(SimulatorSettings(retired=frozenset({"claude-sonnet-5-5"}))) as url:
        engine_of = {"messages": engine_for, "batches": batches_for}[transport]
        engine = engine_of(url, "claude-haiku-5-5", model)
        with pytest.raises(EnvironmentProblem, match=words):
            await engine.look()
        await engine.close()
        counted = await asyncio.to_thread(ledger, url)
    assert (counted["totals"]["requests"], counted["batches"]["created"]) == (0, 0)


@pytest.fixture
def vendors_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this machine the vendor's own server."""
    monkeypatch.setattr(server, "BASE_URL", "http://127.0.0.1")


async def test_the_vendors_own(vendors_own: None) -> None:
    """At the vendor's own server only the models are looked up."""
    with running(SimulatorSettings()) as url:
        engine = engine_for(url, "claude-sonnet-5-5", "claude-haiku-5-5")
        await engine.look()
        assert engine.missing == ()
        await engine.close()
        engine = engine_for(url, "claude-nobody")
        with pytest.raises(EnvironmentProblem, match="has no model 'claude-nobody'"):
            await engine.look()
        await engine.close()
        engine = engine_for(url, "claude-sonnet-5-5", key="sk-wrong-0123456789")
        with pytest.raises(EnvironmentProblem, match="401: invalid x-api-key"):
            await engine.look()
        await engine.close()
        counted = await asyncio.to_thread(ledger, url)
    assert counted["totals"]["requests"] == 0


async def test_the_vendors_own_is_away(vendors_own: None) -> None:
    """A passing fault of the vendor's leaves open which models there are."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        engine = engine_for(f"http://127.0.0.1:{taken.getsockname()[1]}", "claude-sonnet-5-5")
        await engine.look()
        await engine.close()


async def test_no_batches() -> None:
    """A server without batches is said to before the night begins, with the setting to change."""
    async with served(held_to_schemas) as (_, url, _):
        engine = batches_for(url)
        with pytest.raises(EnvironmentProblem, match=r"takes no batches .*NIGHTDESK_TRANSPORT="):
            await engine.look()
        await engine.close()


async def test_batches() -> None:
    """A server that takes batches passes."""
    with running(SimulatorSettings()) as url:
        engine = batches_for(url)
        await engine.look()
        assert engine.missing == ()
        await engine.close()
