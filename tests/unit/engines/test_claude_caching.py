"""Where the cache's breakpoints stand, and who goes first for a prefix."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from engines.claude.caching import breakpoints, prefixes
from engines.claude.messages import request_of
from engines.clock import ManualClock
from engines.online.vanguard import Vanguard
from engines.port import Question
from engines.rough_tokens import rough_tokens
from simulator.requests.caching import prefixes as simulated_prefixes
from simulator.requests.validation import read_request

# As JSON 83 characters, 21 tokens.
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def question(*system: str, model: str = "claude-sonnet-5-5", own_repeats: bool = True) -> Question:
    return Question(
        task="translate",
        model=model,
        system=system,
        user='{"task":"translate"}',
        schema=SCHEMA,
        max_tokens=1024,
        prompt_version="0123456789abcdef",
        own_repeats=own_repeats,
    )


def cache_controls(request: Any) -> list[Any]:
    return [block.get("cache_control") for block in request["system"]]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("four", 1), ("fives", 2), ("schön", 2), ("倉庫", 2), ("⟦1⟧ four", 4)],
)
def test_rough_tokens(text: str, tokens: int) -> None:
    """Four characters are a token; an Asian character or a sign is one by itself."""
    assert rough_tokens(text) == tokens


@pytest.mark.parametrize(
    ("model", "minimum"),
    [
        ("claude-fable-5-2", 512),
        ("claude-sonnet-5-5", 1_024),
        ("claude-opus-5-5", 1_024),
        ("claude-haiku-5-5", 4_096),
    ],
)
def test_minimum(model: str, minimum: int) -> None:
    """A breakpoint stands at the end of the pair's block where the prefix reaches the minimum."""
    long = "x" * 4 * (minimum - 22)
    assert breakpoints(question(long, "pair", model=model)) == (1,)
    assert breakpoints(question(long[4:], "pair", model=model)) == ()


def test_the_jobs_own_block() -> None:
    """The job's own block ends in a breakpoint only where the job sends it again."""
    long = "x" * 4_000
    whole = question(long, "pair", long)
    assert breakpoints(whole) == (2,)
    assert breakpoints(replace(whole, system=(long + long, "pair", "own"))) == (1, 2)
    assert breakpoints(replace(whole, own_repeats=False)) == ()


def test_breakpoints_in_a_request() -> None:
    """Breakpoints are told with their time to live; without one nothing is said of caching."""
    asked = question("x" * 5_000, "pair", "own")
    hour = {"type": "ephemeral", "ttl": "1h"}
    minutes = {"type": "ephemeral", "ttl": "5m"}
    assert cache_controls(request_of(asked)) == [None, minutes, minutes]
    assert cache_controls(request_of(asked, ttl="1h")) == [None, hour, hour]
    assert cache_controls(request_of(asked, ttl=None)) == [None, None, None]


@pytest.mark.parametrize(
    "other",
    [
        question("x" * 5_000, "another pair"),
        question("y" * 5_000, "pair"),
        question("x" * 5_000, "pair", model="claude-opus-5-5"),
        replace(question("x" * 5_000, "pair"), effort="low"),
        replace(question("x" * 5_000, "pair"), schema=SCHEMA | {"description": "another"}),
    ],
)
def test_other_prefix(other: Question) -> None:
    """Another block, model, effort or schema is another prefix, here as in the simulator."""
    one = request_of(question("x" * 5_000, "pair"))
    two = request_of(other)
    assert set(prefixes(one)).isdisjoint(prefixes(two))
    cached = [
        {prefix.key for prefix in simulated_prefixes(read_request(request), "key") if prefix.ttl}
        for request in (one, two)
    ]
    assert cached[0].isdisjoint(cached[1])


def test_same_prefix() -> None:
    """What stands after a breakpoint is no part of its prefix; without one there is none."""
    asked = question("x" * 5_000, "pair", "own")
    shared, own = prefixes(request_of(asked))
    other = replace(asked, system=("x" * 5_000, "pair", "another's"), user="{}", max_tokens=7)
    assert prefixes(request_of(other))[0] == shared
    assert prefixes(request_of(other))[1] != own
    assert prefixes(request_of(asked, ttl=None)) == ()


class Rehearsal:
    """Requests that take a turn each; they are answered, or fail, when told to."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.vanguard = Vanguard(300.0, self.clock)
        self.sent: list[str] = []
        self._ends: dict[str, asyncio.Future[bool]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, *names: str, held: tuple[bytes, ...]) -> None:
        """Start requests, each by a name, with the same prefixes."""
        for name in names:
            self._ends[name] = asyncio.get_running_loop().create_future()
            self._tasks[name] = asyncio.create_task(self._request(name, held))
        await self.clock.advance(0)

    async def end(self, *names: str, answered: bool = True) -> None:
        """Answer requests, or let them fail."""
        for name in names:
            self._ends[name].set_result(answered)
        await asyncio.gather(*(self._tasks[name] for name in names))
        await self.clock.advance(0)

    async def cancel(self, name: str) -> None:
        """Take a request back."""
        self._tasks[name].cancel()
        await self.clock.advance(0)

    async def _request(self, name: str, held: tuple[bytes, ...]) -> None:
        async with self.vanguard.turn(held) as turn:
            self.sent.append(name)
            sent = self.clock.ticks()
            if await self._ends[name]:
                turn.answered(sent)


async def test_one_goes_first() -> None:
    """One request goes first for a new prefix; the rest go together once it is answered."""
    requests = Rehearsal()
    await requests.ask("a", "b", "c", held=(b"p",))
    assert requests.sent == ["a"]
    await requests.end("a")
    assert requests.sent == ["a", "b", "c"]
    await requests.ask("d", held=(b"p",))
    assert requests.sent == ["a", "b", "c", "d"]
    await requests.end("b", "c", "d")


async def test_the_next_leads() -> None:
    """Where the first one fails or is taken back, one other goes first."""
    requests = Rehearsal()
    await requests.ask("a", "b", "c", "d", held=(b"p",))
    await requests.end("a", answered=False)
    assert requests.sent == ["a", "b"]
    await requests.cancel("b")
    assert requests.sent == ["a", "b", "c"]
    await requests.end("c")
    assert requests.sent == ["a", "b", "c", "d"]
    await requests.end("d")


async def test_prefixes_apart() -> None:
    """Requests with other prefixes, or with none, wait for nobody."""
    requests = Rehearsal()
    await requests.ask("a", held=(b"p",))
    await requests.ask("b", held=(b"q",))
    await requests.ask("c", "d", held=())
    assert requests.sent == ["a", "b", "c", "d"]
    await requests.end("a", "b", "c", "d")


async def test_two_prefixes() -> None:
    """A job's own prefix is led apart: one of each job, once the shared one is cached."""
    requests = Rehearsal()
    await requests.ask("a1", "a2", held=(b"p", b"pa"))
    await requests.ask("b1", "b2", held=(b"p", b"pb"))
    assert requests.sent == ["a1"]
    await requests.end("a1")
    assert sorted(requests.sent) == ["a1", "a2", "b1"]
    await requests.end("b1")
    assert sorted(requests.sent) == ["a1", "a2", "b1", "b2"]
    await requests.end("a2", "b2")


async def test_cold_again() -> None:
    """A prefix lives for five minutes after it was last sent, not after its last answer."""
    requests = Rehearsal()
    await requests.ask("a", held=(b"p",))
    await requests.clock.advance(100)
    await requests.end("a")
    await requests.clock.advance(199)
    await requests.ask("b", held=(b"p",))
    await requests.end("b")
    await requests.clock.advance(300)
    await requests.ask("c", "d", held=(b"p",))
    assert requests.sent == ["a", "b", "c"]
    await requests.end("c")
    await requests.end("d")
