"""Engines over real HTTP: against the simulator, and servers that misbehave."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.briefing import Briefing
from domain.checks.quality import Finding, Severity
from domain.cost.pricing import is_same_model
from domain.decisions import Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from domain.requests.answers import (
    read_assessment,
    read_brief,
    read_review,
    read_translations,
)
from domain.requests.endings import Ending
from domain.usage import TokenUsage
from engines.clock import Clock, ManualClock, SystemClock
from engines.online.engine import Online
from engines.output_tokens import output_room
from engines.port import Question, Reply
from prompts.render import render
from prompts.turns import assess_turn, brief_turn, correct_turn, review_turn, translate_turn
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.vendors import KEY, Vendor, for_both

BRIEFING = Briefing(source_lang="de", target_lang="en")
IN_FLIGHT = 16
SOURCE = "Das ist ⟦1⟧wichtig⟦/1⟧."
FINDING = Finding(Severity.MINOR, "fluency/grammar", "is", "Wrong.", "model")
TURNS = {
    "brief": brief_turn("de", "en", SOURCE),
    "review_source": review_turn("de", {3: SOURCE}),
    "translate": translate_turn("de", "en", {3: SOURCE}, before=["Hallo."]),
    "assess": assess_turn("de", "en", {3: (SOURCE, "This is ⟦1⟧important⟦/1⟧.")}),
    "correct": correct_turn("de", "en", {3: (SOURCE, "This is ⟦1⟧importan⟦/1⟧.", [FINDING])}),
}

pytestmark = for_both

Handler = Callable[[Request], Awaitable[Response]]


def question(vendor: Vendor, task: str = "translate", turn: str | None = None) -> Question:
    prompt = render(task, BRIEFING)
    return Question(
        task=task,
        model=vendor.qa if task in ("review_source", "assess") else vendor.translator,
        system=prompt.system,
        user=turn or TURNS[task],
        schema=prompt.schema,
        max_tokens=output_room(task, [SOURCE]),
        prompt_version=prompt.version,
    )


@asynccontextmanager
async def asking(
    vendor: Vendor, url: str, *, key: str = KEY, patience: float = 300, clock: Clock | None = None
) -> AsyncIterator[Online[Any]]:
    """An engine for a server, closed at the end."""
    engine = vendor.engine(url, IN_FLIGHT, clock or SystemClock(), key=key, timeout=patience)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def served(vendor: Vendor, handler: Handler) -> AsyncIterator[str]:
    """A server on this machine whose every question is answered by `handler`."""
    app = Starlette(routes=[Route(vendor.path, handler, methods=["POST"])])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", ws="none", log_level="error", timeout_keep_alive=60)
    )
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()


def always(response: Callable[[], Response]) -> Handler:
    async def handler(request: Request) -> Response:
        await request.body()
        return response()

    return handler


def in_json(data: Any, **headers: str) -> Callable[[], Response]:
    body = json.dumps(data)
    return lambda: Response(body, media_type="application/json", headers=headers)


async def failure(vendor: Vendor, url: str, **options: Any) -> EngineError:
    """The error that a question ends in."""
    async with asking(vendor, url, **options) as engine:
        with pytest.raises(EngineError) as caught:
            await engine.ask(question(vendor))
    return caught.value


async def reply_to(vendor: Vendor, data: Any) -> Reply:
    """What the engine makes of a response with this body."""
    async with served(vendor, always(in_json(data))) as url, asking(vendor, url) as engine:
        return await engine.ask(question(vendor))


def ledger(url: str) -> Any:
    with urlopen(f"{url}/_simulator/ledger") as response:
        return json.load(response)


async def test_every_task(vendor: Vendor) -> None:
    """The simulator accepts each task's request as the API would, and its answer can be read."""
    with running(SimulatorSettings()) as url:
        async with asking(vendor, url) as engine:
            replies = {task: await engine.ask(question(vendor, task)) for task in TURNS}
        counted = await asyncio.to_thread(ledger, url)
    data = {task: reply.judged() for task, reply in replies.items()}
    assert set(read_translations(data["translate"], [3]).texts) == {3}
    assert set(read_translations(data["correct"], [3]).texts) == {3}
    assert set(read_assessment(data["assess"], [3])) == {3}
    assert read_review(data["review_source"], [3]).issues == ()
    assert read_brief(data["brief"]).summary
    assert counted["violations"]["count"] == 0
    used = sum((reply.usage for reply in replies.values()), TokenUsage())
    assert used.uncached_input_tokens == counted["totals"]["uncached_input_tokens"]
    assert used.output_tokens == counted["totals"]["output_tokens"]


async def test_reply(vendor: Vendor) -> None:
    """A reply tells who answered, when, under which id, and that it was the simulator."""
    before = datetime.now(UTC)
    with running(SimulatorSettings()) as url:
        async with asking(vendor, url) as engine:
            reply = await engine.ask(question(vendor))
    assert is_same_model(reply.model, vendor.translator)
    assert (reply.stop_reason, reply.simulated) == (vendor.ends[0], True)
    assert reply.request_id is not None
    assert reply.request_id.startswith("req_")
    assert before <= reply.started_at <= datetime.now(UTC)
    assert reply.latency_ms >= 0


async def test_wrong_key(vendor: Vendor) -> None:
    """A wrong key halts the night, and its text stands nowhere in the error."""
    with running(SimulatorSettings()) as url:
        error = await failure(vendor, url, key="sk-wrong-0123456789")
    assert (error.kind, error.decision, error.status) == ("authentication_error", Halt(), 401)
    assert "sk-wrong-0123456789" not in f"{error!r} {error.__cause__!r} {error.__context__!r}"


@pytest.mark.parametrize(
    ("event", "is_own"), [("status = 500", True), ("status = 503", False), ("status = 529", False)]
)
async def test_a_request_that_fails_alone(vendor: Vendor, event: str, is_own: bool) -> None:
    """Where a server is there that fails inside each time, nobody waits as if it were away."""
    rules = read_script(f'[[rule]]\nmatch = ""\nevent = "status"\n{event}')
    clock = ManualClock()
    decisions = []
    with running(SimulatorSettings(rules=rules)) as url:
        async with asking(vendor, url, clock=clock) as engine:
            while len(decisions) < 10:
                asked = asyncio.create_task(engine.ask(question(vendor)))
                while not asked.done():
                    if engine._limiter._free == IN_FLIGHT:  # else a request takes no time
                        await clock.advance(1.0)
                    await asyncio.sleep(0.005)
                error = asked.exception()
                assert isinstance(error, EngineError)
                decisions.append(error.decision)
    assert decisions[:2] == [Outage(), Outage()]
    assert (Retry() in decisions) is is_own
    assert set(decisions) <= {Outage(), Retry()}


async def test_a_model_that_was_retired_meanwhile(vendor: Vendor) -> None:
    """A model that is gone halts the night at the first request that names it."""
    with running(SimulatorSettings(retired=frozenset({vendor.translator}))) as url:
        error = await failure(vendor, url)
    assert (error.kind, error.decision, error.status) == ("not_found_error", Halt(), 404)


@pytest.mark.parametrize(
    ("event", "kind", "decision"),
    [
        ('event = "status"\nstatus = 500', "api_error", Outage()),
        ('event = "status"\nstatus = 503\nretry_after = 4', "api_error", Outage(4.0)),
        ('event = "status"\nstatus = 529', "overloaded_error", Outage()),
        ('event = "status"\nstatus = 429\nretry_after = 3', "rate_limit_error", SlowDown(3.0)),
        ('event = "drop"', "connection", Outage()),
    ],
)
async def test_faults(vendor: Vendor, event: str, kind: str, decision: Any) -> None:
    """An engine at its limit is told apart from one that is away."""
    rules = read_script(f'[[rule]]\nmatch = ""\n{event}')
    with running(SimulatorSettings(rules=rules)) as url:
        error = await failure(vendor, url)
    assert (error.kind, error.decision) == (kind, decision)


async def test_nobody_there(vendor: Vendor) -> None:
    """An address where nobody answers is a passing fault of the connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = await failure(vendor, f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (error.kind, error.decision, error.status) == ("connection", Outage(), None)
    assert error.unsent
    assert str(error).startswith("Connection error: Cannot connect to host 127.0.0.1:")


async def test_never_ending_answer(vendor: Vendor) -> None:
    """An answer that never ends, though something always comes, is given up in time."""

    async def handler(request: Request) -> Response:
        async def drip() -> AsyncIterator[bytes]:
            while not await request.is_disconnected():
                yield b" "
                await asyncio.sleep(0.02)

        return StreamingResponse(drip(), media_type="application/json")

    async with served(vendor, handler) as url:
        error = await failure(vendor, url, patience=0.3)
    assert (error.kind, error.decision) == ("timeout", Outage())


@pytest.mark.parametrize(
    "response",
    [
        lambda: Response("<html>Please log in</html>", media_type="text/html"),
        lambda: Response('{"type": "mess', media_type="application/json"),
        lambda: Response("", media_type="application/json"),
        lambda: Response("[]", media_type="application/json"),
        in_json({"type": "error", "error": {"type": "api_error", "message": "No."}}),
        in_json({"error": {"message": "No.", "type": "server_error", "code": None}}),
    ],
)
async def test_no_message(vendor: Vendor, response: Callable[[], Response]) -> None:
    """A 200 that is no message (a gateway's page, a body cut off) says nothing of the request."""
    async with served(vendor, always(response)) as url:
        error = await failure(vendor, url)
    assert (error.kind, error.decision, error.status) == ("broken_response", Outage(), 200)


@pytest.mark.parametrize("content", [None, "text"])
async def test_no_content(vendor: Vendor, content: str | None) -> None:
    """Who counts tokens is there: a message without content is asked again for its own sake."""
    answer = vendor.answer(content) if content is None else vendor.shapeless(content)
    async with served(vendor, always(in_json(answer))) as url:
        error = await failure(vendor, url)
    assert (error.kind, error.decision, error.status) == ("broken_response", Retry(), 200)


@pytest.mark.parametrize(
    ("usage", "fault"),
    [
        (None, "the answer came without a count of its tokens"),
        ((None, None), "the answer's count of tokens can't be read; {0}: Field required"),
        (
            (-1, 1),
            "the answer's count of tokens can't be read; {0}: "
            "Input should be greater than or equal to 0",
        ),
        (
            (10, 10**15),
            "the answer's count of tokens can't be read; {1}: "
            "Input should be less than or equal to 1000000000000",
        ),
    ],
)
async def test_no_usage(
    vendor: Vendor, usage: tuple[int | None, int | None] | None, fault: str
) -> None:
    """A message that does not count its tokens is an answer all the same, and says so."""
    told = None if usage is None else vendor.usage(*usage)
    reply = await reply_to(vendor, vendor.answer(usage=told))
    assert (reply.usage, reply.usage_fault) == (TokenUsage(), fault.format(*vendor.fields))
    assert reply.text == "{}"


async def test_no_message_that_was_billed(vendor: Vendor) -> None:
    """What is no message and yet counts its tokens is worth asking again, and told with them."""
    answer = vendor.answer(None, usage=vendor.usage(10, 2))
    async with served(vendor, always(in_json(answer))) as url:
        error = await failure(vendor, url)
    assert (error.kind, error.decision) == ("broken_response", Retry())
    assert error.usage == TokenUsage(uncached_input_tokens=10, output_tokens=2)


async def test_refusal(vendor: Vendor) -> None:
    """A refusal is a reply, with the vendor's reason; judging it is the caller's part."""
    reply = await reply_to(vendor, vendor.refusal("It is about poison."))
    assert (reply.text, reply.stop_reason, reply.ending) == ("", "refusal", Ending.REFUSED)
    assert reply.stop_details == "It is about poison."


async def test_compatible_server(vendor: Vendor) -> None:
    """A server that names no model, id or stop reason still gives a reply."""
    reply = await reply_to(vendor, vendor.endless(model=None))
    assert (reply.model, reply.request_id, reply.stop_reason, reply.simulated) == (
        vendor.translator,
        None,
        "none",
        False,
    )
    assert reply.ending is Ending.OTHER


async def test_crowd_at_a_limit(vendor: Vendor) -> None:
    """Of a crowd that meets a limit, each is refused once at most; none comes back too early."""
    loop = asyncio.get_running_loop()
    refused_at: list[float] = []
    answered_at: list[float] = []
    crowd = asyncio.Barrier(IN_FLIGHT)

    async def handler(request: Request) -> Response:
        await request.body()
        if len(answered_at) == 14 and not refused_at:
            # None is refused before all are there that may be under way.
            await crowd.wait()
            refused_at.append(loop.time())
            return Response("{}", 429, headers={"retry-after": "1.5"})
        answered_at.append(loop.time())
        return in_json(vendor.answer())()

    async with served(vendor, handler) as url, asking(vendor, url) as engine:

        async def decisions_until_answered() -> list[Any]:
            decisions: list[Any] = []
            while True:
                try:
                    await engine.ask(question(vendor))
                except EngineError as error:
                    decisions.append(error.decision)
                else:
                    return decisions

        told = await asyncio.gather(*(decisions_until_answered() for _ in range(40)))
    assert sorted(map(len, told)) == [0] * (40 - len(refused_at)) + [1] * len(refused_at)
    assert [decision for decisions in told for decision in decisions] == [
        SlowDown(1.5) for _ in refused_at
    ]
    assert answered_at[14] - refused_at[-1] >= 1.5


async def test_no_more_than_allowed(vendor: Vendor) -> None:
    """The server never sees more requests at once than are allowed to be under way."""
    enough = asyncio.Event()
    requests = under_way = most = 0

    async def handler(request: Request) -> Response:
        nonlocal requests, under_way, most
        await request.body()
        requests, under_way = requests + 1, under_way + 1
        most = max(most, under_way)
        if under_way == 8:
            enough.set()
        if requests > 14:  # by then as many go at once as may
            await enough.wait()
            await asyncio.sleep(0.1)  # time for more than may
        under_way -= 1
        return in_json(vendor.answer())()

    async with served(vendor, handler) as url, asking(vendor, url) as engine:
        turns = [translate_turn("de", "en", {n: f"Satz {n}."}) for n in range(64)]
        await asyncio.gather(*(engine.ask(question(vendor, turn=turn)) for turn in turns))
    assert requests == 64
    assert 8 <= most <= IN_FLIGHT
