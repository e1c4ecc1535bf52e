"""The simulator over real HTTP, asked by the real SDK."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import anthropic
import httpx
import pytest

from simulator.misbehaviour.faults import FAULTS
from simulator.misbehaviour.outage import Phase
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings

Start = Callable[..., anthropic.AsyncAnthropic]
Seen = Callable[..., Any]

_MODEL = "claude-sonnet-5-5"
_OFF: Any = {"type": "between_tools"}


def _turn(*texts: str, task: str = "translate") -> str:
    segments = [f"{n}|{text}" for n, text in enumerate(texts)]
    question = {"task": task, "source_lang": "de", "target_lang": "en", "segments": segments}
    return json.dumps(question, ensure_ascii=False)


def _params(*texts: str, **changes: Any) -> Any:
    return {
        "model": _MODEL,
        "max_tokens": 2000,
        "thinking": _OFF,
        "messages": [{"role": "user", "content": _turn(*(texts or ("Das ⟦1⟧Haus⟦/1⟧.",)))}],
        **changes,
    }


def _text(message: anthropic.types.Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


async def test_an_answer(start: Start, seen: Seen) -> None:
    """A request is answered in the API's shape, and the ledger agrees with its usage."""
    client = start(requests_per_minute=30, clock=lambda: 0.0)
    raw = await client.messages.with_raw_response.create(**_params("Das ⟦1⟧Haus⟦/1⟧."))
    message = await raw.parse()
    assert json.loads(_text(message)) == {
        "segments": ["0|Đáš ⟦1⟧Ĥáúš⟦/1⟧."],
        "notes": [],
    }
    assert (message.stop_reason, message.model) == ("end_turn", _MODEL)
    assert raw.headers["x-nightdesk-simulator"] == "1"
    assert raw.headers["request-id"].startswith("req_sim_")
    assert raw.headers["anthropic-ratelimit-requests-remaining"] == "29"
    row = (await seen(client))["rows"][0]
    assert row == {
        "model": _MODEL,
        "task": "translate",
        "transport": "messages",
        "requests": 1,
        "uncached_input_tokens": message.usage.input_tokens,
        "cache_read_tokens": 0,
        "cache_write_5m_tokens": 0,
        "cache_write_1h_tokens": 0,
        "output_tokens": message.usage.output_tokens,
        "statuses": {"200": 1},
        "faults": {},
    }


async def test_thinking(start: Start) -> None:
    """Unless it is turned off, an answer begins with thinking, which counts as output."""
    client = start()
    params = _params()
    quiet = await client.messages.create(**params)
    del params["thinking"]
    loud = await client.messages.create(**params)
    assert [block.type for block in loud.content] == ["thinking", "text"]
    assert loud.usage.output_tokens == quiet.usage.output_tokens + 256
    params["output_config"] = {"effort": "low"}
    low = await client.messages.create(**params)
    assert low.usage.output_tokens == quiet.usage.output_tokens + 32


async def test_max_tokens(start: Start) -> None:
    """An answer ends where its tokens end; thinking can use them all up."""
    client = start()
    cut = await client.messages.create(**_params(max_tokens=5))
    assert (cut.stop_reason, cut.usage.output_tokens) == ("max_tokens", 5)
    params = _params(max_tokens=100)
    del params["thinking"]
    silent = await client.messages.create(**params)
    assert (silent.stop_reason, silent.usage.output_tokens) == ("max_tokens", 100)
    assert [block.type for block in silent.content] == ["thinking"]


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ({"extra_body": {"temperature": 0.2}}, anthropic.BadRequestError),
        ({"extra_body": {"verbosity": 1}}, anthropic.BadRequestError),
        ({"extra_body": {"stream": True}}, anthropic.BadRequestError),
        ({"tool_choice": {"type": "any"}}, anthropic.BadRequestError),
        (
            {
                "messages": [
                    {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "{"},
                ]
            },
            anthropic.BadRequestError,
        ),
        (
            {
                "output_config": {
                    "format": {"type": "json_schema", "schema": {"type": "object"}},
                }
            },
            anthropic.BadRequestError,
        ),
        ({"model": "claude-sonnet-9"}, anthropic.NotFoundError),
        ({"extra_headers": {"anthropic-version": anthropic.Omit()}}, anthropic.BadRequestError),
        ({"extra_headers": {"anthropic-version": "1999-01-01"}}, anthropic.BadRequestError),
        ({"extra_headers": {"authorization": "Bearer sk-ant-x"}}, anthropic.AuthenticationError),
    ],
)
async def test_refusals(
    start: Start, seen: Seen, extra: Any, error: type[anthropic.APIStatusError]
) -> None:
    """What the API refuses is refused in its shape, and counted as a violation."""
    client = start()
    with pytest.raises(error) as caught:
        await client.messages.create(**_params(**extra))
    body: Any = caught.value.body
    assert body["type"] == "error"
    assert body["request_id"] == caught.value.request_id
    assert caught.value.response.headers["x-nightdesk-simulator"] == "1"
    violations = (await seen(client))["violations"]
    assert violations["count"] == 1
    assert violations["last"][0].endswith(body["error"]["message"])


async def test_keys(start: Start) -> None:
    """A key of one's own is taken when the simulator is told, and as `x-api-key` too."""
    client = start("mine", key="mine")
    await client.messages.create(**_params())
    headers: Any = {"authorization": anthropic.Omit(), "x-api-key": "mine"}
    await client.messages.create(**_params(), extra_headers=headers)
    with pytest.raises(anthropic.AuthenticationError):
        await start("mine").messages.create(**_params())


async def test_no_key(start: Start) -> None:
    """Without a key nothing is answered but the simulator's own pages."""
    url = str(start().base_url).rstrip("/")
    async with httpx.AsyncClient() as http:
        refused = await http.post(f"{url}/v1/messages", json={})
        assert refused.status_code == 401
        assert refused.json()["error"]["type"] == "authentication_error"
        assert (await http.get(f"{url}/_simulator/ledger")).status_code == 200
        assert (await http.get(f"{url}/v1/nothing")).json()["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("529", 529), ("500", 500)])
async def test_status_faults(start: Start, seen: Seen, fault: str, status: int) -> None:
    """A drawn status comes in the API's shape and is no violation; nothing is counted as done."""
    client = start(fault_rates={fault: 1.0}, retry_after=3)
    with pytest.raises(anthropic.APIStatusError) as caught:
        await client.messages.create(**_params())
    assert caught.value.status_code == status
    assert caught.value.response.headers.get("retry-after") == ("3" if status == 429 else None)
    ledger = await seen(client)
    assert ledger["violations"]["count"] == 0
    assert ledger["totals"]["output_tokens"] == 0
    assert ledger["rows"][0]["statuses"] == {fault: 1}
    assert await seen(client, "asked") == []


async def test_drop(start: Start, seen: Seen) -> None:
    """A dropped connection looks like one, and the work behind it counts."""
    client = start(fault_rates={"drop": 1.0})
    for _ in range(2):
        with pytest.raises(anthropic.APIConnectionError):
            await client.messages.create(**_params())
    ledger = await seen(client)
    assert ledger["rows"][0]["statuses"] == {"dropped": 2}
    assert ledger["totals"]["output_tokens"] > 0
    asked = await seen(client, "asked")
    assert [(a["times"], a["usable"], a["distinct"]) for a in asked] == [(2, 0, 1)]


async def test_refuse_and_empty(start: Start) -> None:
    """A refusal says so; an empty answer ends as if all were well."""
    refused = await start(fault_rates={"refuse": 1.0}).messages.create(**_params())
    assert (refused.stop_reason, refused.content) == ("refusal", [])
    assert refused.stop_details is not None
    empty = await start(fault_rates={"empty": 1.0}).messages.create(**_params())
    assert (empty.stop_reason, empty.content) == ("end_turn", [])
    assert empty.usage.output_tokens == 1


async def test_spoilt_answers(start: Start) -> None:
    """Answers are cut short, broken, about other ids, or lack a placeholder."""
    cut = await start(fault_rates={"truncate": 1.0}).messages.create(**_params())
    assert cut.stop_reason == "max_tokens"
    broken = await start(fault_rates={"broken": 1.0}).messages.create(**_params())
    assert broken.stop_reason == "end_turn"
    for message in (cut, broken):
        with pytest.raises(json.JSONDecodeError):
            json.loads(_text(message))
    wrong = await start(fault_rates={"wrong_ids": 1.0}).messages.create(**_params("a", "b"))
    assert [s[:2] for s in json.loads(_text(wrong))["segments"]] == ["0|", "2|"]
    lost = await start(fault_rates={"lose_placeholder": 1.0}).messages.create(**_params())
    assert json.loads(_text(lost))["segments"] == ["0|Đáš Ĥáúš⟦/1⟧."]


async def test_faults_repeat(start: Start) -> None:
    """The same seed spoils the same requests."""

    async def spoilt() -> list[str]:
        client = start(fault_rates=dict.fromkeys(FAULTS, 0.05), seed=5)
        asked = (client.messages.create(**_params(f"Satz {n}.")) for n in range(40))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return [
            type(a).__name__ if isinstance(a, BaseException) else f"{a.stop_reason} {_text(a)}"
            for a in answers
        ]

    first = await spoilt()
    assert len(set(first)) > 20
    assert await spoilt() == first


def _cached(**changes: Any) -> Any:
    block = {"type": "text", "text": "Say. " * 2000, "cache_control": {"type": "ephemeral"}}
    return _params(system=[block], **changes)


async def test_cache(start: Start, seen: Seen) -> None:
    """Requests sent together all write the prefix; those sent after the first answer read it."""
    client = start(latency=1)  # time for all three to be there before one is answered
    together = await asyncio.gather(*(client.messages.create(**_cached()) for _ in range(3)))
    assert [m.usage.cache_creation_input_tokens for m in together] == [2500, 2500, 2500]
    after = await client.messages.create(**_cached())
    assert after.usage.cache_read_input_tokens == 2500
    assert after.usage.cache_creation_input_tokens == 0
    assert after.usage.input_tokens == together[0].usage.input_tokens
    ledger = await seen(client)
    assert ledger["totals"]["cache_write_5m_tokens"] == 7500
    assert ledger["totals"]["cache_read_tokens"] == 2500
    assert ledger["in_flight"] == {"now": 0, "most": 3}


async def test_cache_for_an_hour(start: Start) -> None:
    """The usage tells prefixes cached for an hour from those cached for five minutes."""
    params = _cached()
    params["system"][0]["cache_control"]["ttl"] = "1h"
    creation = (await start().messages.create(**params)).usage.cache_creation
    assert creation is not None
    assert creation.ephemeral_1h_input_tokens == 2500
    assert creation.ephemeral_5m_input_tokens == 0


async def test_cache_minimum(start: Start) -> None:
    """The least size of a cached prefix can be set."""
    usage = (await start(cache_minimum=4096).messages.create(**_cached())).usage
    assert usage.cache_creation_input_tokens == 0


async def test_rate_limit(start: Start, seen: Seen) -> None:
    """Over the limit comes a 429 with `retry-after`; another model has its own limit."""
    client = start(requests_per_minute=2, clock=lambda: 0.0)
    for _ in range(2):
        await client.messages.create(**_params())
    with pytest.raises(anthropic.RateLimitError) as caught:
        await client.messages.create(**_params())
    assert caught.value.response.headers["retry-after"] == "30"
    assert caught.value.response.headers["anthropic-ratelimit-requests-remaining"] == "0"
    await client.messages.create(**_params(model="claude-opus-5-5"))
    assert (await seen(client))["violations"]["count"] == 0


async def test_output_limit(start: Start) -> None:
    """Output tokens have a limit too, known once they were made."""
    client = start(output_tokens_per_minute=10, clock=lambda: 0.0)
    await client.messages.create(**_params())
    with pytest.raises(anthropic.RateLimitError, match="output tokens"):
        await client.messages.create(**_params())


async def test_scripted_status(start: Start, seen: Seen) -> None:
    """A scripted 402 is no violation of the API."""
    client = start(rules=read_script('[[rule]]\nevent = "status"\nstatus = 402'))
    with pytest.raises(anthropic.PaymentRequiredError):
        await client.messages.create(**_params())
    assert (await seen(client))["violations"]["count"] == 0


async def test_script(start: Start) -> None:
    """A script's events come as often as it says, then no more."""
    rules = read_script(
        """
        [[rule]]
        task = "translate"
        match = "Haus"
        event = "status"
        status = 529
        times = 1

        [[rule]]
        task = "translate"
        match = "Haus"
        event = "refuse"
        times = 1
        """
    )
    client = start(rules=rules)
    with pytest.raises(anthropic.APIStatusError) as caught:
        await client.messages.create(**_params())
    assert caught.value.status_code == 529
    assert (await client.messages.create(**_params("Hof"))).stop_reason == "end_turn"
    reasons = [(await client.messages.create(**_params())).stop_reason for _ in range(2)]
    assert reasons == ["refusal", "end_turn"]


async def test_schema_without_room(start: Start) -> None:
    """A schema that the wire format's answer does not fit is refused; any other is followed."""
    client = start()
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    config: Any = {"format": {"type": "json_schema", "schema": schema}}
    with pytest.raises(anthropic.BadRequestError, match="no room for the wire format"):
        await client.messages.create(**_params(output_config=config))
    other: Any = [{"role": "user", "content": "What is the time?"}]
    message = await client.messages.create(**_params(output_config=config, messages=other))
    assert _text(message) == '{"answer":""}'


async def test_count_tokens(start: Start) -> None:
    """Counted tokens are those that the request then costs."""
    client = start()
    params = _params()
    message = await client.messages.create(**params)
    del params["max_tokens"]
    counted = await client.messages.count_tokens(**params)
    assert counted.input_tokens == message.usage.input_tokens


async def test_models(start: Start) -> None:
    """Models are listed in pages, with what they accept."""
    client = start()
    models = {model.id: model async for model in client.models.list(limit=4)}
    assert len(models) == 15
    haiku = await client.models.retrieve("claude-haiku-5-5")
    assert haiku == models["claude-haiku-5-5"]
    assert haiku.capabilities is not None
    assert haiku.capabilities.thinking.types.disabled.supported
    assert not haiku.capabilities.thinking.types.between_tools.supported
    with pytest.raises(anthropic.NotFoundError):
        await client.models.retrieve("claude-nobody")


async def test_an_outage(start: Start, seen: Seen) -> None:
    """Once the outage begins nobody listens, then a status is answered, then all is well."""
    now = [0.0]
    client = start(
        outage=(Phase("refuse", 60), Phase("503", 60)), outage_after=1, clock=lambda: now[0]
    )
    await client.messages.create(**_params())
    with pytest.raises(anthropic.APIConnectionError):
        await client.messages.create(**_params())
    now[0] = 70.0
    status = None
    while status is None:  # the port is opened again within a tenth of a second
        try:
            await client.messages.create(**_params())
        except anthropic.APIConnectionError:
            await asyncio.sleep(0.01)
        except anthropic.APIStatusError as error:
            status = error.status_code
    assert status == 503
    now[0] = 120.0
    await client.messages.create(**_params())
    ledger = await seen(client)
    assert {"seconds": 70.0, "lane": _MODEL, "how": "503"} == ledger["outage"][-1]
    assert ledger["totals"]["requests"] == 2


def test_the_port_of_an_outage_is_kept(stack: ExitStack) -> None:
    """While connections are refused, no other program can have the port."""
    settings = SimulatorSettings(outage=(Phase("refuse", 60),), clock=lambda: 0.0)
    address = ("127.0.0.1", urlsplit(stack.enter_context(running(settings))).port)
    is_refused = False
    while not is_refused:
        with socket.socket() as asking:
            is_refused = asking.connect_ex(address) != 0
        time.sleep(0.1)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(address)


async def test_a_retired_model(start: Start) -> None:
    """A model that was retired stays in the list and says so; no request may name it."""
    client = start(retired=frozenset({"claude-sonnet-5-5"}))
    assert (await client.models.retrieve("claude-sonnet-5-5")).lifecycle == "retired"
    listed = {model.id: model.lifecycle async for model in client.models.list()}
    assert Counter(listed.values()) == {"active": 14, "retired": 1}
    with pytest.raises(anthropic.NotFoundError, match="model: claude-sonnet-5-5"):
        await client.messages.create(**_params(model="claude-sonnet-5-5"))


async def test_reset(start: Start, seen: Seen) -> None:
    """A reset forgets counts, cache and limits."""
    client = start(requests_per_minute=1, clock=lambda: 0.0)
    await client.messages.create(**_cached())
    assert await client.post("/_simulator/reset", cast_to=object) == {"reset": True}
    assert (await seen(client))["totals"]["requests"] == 0
    message = await client.messages.create(**_cached())
    assert message.usage.cache_read_input_tokens == 0
