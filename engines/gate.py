"""The one way out to an engine: every request of the process passes here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from engines.clock import Clock
from engines.limits import seconds_until_free
from engines.pace import Pace


class Passage:
    """One request on its way; it must be told how the engine took it.

    A request about which nothing is said (a lost connection, a refused body) changes no pace.
    """

    def __init__(self, pace: Pace, clock: Clock, uniform: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._uniform = uniform
        self._era = pace.sent()

    def answered(self, headers: Mapping[str, str]) -> None:
        """Say that an answer came; a limit that its headers report as used up holds everyone."""
        self._pace.answered(self._era)
        self._heed(headers)

    def refused(self, after: float | None, headers: Mapping[str, str]) -> None:
        """Say that the engine is at its limit; `after` is in seconds, None if it did not say."""
        self._pace.refused(self._era, self._clock.ticks(), after, self._uniform)
        if after is None:  # a reset says when a limit is whole again, `retry-after` when it will do
            self._heed(headers)

    def leave(self) -> None:
        """Say that the request is no longer under way."""
        self._pace.back(self._era)

    def _heed(self, headers: Mapping[str, str]) -> None:
        seconds = seconds_until_free(headers, self._clock.now())
        if seconds > 0:
            self._pace.hold(self._era, self._clock.ticks(), seconds)


@dataclass(slots=True)
class _Lane:
    """One model's requests: their pace, and who waits, first come first served."""

    pace: Pace
    waiting: deque[tuple[int, asyncio.Future[Passage]]] = field(default_factory=deque)
    timer: asyncio.Task[None] | None = None

    def first_arrival(self) -> int | None:
        """The number of the one who waits longest; None where nobody waits."""
        while self.waiting and self.waiting[0][1].done():  # cancelled meanwhile
            self.waiting.popleft()
        return self.waiting[0][0] if self.waiting else None


class Gate:
    """Lets requests go: a number at once in all, and each model at its own pace.

    Belongs to one event loop.

    Args:
        max_in_flight: requests under way at once, over all models.
        clock: the time.
        uniform: a random number from 0 to 1, for holds of which the engine didn't say how long.
    """

    def __init__(self, max_in_flight: int, *, clock: Clock, uniform: Callable[[], float]) -> None:
        self._max_in_flight = max_in_flight
        self._free = max_in_flight
        self._clock = clock
        self._uniform = uniform
        self._lanes: dict[str, _Lane] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def passage(self, model: str) -> AsyncIterator[Passage]:
        """A request's time under way: waits until it may go, and counts it until it is back."""
        passage = await self._turn(model)
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

    async def _turn(self, model: str) -> Passage:
        lane = self._lanes.setdefault(model, _Lane(Pace(self._max_in_flight)))
        turn: asyncio.Future[Passage] = asyncio.get_running_loop().create_future()
        lane.waiting.append((next(self._arrivals), turn))
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
            _, turn = lane.waiting.popleft()
            self._free -= 1
            turn.set_result(Passage(lane.pace, self._clock, self._uniform))
        for lane in self._lanes.values():
            self._set_timer(lane)

    def _next_lane(self) -> _Lane | None:
        """The lane whose first has waited longest, of those that may let one go."""
        now = self._clock.ticks()
        open_lanes = [
            (arrival, lane)
            for lane in self._lanes.values()
            if (arrival := lane.first_arrival()) is not None and lane.pace.wait(now) == 0
        ]
        return min(open_lanes, key=lambda entry: entry[0])[1] if open_lanes else None

    def _set_timer(self, lane: _Lane) -> None:
        wait = lane.pace.wait(self._clock.ticks())
        if wait and lane.timer is None and lane.first_arrival() is not None:
            lane.timer = asyncio.create_task(self._wake(lane, wait))

    async def _wake(self, lane: _Lane, seconds: float) -> None:
        await self._clock.sleep(seconds)
        lane.timer = None
        self._let_go()
