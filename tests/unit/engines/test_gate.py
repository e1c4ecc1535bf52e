"""The gate that every request passes, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from domain.usage import TokenUsage
from engines.clock import ManualClock
from engines.limits.limiter import Limiter, Passage

USED_UP = {
    "anthropic-ratelimit-requests-remaining": "0",
    "anthropic-ratelimit-requests-reset": "2026-03-06T22:00:30Z",
}


class Crowd:
    """Requests that pass a gate, each under way until it is told how it ended."""

    def __init__(self, max_in_flight: int) -> None:
        self.clock = ManualClock()
        self.limiter = Limiter(max_in_flight, clock=self.clock, uniform=lambda: 1.0)
        self.went: list[tuple[str, float]] = []
        self.under_way: list[tuple[str, Passage, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.on_leaving: Callable[[], object] = lambda: None

    async def come(self, *names: str) -> None:
        """Requests come to the gate; a name's first letter is its model."""
        self.tasks += [asyncio.create_task(self._pass(name)) for name in names]
        await self.clock.advance(0)

    async def _pass(self, name: str) -> None:
        async with self.limiter.passage(name[0], 400) as passage:
            self.went.append((name, self.clock.ticks()))
            done = asyncio.Event()
            self.under_way.append((name, passage, done))
            await done.wait()
        self.on_leaving()

    async def end(self, count: int = 1000, *, refused: float | None = None) -> None:
        """The first of those under way come back: answered, or refused with a `retry-after`."""
        for _ in range(min(count, len(self.under_way))):
            _, passage, done = self.under_way.pop(0)
            if refused is None:
                passage.answered({})
            else:
                passage.refused(refused, {})
            done.set()
        await self.clock.advance(0)

    async def warm_up(self, models: str) -> None:
        """Widen each model's width to eight at least, and forget how."""
        for model in models:
            for _ in range(6):
                await self.come(f"{model}0")
                await self.end()
        self.went.clear()

    def names(self) -> list[str]:
        return [name for name, _ in self.went]

    async def go_home(self) -> None:
        self.limiter.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_at_most_so_many() -> None:
    """No more requests than allowed are under way over all models, first come first served."""
    crowd = Crowd(2)
    await crowd.come("a1", "b1", "a2", "b2")
    assert crowd.names() == ["a1", "b1"]
    await crowd.end(1)
    assert crowd.names() == ["a1", "b1", "a2"]
    await crowd.go_home()


async def test_one_hold_for_all() -> None:
    """A crowd refused at once waits one hold together, and follows gradually."""
    crowd = Crowd(8)
    await crowd.warm_up("a")
    await crowd.come(*(f"a{n}" for n in range(8)))
    await crowd.end(8, refused=5.0)
    await crowd.come(*(f"a{n}" for n in range(8, 16)))
    went = []
    for seconds in (4.75, 0.25):
        await crowd.clock.advance(seconds)
        went.append(len(crowd.went) - 8)
    await crowd.end(1)
    went.append(len(crowd.went) - 8)
    assert went == [0, 3, 5]
    await crowd.go_home()


async def test_each_model_its_own_pace() -> None:
    """A model that is held back holds back no other."""
    crowd = Crowd(8)
    await crowd.come("a1")
    await crowd.end(1, refused=60.0)
    await crowd.come("a2", "b1")
    assert crowd.names() == ["a1", "b1"]
    await crowd.clock.advance(60.0)
    assert crowd.names() == ["a1", "b1", "a2"]
    await crowd.go_home()


async def test_used_up_limit() -> None:
    """An answer whose headers report a limit as used up holds the rest until its reset."""
    crowd = Crowd(8)
    await crowd.come("a1")
    _, passage, done = crowd.under_way.pop()
    passage.answered(USED_UP)
    done.set()
    await crowd.come("a2")
    await crowd.clock.advance(29.9)
    assert crowd.names() == ["a1"]
    await crowd.clock.advance(0.1)
    assert crowd.went[1:] == [("a2", 30.0)]
    await crowd.go_home()


async def test_limits_that_are_told() -> None:
    """Once an answer tells the limits, what they allow goes at once, the rest as they refill."""
    crowd = Crowd(64)
    await crowd.come("a1")
    _, passage, done = crowd.under_way.pop()
    passage.answered(
        {
            "anthropic-ratelimit-requests-limit": "600",
            "anthropic-ratelimit-requests-remaining": "10",
        }
    )
    done.set()
    await crowd.come(*(f"a{n}" for n in range(2, 12)))
    assert len(crowd.went) == 1 + 5
    await crowd.clock.advance(0.25)
    assert [name for name in crowd.went if name[1]] == [("a7", 0.1), ("a8", 0.2)]
    await crowd.go_home()


async def test_size_counts() -> None:
    """A request that does not fit what is left of the input waits, and so do those behind it."""
    crowd = Crowd(64)
    await crowd.come("a1")
    _, passage, done = crowd.under_way.pop()
    passage.answered(
        {
            "anthropic-ratelimit-input-tokens-limit": "6000",
            "anthropic-ratelimit-input-tokens-remaining": "500",
        },
        TokenUsage(uncached_input_tokens=100),
    )
    done.set()
    await crowd.come("a2", "a3", "a4", "a5")
    assert crowd.names() == ["a1", "a2", "a3", "a4"]
    await crowd.clock.advance(1.0)
    assert crowd.went[4:] == [("a5", 1.0)]
    await crowd.go_home()


async def test_retry_after_before_reset() -> None:
    """A refusal that names its own time is taken at its word, not held until a full reset."""
    crowd = Crowd(8)
    await crowd.come("a1")
    _, passage, done = crowd.under_way.pop()
    passage.refused(2.0, USED_UP)
    done.set()
    await crowd.come("a2")
    await crowd.clock.advance(2.0)
    assert crowd.went[1:] == [("a2", 2.0)]
    await crowd.go_home()


async def test_cancelled_while_waiting() -> None:
    """A request that is cancelled while it waits takes no place away."""
    crowd = Crowd(1)
    await crowd.come("a1", "a2", "a3")
    crowd.tasks[1].cancel()
    await crowd.end(1)
    assert crowd.names() == ["a1", "a3"]
    await crowd.go_home()


async def test_cancelled_in_the_moment_of_its_turn() -> None:
    """A request that is cancelled just as its turn comes gives its place back."""
    crowd = Crowd(1)
    await crowd.come("a1", "a2", "a3")
    crowd.on_leaving = crowd.tasks[1].cancel  # a1 has left, a2 has its turn and has not run yet
    crowd.under_way.pop(0)[2].set()
    await crowd.clock.advance(0)
    assert crowd.names() == ["a1", "a3"]
    await crowd.go_home()


async def test_lost_request() -> None:
    """A request that fails for another reason changes no pace and frees its place."""
    crowd = Crowd(1)
    await crowd.come("a1", "a2")
    crowd.under_way.pop(0)[2].set()
    await crowd.clock.advance(0)
    assert crowd.went == [("a1", 0.0), ("a2", 0.0)]
    await crowd.go_home()
