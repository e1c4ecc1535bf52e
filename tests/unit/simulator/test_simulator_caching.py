"""The simulator's prompt cache."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.requests.caching import InputUsage, PromptCache, input_tokens, prefixes
from simulator.requests.validation import read_request

_SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """A clock that stands still until it is set."""
    return _Clock()


@pytest.fixture
def cache(clock: _Clock) -> PromptCache:
    """An empty cache."""
    return PromptCache(clock)


def _block(letter: str, tokens: int, ttl: str | None = None) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": letter * tokens * 4}
    if ttl:
        block["cache_control"] = {"type": "ephemeral", "ttl": ttl}
    return block


def _ask(
    cache: PromptCache, *system: dict[str, Any], owner: str = "k", begin: bool = True, **more: Any
) -> InputUsage:
    request = read_request(
        {
            "model": "claude-sonnet-5-5",
            "max_tokens": 9,
            "system": list(system),
            "messages": [{"role": "user", "content": "ask."}],
            **more,
        }
    )
    usage, to_write = cache.look_up(prefixes(request, owner), input_tokens(request), 1024)
    if begin:
        cache.write(to_write)
    return usage


def test_write_then_read(cache: PromptCache) -> None:
    """The first request writes its prefix, the next one reads it; the turn itself is neither."""
    assert _ask(cache, _block("a", 2000, "5m")) == InputUsage(4, 0, 2000, 0)
    assert _ask(cache, _block("a", 2000, "5m")) == InputUsage(4, 2000, 0, 0)


def test_visible_once_the_answer_began(cache: PromptCache) -> None:
    """Until the first answer began, every request writes."""
    assert _ask(cache, _block("a", 2000, "5m"), begin=False) == InputUsage(4, 0, 2000, 0)
    assert _ask(cache, _block("a", 2000, "5m")) == InputUsage(4, 0, 2000, 0)


def test_too_small(cache: PromptCache) -> None:
    """A prefix below the model's minimum is not cached, and nothing says so."""
    for _ in range(2):
        assert _ask(cache, _block("a", 1023, "5m")) == InputUsage(1027, 0, 0, 0)


def test_two_breakpoints(cache: PromptCache) -> None:
    """A shared prefix is read and the job's own part written, each with its own time to live."""
    first = _ask(cache, _block("a", 2000, "1h"), _block("b", 500, "5m"))
    assert first == InputUsage(4, 0, 500, 2000)
    second = _ask(cache, _block("a", 2000, "1h"), _block("c", 300, "5m"))
    assert second == InputUsage(4, 2000, 300, 0)


def test_small_first_breakpoint(cache: PromptCache) -> None:
    """A breakpoint below the minimum joins the next one."""
    usage = _ask(cache, _block("a", 1000, "1h"), _block("b", 1000, "5m"))
    assert usage == InputUsage(4, 0, 2000, 0)


def test_blocks_before_the_breakpoint(cache: PromptCache) -> None:
    """From a breakpoint, shorter prefixes that were cached are found too."""
    _ask(cache, _block("a", 2000, "5m"))
    usage = _ask(cache, _block("a", 2000), _block("b", 100, "5m"))
    assert usage == InputUsage(4, 2000, 100, 0)


def test_expiry_and_refresh(cache: PromptCache, clock: _Clock) -> None:
    """Five minutes count from the last read."""
    block = _block("a", 2000, "5m")
    _ask(cache, block)
    clock.now = 299
    assert _ask(cache, block).read == 2000
    clock.now = 299 + 299
    assert _ask(cache, block).read == 2000
    clock.now = 299 + 299 + 300
    assert _ask(cache, block) == InputUsage(4, 0, 2000, 0)


def test_an_hour(cache: PromptCache, clock: _Clock) -> None:
    """With `ttl` 1h a prefix lives for an hour."""
    _ask(cache, _block("a", 2000, "1h"))
    clock.now = 3599
    assert _ask(cache, _block("a", 2000, "1h")).read == 2000


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "other"},
        {"model": "claude-opus-5-5"},
        {"output_config": {"effort": "low"}},
        {"output_config": {"format": {"type": "json_schema", "schema": _SCHEMA}}},
        {"thinking": {"type": "between_tools"}},
        {"tools": [{"name": "t", "input_schema": {"type": "object"}}]},
    ],
)
def test_other_prefixes(cache: PromptCache, change: dict[str, Any]) -> None:
    """Another key, model, format, effort, thinking or tool is another prefix."""
    _ask(cache, _block("a", 2000, "5m"))
    assert _ask(cache, _block("a", 2000, "5m"), **change).read == 0


def test_cache_control_is_no_part(cache: PromptCache) -> None:
    """What is cached for an hour can be read by a request that asks for five minutes."""
    _ask(cache, _block("a", 2000, "1h"))
    assert _ask(cache, _block("a", 2000, "5m")) == InputUsage(4, 2000, 0, 0)
