"""Which requests the simulator takes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.exchange import parse
from simulator.requests.errors import ApiError
from simulator.requests.validation import read_request

_CACHED = {"cache_control": {"type": "ephemeral"}}


def _params(**changes: Any) -> dict[str, Any]:
    params = {
        "model": "claude-sonnet-5-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hello."}],
    }
    params.update(changes)
    return {name: value for name, value in params.items() if value is not ...}


def _user(content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


def _blocks(number: int, **extra: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": "a", **extra} for _ in range(number)]


def _format(**changes: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    return {"format": {"type": "json_schema", "schema": schema, **changes}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"temperature": 0}, "temperature: sampling parameters are not supported"),
        ({"top_p": 0.5}, "top_p: sampling"),
        ({"top_k": 5}, "top_k: sampling"),
        ({"n": 2}, "n: Extra inputs are not permitted"),
        ({"stop_sequences": ["x"]}, "stop_sequences: the simulator does not support"),
        ({"stream": True}, "stream: the simulator does not stream"),
        ({"max_tokens": ...}, "max_tokens: Field required"),
        ({"messages": ...}, "messages: Field required"),
        ({"model": ...}, "model: Field required"),
        ({"model": ""}, "model: Input should be"),
        ({"max_tokens": 0}, "max_tokens: Input should be an integer"),
        ({"max_tokens": True}, "max_tokens: Input should be an integer"),
        ({"max_tokens": 128_001}, "max_tokens: 128001 > 128000"),
        ({"messages": []}, "messages: at least one message"),
        ({"messages": [{"role": "tool", "content": "a"}]}, "messages.0.role"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, "messages.0.role: the first"),
        ({"messages": [{"role": "user", "content": "a", "name": "b"}]}, "messages.0.name: Extra"),
        ({"messages": _user("")}, "messages.0.content: text content must be non-empty"),
        ({"messages": _user([])}, "messages.0.content: Input should be"),
        ({"messages": _user([{"type": "text", "text": " "}])}, "messages.0.content.0.text"),
        ({"messages": _user([{"type": "text", "text": 3}])}, "messages.0.content.0.text"),
        ({"messages": _user([{"type": "image"}])}, "messages.0.content.0.type"),
        ({"messages": _user([{"type": "text", "text": "a", "x": 1}])}, "messages.0.content.0.x"),
        (
            {"messages": [*_user("a"), {"role": "assistant", "content": "{"}]},
            "messages.1: this model does not support prefill",
        ),
        ({"system": [{"type": "text", "text": "a", "b": 1}]}, "system.0.b: Extra"),
        (
            {
                "system": [
                    {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "t": 1}}
                ]
            },
            "system.0.cache_control.t: Extra",
        ),
        (
            {"system": [{"type": "text", "text": "a", "cache_control": {"type": "x"}}]},
            "system.0.cache_control.type",
        ),
        (
            {
                "system": [
                    {
                        "type": "text",
                        "text": "a",
                        "cache_control": {"type": "ephemeral", "ttl": "2h"},
                    }
                ]
            },
            "system.0.cache_control.ttl",
        ),
        ({"system": _blocks(5, **_CACHED)}, "A maximum of 4 blocks with cache_control"),
        (
            {"system": _blocks(4, **_CACHED), "cache_control": {"type": "ephemeral"}},
            "A maximum of 4 blocks with cache_control",
        ),
        (
            {
                "system": _blocks(1, **_CACHED),
                "cache_control": {"type": "ephemeral", "ttl": "1h"},
            },
            "A cache_control block with ttl '1h' must not come after",
        ),
        ({"tool_choice": {"type": "any"}}, "tool_choice: this model does not support forced"),
        ({"tool_choice": {"type": "tool", "name": "x"}}, "tool_choice: this model does not"),
        ({"tools": [{"name": "x"}]}, "tools.0.input_schema: Field required"),
        ({"tools": [{"name": "x", "input_schema": {}, "y": 1}]}, "tools.0.y: Extra"),
        ({"metadata": {"team": "x"}}, "metadata.team: Extra"),
        ({"service_tier": "batch"}, "service_tier"),
        ({"output_config": {"verbosity": "low"}}, "output_config.verbosity: Extra"),
        ({"output_config": {"effort": "most"}}, "output_config.effort"),
        ({"output_config": _format(name="x")}, "output_config.format.name: Extra"),
        ({"output_config": _format(type="json")}, "output_config.format.type"),
        (
            {"output_config": _format(schema={"type": "object", "properties": {}})},
            "output_config.format.schema: For 'object' type, 'additionalProperties'",
        ),
        ({"thinking": {"type": "disabled"}}, "thinking.type: claude-sonnet-5-5 does not support"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking.type"),
        ({"thinking": {"type": "adaptive", "budget_tokens": 1024}}, "thinking.budget_tokens"),
        (
            {"thinking": {"type": "between_tools"}, "output_config": {"effort": "max"}},
            "thinking.type: 'between_tools' is not supported at effort 'max'",
        ),
        (
            {"model": "claude-haiku-5-5", "thinking": {"type": "between_tools"}},
            "thinking.type: claude-haiku-5-5 does not support",
        ),
        (
            {
                "model": "claude-haiku-4-5",
                "max_tokens": 1024,
                "thinking": {"type": "enabled", "budget_tokens": 1024},
            },
            "thinking.budget_tokens: `max_tokens` must be greater",
        ),
        ({"model": "claude-haiku-4-5", "output_config": {"effort": "low"}}, "output_config.effort"),
    ],
)
def test_refused(changes: dict[str, Any], message: str) -> None:
    """What the API does not take is a 400 that names the field."""
    with pytest.raises(ApiError) as caught:
        read_request(_params(**changes))
    assert caught.value.status == 400
    assert caught.value.message.startswith(message)


def test_unknown_model() -> None:
    """A model that nobody knows is a 404."""
    with pytest.raises(ApiError) as caught:
        read_request(_params(model="claude-sonnet-9"))
    assert (caught.value.status, caught.value.message) == (404, "model: claude-sonnet-9")


@pytest.mark.parametrize(
    ("changes", "thinks"),
    [
        ({}, True),
        ({"thinking": {"type": "between_tools"}}, False),
        ({"thinking": {"type": "adaptive", "display": "summarized"}}, True),
        ({"model": "claude-haiku-5-5"}, True),
        ({"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}}, False),
        ({"model": "claude-haiku-4-5-20251001"}, False),
        (
            {
                "system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}],
                "metadata": {"user_id": "u"},
                "service_tier": "auto",
                "stream": False,
                "tool_choice": {"type": "auto"},
                "tools": [{"name": "x", "input_schema": {"type": "object"}}],
                "output_config": {"effort": "low", **_format()},
            },
            True,
        ),
    ],
)
def test_taken(changes: dict[str, Any], thinks: bool) -> None:
    """A right request is taken; the 5.5 models think unless told not to."""
    assert read_request(_params(**changes)).thinks is thinks


def test_counting_needs_no_max_tokens() -> None:
    """A request to count tokens has no `max_tokens`."""
    assert read_request(_params(max_tokens=...), counting=True).max_tokens == 0
    with pytest.raises(ApiError, match="max_tokens: Extra inputs"):
        read_request(_params(), counting=True)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff{}", b'{"a": "\\ud800"}', b"\xed\xa0\x80"])
def test_no_json(body: bytes) -> None:
    """A body that is no JSON in UTF-8, or has half a surrogate pair in it, is a 400."""
    with pytest.raises(ApiError, match="not valid JSON"):
        parse(body)
