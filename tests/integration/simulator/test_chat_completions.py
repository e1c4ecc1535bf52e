"""The simulator's chat completions, through the vendor's own SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack
from typing import Any
from urllib.request import urlopen

import openai
import pytest

from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings

Start = Callable[..., openai.AsyncOpenAI]

SCHEMA = {
    "type": "object",
    "properties": {
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["id", "text"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["segments"],
    "additionalProperties": False,
}
CAPITAL: dict[str, Any] = {
    "type": "object",
    "properties": {"capital": {"type": "string"}},
    "required": ["capital"],
    "additionalProperties": False,
}


def params(**changes: Any) -> Any:
    """A request, with some fields changed; None leaves a field out."""
    held = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": CAPITAL}}
    whole = {
        "model": "gpt-4.1-mini",
        "messages": [
            {"role": "system", "content": "Say a word."},
            {"role": "user", "content": "What is the capital of France?"},
        ],
        "max_completion_tokens": 1_000,
        "response_format": held,
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def held_to(schema: Any, **changes: Any) -> Any:
    held = {"name": "a", "strict": True, "schema": schema} | changes
    return {"type": "json_schema", "json_schema": held}


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts a simulator with settings; gives a client of it that retries nothing."""
    with ExitStack() as servers:
        async with AsyncExitStack() as clients:

            def starting(
                api_key: str = "sk-sim-test", script: str = "", **settings: Any
            ) -> openai.AsyncOpenAI:
                made = SimulatorSettings(rules=read_script(script), **settings)
                url = servers.enter_context(running(made))
                client = openai.AsyncOpenAI(api_key=api_key, base_url=f"{url}/v1", max_retries=0)
                clients.push_async_callback(client.close)
                return client

            yield starting


def ledger(client: openai.AsyncOpenAI) -> Any:
    with urlopen(f"{str(client.base_url).removesuffix('/v1/')}/_simulator/ledger") as response:
        return json.load(response)


async def test_an_answer(start: Start) -> None:
    """An answer fits its schema, bears the dated name, and its tokens are those of the ledger."""
    client = start()
    raw = await client.chat.completions.with_raw_response.create(**params())
    answer = raw.parse()
    assert json.loads(answer.choices[0].message.content or "") == {"capital": ""}
    assert (answer.model, answer.choices[0].finish_reason) == ("gpt-4.1-mini-2025-04-14", "stop")
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["x-nightdesk-simulator"] == "1"
    assert raw.headers["x-ratelimit-limit-requests"] == "1000000"
    assert answer.usage is not None
    totals = (await asyncio.to_thread(ledger, client))["totals"]
    assert totals["uncached_input_tokens"] == answer.usage.prompt_tokens
    assert totals["output_tokens"] == answer.usage.completion_tokens
    assert answer.usage.total_tokens == totals["output_tokens"] + totals["uncached_input_tokens"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": ""}, "you must provide a model parameter"),
        ({"messages": []}, "expected a non-empty array"),
        ({"colour": "red"}, "Unrecognized request argument supplied: colour"),
        ({"tools": []}, "tools: the simulator does not support this field"),
        ({"stream": True}, "the simulator does not stream"),
        ({"n": 2}, "the simulator gives one choice"),
        ({"temperature": 3}, "expected a number from 0 to 2"),
        ({"max_completion_tokens": 0}, "Expected a value >= 1"),
        ({"max_completion_tokens": 40_000}, "This model supports at most 32768 completion tokens"),
        ({"max_tokens": 5}, "at the same time"),
        ({"reasoning_effort": "low"}, "Unrecognized request argument supplied: reasoning_effort"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "Invalid value: 'robot'"),
        ({"messages": [{"role": "user", "content": 1}]}, "expected one of a string or array"),
        ({"messages": [{"role": "user", "content": "x", "mood": 1}]}, "Unknown parameter"),
        ({"response_format": {"type": "xml"}}, "Supported values are: 'text', 'json_object'"),
        ({"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        ({"response_format": held_to(CAPITAL, name="two words")}, "does not match pattern"),
        ({"response_format": held_to(CAPITAL, mood="good")}, "Unknown parameter"),
    ],
)
async def test_refusals(start: Start, changes: Any, words: str) -> None:
    """What the API does not take is refused with its words, and counted as a violation."""
    client = start()
    with pytest.raises(openai.BadRequestError, match=words.replace("(", r"\(")) as caught:
        await client.chat.completions.create(**params(), extra_body=changes)
    assert caught.value.type == "invalid_request_error"
    assert (await asyncio.to_thread(ledger, client))["violations"]["count"] == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_completion_tokens": None, "max_tokens": 5}, "Use 'max_completion_tokens' instead"),
        ({"temperature": 0}, "'temperature' is not supported with this model"),
        ({"reasoning_effort": "none"}, "does not support 'none' with this model"),
    ],
)
async def test_models_that_reason(start: Start, changes: Any, words: str) -> None:
    """A model that reasons takes no sampling, no `max_tokens`, and the efforts it knows."""
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        await start().chat.completions.create(**params(model="gpt-5-mini", **changes))
    assert str(caught.value.code).startswith("unsupported_")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"anyOf": [CAPITAL]},
        CAPITAL | {"additionalProperties": True},
        CAPITAL | {"required": []},
        CAPITAL | {"properties": {"capital": {"type": "string", "maxLength": 5}}},
        CAPITAL | {"properties": {"capital": {"type": "string", "default": "x"}}},
        CAPITAL | {"properties": {"capital": {"type": "string", "pattern": "x"}}},
        CAPITAL | {"properties": {"capital": {"type": "array"}}},
        CAPITAL | {"properties": {"capital": {"$ref": "#/$defs/nothing"}}},
        CAPITAL | {"properties": {"capital": {"allOf": [{"type": "string"}]}}},
        CAPITAL | {"properties": {"capital": {"description": "no type"}}},
    ],
)
async def test_strict_schemas(start: Start, schema: Any) -> None:
    """A schema that strict mode lacks a rule for is refused; not so where nothing is strict."""
    with pytest.raises(openai.BadRequestError, match="Invalid schema for response_format") as found:
        await start().chat.completions.create(**params(response_format=held_to(schema)))
    assert (found.value.code, found.value.param) == ("invalid_json_schema", "response_format")


async def test_a_nested_schema(start: Start) -> None:
    """Objects in arrays, definitions, alternatives and values of a list are taken."""
    text = {"anyOf": [{"$ref": "#/$defs/word"}, {"type": "null"}]}
    schema = CAPITAL | {
        "$defs": {"word": {"type": "string", "enum": ["Paris", "Rome"]}},
        "properties": {"capital": text},
    }
    answer = await start().chat.completions.create(**params(response_format=held_to(schema)))
    assert answer.choices[0].message.content == '{"capital":"Paris"}'


async def test_keys_and_models(start: Start) -> None:
    """A wrong key and a model that is gone are told as the API tells them."""
    with pytest.raises(openai.AuthenticationError) as wrong:
        await start(api_key="sk-wrong-0123456789").chat.completions.create(**params())
    assert wrong.value.code == "invalid_api_key"
    assert "0123456789" not in str(wrong.value)
    client = start(retired=frozenset({"gpt-4o-mini"}))
    for model in ("gpt-4o-mini", "gpt-nobody"):
        with pytest.raises(openai.NotFoundError) as gone:
            await client.chat.completions.create(**params(model=model))
        assert gone.value.code == "model_not_found"
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve(model)
    listed = [model.id async for model in client.models.list()]
    assert "gpt-5-mini-2025-08-07" in listed
    assert "gpt-4o-mini" not in listed
    assert (await client.models.retrieve("gpt-5-mini")).object == "model"


async def test_cache(start: Start) -> None:
    """What a prompt shares with an earlier one is read in steps of 128 tokens, from 1,024 on."""
    client = start()
    told = []
    for system in ("s" * 3_000, "s" * 3_000, "s" * 6_000, "s" * 6_000 + "t"):
        messages = [{"role": "system", "content": system}, {"role": "user", "content": "What?"}]
        answer = await client.chat.completions.create(**params(messages=messages))
        assert answer.usage is not None
        assert answer.usage.prompt_tokens_details is not None
        told.append(answer.usage.prompt_tokens_details.cached_tokens)
    assert told == [0, 0, 0, 1_408]
    totals = (await asyncio.to_thread(ledger, client))["totals"]
    assert (totals["cache_read_tokens"], totals["cache_write_5m_tokens"]) == (1_408, 0)


async def test_reasoning_counts_as_output(start: Start) -> None:
    """Tokens of reasoning are billed, count toward the room, and are told apart."""
    client = start()
    low = await client.chat.completions.create(**params(model="gpt-5-mini", reasoning_effort="low"))
    off = await client.chat.completions.create(**params(model="gpt-5.2"))
    assert low.usage is not None
    assert off.usage is not None
    assert low.usage.completion_tokens_details is not None
    assert low.usage.completion_tokens_details.reasoning_tokens == 32
    assert low.usage.completion_tokens - 32 == off.usage.completion_tokens
    cut = await client.chat.completions.create(
        **params(model="gpt-5-mini", max_completion_tokens=100)
    )
    assert (cut.choices[0].finish_reason, cut.choices[0].message.content) == ("length", "")


async def test_a_refusal(start: Start) -> None:
    """A refusal stands in a field of its own, ends with `stop` and is billed."""
    turn = {
        "task": "translate",
        "source_lang": "de",
        "target_lang": "en",
        "segments": ["1|Hallo."],
    }
    messages = [{"role": "user", "content": json.dumps(turn)}]
    client = start(script='[[rule]]\nevent = "refuse"')
    answer = await client.chat.completions.create(**params(messages=messages, response_format=None))
    (choice,) = answer.choices
    assert choice.message.content is None
    assert choice.message.refusal == "I'm sorry, but I can't assist with that."
    assert choice.finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.completion_tokens > 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, openai.RateLimitError), (500, openai.InternalServerError)],
)
async def test_scripted_statuses(start: Start, status: int, kind: type[Exception]) -> None:
    """A status that a script orders comes in the API's shape, and is no violation."""
    turn = json.dumps({"task": "brief", "source_lang": "de", "target_lang": "en", "document": "x"})
    messages = [{"role": "user", "content": turn}]
    client = start(script=f'[[rule]]\nevent = "status"\nstatus = {status}\nretry_after = 7')
    with pytest.raises(kind) as caught:
        await client.chat.completions.create(**params(messages=messages, response_format=None))
    assert isinstance(caught.value, openai.APIStatusError)
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.response.headers["x-ratelimit-remaining-tokens"].isdecimal()
    assert (await asyncio.to_thread(ledger, client))["violations"]["count"] == 0


async def test_limits(start: Start) -> None:
    """A request counts as many tokens as it may be answered with; what is over gets a 429."""
    client = start(input_tokens_per_minute=600, output_tokens_per_minute=900, clock=lambda: 0.0)
    raw = await client.chat.completions.with_raw_response.create(**params())
    assert raw.headers["x-ratelimit-limit-tokens"] == "1500"
    assert raw.headers["x-ratelimit-remaining-tokens"] == "500"
    assert raw.headers["x-ratelimit-reset-tokens"] == "40s"
    with pytest.raises(openai.RateLimitError, match="Rate limit reached on tokens") as caught:
        await client.chat.completions.create(**params())
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.response.headers["retry-after"] == "20"
