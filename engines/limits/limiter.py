"""The one way out to an engine: every request of the process passes here."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from itertools import count

from domain.decisions import Halt
from domain.errors import EngineError
from engines.availability import Availability, Wait
from engines.clock import Clock
from engines.limits.adaptive_concurrency import AdaptiveConcurrency
from engines.limits.lane import Lane, Passage, Waiting
from engines.limits.rate_limit_state import RateLimitState


class Limiter:
    """Lets requests go: a number at once in all, and each model as its limits allow.

    Belongs to one event loop.

    Args:
        max_in_flight: requests under way at once, over all models.
        clock: the time.
        uniform: a random number from 0 to 1, for holds of which the engine didn't say how long.
        limits_share: how much of each limit is used, above 0 to 1.
        longest_outage: seconds a model that can't be asked is waited for at most.
    """

    def __init__(
        self,
        max_in_flight: int,
        *,
        clock: Clock,
        uniform: Callable[[], float],
        limits_share: float = 1.0,
        longest_outage: float = math.inf,
    ) -> None:
        self._max_in_flight = max_in_flight
        self._free = max_in_flight
        self._limits_share = limits_share
        self._clock = clock
        self._uniform = uniform
        self._longest_outage = longest_outage
        self._lanes: dict[str, Lane] = {}
        self._arrivals = count()
        self._shut: str | None = None

    @property
    def waits(self) -> tuple[Wait, ...]:
        """The stretches in which models could not be asked, by their begin."""
        found = [wait for lane in self._lanes.values() for wait in lane.availability.waits]
        return tuple(sorted(found, key=lambda wait: wait.since))

    @asynccontextmanager
    async def passage(self, model: str, size: int, key: Hashable = None) -> AsyncIterator[Passage]:
        """A request's time under way: waits until it may go, and counts it until it is back.

        Args:
            model: whose limits count.
            size: the request's texts in bytes.
            key: by which the same request is known when it comes again.

        Raises:
            EngineError: the gate was shut.
        """
        passage = await self._turn(model, size, key)
        try:
            yield passage
        finally:
            self._take_back(passage)

    def shut(self, why: str) -> None:
        """Let nobody go any more; who waits is told why."""
        self._shut = why
        for lane in self._lanes.values():
            for one in lane.waiting:
                if not one.turn.done():
                    one.turn.set_exception(_halted(why))
            lane.waiting.clear()

    def close(self) -> None:
        """Stop the timers; who still waits is not let go any more."""
        for lane in self._lanes.values():
            if lane.timer:
                lane.timer.cancel()
                lane.timer = None

    async def _turn(self, model: str, size: int, key: Hashable) -> Passage:
        if self._shut is not None:
            raise _halted(self._shut)
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = Lane(
                AdaptiveConcurrency(self._max_in_flight),
                RateLimitState(self._limits_share),
                Availability(model, self._clock, self._longest_outage),
            )
        turn: asyncio.Future[Passage] = asyncio.get_running_loop().create_future()
        lane.waiting.append(Waiting(next(self._arrivals), size, key, turn))
        self._let_go()
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:  # its turn had come just before
                self._take_back(turn.result())
            raise

    def _take_back(self, passage: Passage) -> None:
        passage.leave()
        self._free += 1
        self._let_go()

    def _let_go(self) -> None:
        while self._free and (found := self._next()):
            lane, one = found
            lane.waiting.remove(one)
            self._free -= 1
            passage = Passage(lane, one.size, one.key, self._clock, self._uniform)
            one.turn.set_result(passage)
        if self._free:  # otherwise the next to come back opens the gate again
            for lane in self._lanes.values():
                self._set_timer(lane)

    def _next(self) -> tuple[Lane, Waiting] | None:
        """Who goes next, of those whose lanes may let one go: who has waited longest."""
        now = self._clock.ticks()
        firsts = [
            (lane, first)
            for lane in self._lanes.values()
            if (first := lane.first()) is not None and lane.wait(first.size, now) == 0
        ]
        return min(firsts, key=lambda entry: entry[1].arrival) if firsts else None

    def _set_timer(self, lane: Lane) -> None:
        if lane.timer is not None or (first := lane.first()) is None:
            return
        wait = lane.wait(first.size, self._clock.ticks())
        if wait is not None:
            lane.timer = asyncio.create_task(self._wake(lane, wait))

    async def _wake(self, lane: Lane, seconds: float) -> None:
        await self._clock.sleep(seconds)
        lane.timer = None
        self._let_go()


def _halted(why: str) -> EngineError:
    return EngineError("halted", why, Halt(), unsent=True)
