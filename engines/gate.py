"""The one way out to an engine: every request of the process passes here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from domain.usage import TokenUsage
from engines.clock import Clock
from engines.limits import seconds_until_free
from engines.mirror import Mirror
from engines.pace import Pace


@dataclass(slots=True)
class _Lane:
    """One model's requests: their pace, its limits, and who waits, first come first served."""

    pace: Pace
    mirror: Mirror
    waiting: deque[_Waiting] = field(default_factory=deque)
    timer: asyncio.Task[None] | None = None

    def first(self) -> _Waiting | None:
        """The one who waits longest; None where nobody waits."""
        while self.waiting and self.waiting[0].turn.done():  # cancelled meanwhile
            self.waiting.popleft()
        return self.waiting[0] if self.waiting else None

    def wait(self, size: int, now: float) -> float | None:
        """Seconds until a request of so many bytes may go; None until another has come back."""
        seconds = self.pace.wait(now)
        return None if seconds is None else max(seconds, self.mirror.wait(size, now))


@dataclass(frozen=True, slots=True)
class _Waiting:
    arrival: int
    size: int
    turn: asyncio.Future[Passage]


class Passage:
    """One request on its way; it must be told how the engine took it.

    A request about which nothing is said (a lost connection, a refused body) changes no pace.
    """

    def __init__(self, lane: _Lane, size: int, clock: Clock, uniform: Callable[[], float]) -> None:
        self._pace = lane.pace
        self._mirror = lane.mirror
        self._clock = clock
        self._uniform = uniform
        self._era = lane.pace.sent()
        self._charge = lane.mirror.take(size, clock.ticks())

    def answered(self, headers: Mapping[str, str], usage: TokenUsage | None = None) -> None:
        """Say that an answer came.

        Args:
            headers: of the response; the limits they report are followed.
            usage: the answer's own count; None where it can't be read.
        """
        self._pace.answered(self._era)
        if usage:
            self._mirror.used(self._charge, usage)
        self._heed(headers)

    def refused(self, after: float | None, headers: Mapping[str, str]) -> None:
        """Say that the engine is at its limit; `after` is in seconds, None if it did not say."""
        self._pace.refused(self._era, self._clock.ticks(), after, self._uniform)
        self._mirror.give_back(self._charge, headers)
        self._heed(headers, until_reset=after is None)

    def leave(self) -> None:
        """Say that the request is no longer under way."""
        self._pace.back(self._era)

    def _heed(self, headers: Mapping[str, str], *, until_reset: bool = True) -> None:
        # A reset says when a limit is whole again, `retry-after` when it will do.
        seconds = seconds_until_free(headers, self._clock.now()) if until_reset else 0.0
        if seconds > 0:
            self._pace.hold(self._era, self._clock.ticks(), seconds)
        if self._mirror.heed(headers, self._charge, self._clock.ticks()):
            self._pace.widen()


class Gate:
    """Lets requests go: a number at once in all, and each model as its limits allow.

    Belongs to one event loop.

    Args:
        max_in_flight: requests under way at once, over all models.
        clock: the time.
        uniform: a random number from 0 to 1, for holds of which the engine didn't say how long.
        limits_share: how much of each limit is used, above 0 to 1.
    """

    def __init__(
        self,
        max_in_flight: int,
        *,
        clock: Clock,
        uniform: Callable[[], float],
        limits_share: float = 1.0,
    ) -> None:
        self._max_in_flight = max_in_flight
        self._free = max_in_flight
        self._limits_share = limits_share
        self._clock = clock
        self._uniform = uniform
        self._lanes: dict[str, _Lane] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def passage(self, model: str, size: int) -> AsyncIterator[Passage]:
        """A request's time under way: waits until it may go, and counts it until it is back.

        Args:
            model: whose limits count.
            size: the request's texts in bytes.
        """
        passage = await self._turn(model, size)
        try:
            yield passage
        finally:
            self._take_back(passage)

    def close(self) -> None:
        """Stop the timers; who still waits is not let go any more."""
        for lane in self._lanes.values():
            if lane.timer:
                lane.timer.cancel()
                lane.timer = None

    async def _turn(self, model: str, size: int) -> Passage:
        lane = self._lanes.get(model)
        if lane is None:
            pace, mirror = Pace(self._max_in_flight), Mirror(self._limits_share)
            lane = self._lanes[model] = _Lane(pace, mirror)
        turn: asyncio.Future[Passage] = asyncio.get_running_loop().create_future()
        lane.waiting.append(_Waiting(next(self._arrivals), size, turn))
        self._let_go()
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # its turn had come just before
                self._take_back(turn.result())
            raise

    def _take_back(self, passage: Passage) -> None:
        passage.leave()
        self._free += 1
        self._let_go()

    def _let_go(self) -> None:
        while self._free and (lane := self._next_lane()):
            next_one = lane.waiting.popleft()
            self._free -= 1
            next_one.turn.set_result(Passage(lane, next_one.size, self._clock, self._uniform))
        if self._free:  # otherwise the next to come back opens the gate again
            for lane in self._lanes.values():
                self._set_timer(lane)

    def _next_lane(self) -> _Lane | None:
        """The lane whose first has waited longest, of those that may let one go."""
        now = self._clock.ticks()
        open_lanes = [
            (first.arrival, lane)
            for lane in self._lanes.values()
            if (first := lane.first()) is not None and lane.wait(first.size, now) == 0
        ]
        return min(open_lanes, key=lambda entry: entry[0])[1] if open_lanes else None

    def _set_timer(self, lane: _Lane) -> None:
        if lane.timer is not None or (first := lane.first()) is None:
            return
        wait = lane.wait(first.size, self._clock.ticks())
        if wait is not None:
            lane.timer = asyncio.create_task(self._wake(lane, wait))

    async def _wake(self, lane: _Lane, seconds: float) -> None:
        await self._clock.sleep(seconds)
        lane.timer = None
        self._let_go()
