"""The gate before the simulator's limits, minutes of it, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from domain.usage import TokenUsage
from engines.clock import ManualClock
from engines.limits.limiter import Limiter
from simulator.ratelimit import MessageLimits
from simulator.requests.caching import InputUsage
from simulator.requests.errors import ApiError
from simulator.settings import SimulatorSettings

CALLERS = 250


def limits_of(
    clock: ManualClock,
    *,
    rpm: int = 1_000_000,
    itpm: int = 1_000_000_000,
    otpm: int = 1_000_000_000,
    burst: float = 60,
) -> MessageLimits:
    """Limits a minute, of which so many seconds' worth go at once."""
    return MessageLimits(
        SimulatorSettings(
            requests_per_minute=rpm,
            input_tokens_per_minute=itpm,
            output_tokens_per_minute=otpm,
            burst_seconds=burst,
            clock=clock.ticks,
        )
    )


class Night:
    """Requests without end, of about 1,000 tokens in and 300 out, answered after 1.5 s and more.

    Args:
        refused: share of requests that are refused for another reason than the limits, half of
            them as 529, half as 429.
    """

    def __init__(self, limits: MessageLimits, clock: ManualClock, refused: float = 0.0) -> None:
        self.statuses: Counter[int] = Counter()
        self._limits = limits
        self._clock = clock
        self._refused = refused
        self._chance = random.Random(1)
        self._limiter = Limiter(200, clock=clock, uniform=random.Random(2).random)
        self._callers = [asyncio.create_task(self._ask_on()) for _ in range(CALLERS)]

    async def _ask_on(self) -> None:
        while True:
            input_tokens = int(self._chance.uniform(500, 1500))
            size = int(input_tokens * self._chance.uniform(3.8, 4.2))
            async with self._limiter.passage("m", size) as passage:
                try:
                    usage = await self._answer(input_tokens)
                except ApiError as error:
                    after = error.headers.get("retry-after")
                    passage.refused(float(after) if after else None, error.headers)
                    self.statuses[error.status] += 1
                else:
                    passage.answered(self._limits.headers(), usage)
                    self.statuses[200] += 1

    async def _answer(self, input_tokens: int) -> TokenUsage:
        await self._clock.sleep(self._chance.uniform(0.01, 0.05))  # on its way
        self._limits.admit(InputUsage(input_tokens, 0, 0, 0), 1)
        draw = self._chance.random()
        if draw < self._refused / 2:
            raise ApiError(529, "", headers=self._limits.headers())
        if draw < self._refused:
            raise ApiError(429, "", headers={"retry-after": "1", **self._limits.headers()})
        await self._clock.sleep(self._chance.uniform(1.5, 1.7))
        output_tokens = int(self._chance.uniform(60, 540))
        self._limits.output.take(output_tokens)
        return TokenUsage(uncached_input_tokens=input_tokens, output_tokens=output_tokens)

    async def end(self) -> None:
        """Nobody asks any more."""
        self._limiter.close()
        for caller in self._callers:
            caller.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)


async def minute_of(clock: ManualClock, *nights: Night, warm_up: float) -> Counter[int]:
    """How often each status came in the minute after so many seconds."""
    await clock.advance(warm_up)
    before = sum((night.statuses for night in nights), Counter())
    await clock.advance(60)
    after = sum((night.statuses for night in nights), Counter())
    for night in nights:
        await night.end()
    return after - before


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({"rpm": 600, "burst": 1}, 600),
        ({"rpm": 600, "burst": 60}, 600),
        ({"rpm": 1500, "burst": 1}, 1500),
        ({"itpm": 400_000, "burst": 1}, 400),
        ({"itpm": 400_000, "burst": 60}, 400),
        ({"otpm": 300_000, "burst": 1}, 1000),
        ({"otpm": 300_000, "burst": 60}, 1000),
    ],
)
async def test_limit_is_used(limits: dict[str, Any], allowed: int) -> None:
    """Once warm, 95 % of what a limit allows is used, and under 1 % of requests are refused."""
    clock = ManualClock()
    statuses = await minute_of(clock, Night(limits_of(clock, **limits), clock), warm_up=90)
    assert statuses[200] >= 0.95 * allowed
    assert statuses[429] < 0.01 * statuses.total()


async def test_start() -> None:
    """While a limit is being found out, no request is refused."""
    clock = ManualClock()
    night = Night(limits_of(clock, rpm=60), clock)
    await clock.advance(60)
    await night.end()
    assert night.statuses[200] >= 60
    assert night.statuses[429] == 0


async def test_one_at_a_time() -> None:
    """A limit that is enforced as one request a second is used as well, and found out quickly."""
    clock = ManualClock()
    night = Night(limits_of(clock, rpm=60, burst=1), clock)
    await clock.advance(1200)
    await night.end()
    assert night.statuses[200] >= 0.95 * 1200
    assert night.statuses[429] < 0.01 * night.statuses.total()


async def test_random_refusals() -> None:
    """Where three requests in a hundred are refused at random, a limit is still used."""
    clock = ManualClock()
    night = Night(limits_of(clock, rpm=3000), clock, refused=0.03)
    statuses = await minute_of(clock, night, warm_up=60)
    assert statuses[200] >= 0.95 * 3000


async def test_shared_account() -> None:
    """Two processes on one account use its limit up together and are hardly ever refused."""
    clock = ManualClock()
    limits = limits_of(clock, rpm=1500)
    statuses = await minute_of(clock, Night(limits, clock), Night(limits, clock), warm_up=90)
    assert statuses[200] >= 0.95 * 1500
    assert statuses[429] < 0.01 * statuses.total()
