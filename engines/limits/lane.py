"""One model's requests: who waits, who is under way, and what befell them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import count

from domain.decisions import GiveUp, Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from domain.usage import TokenUsage
from engines.availability import Availability, told_as
from engines.clock import Clock
from engines.limits.adaptive_concurrency import LONGEST_HOLD, AdaptiveConcurrency
from engines.limits.headers import seconds_until_free
from engines.limits.rate_limit_state import RateLimitState


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A request that waits for its turn.

    Attributes:
        arrival: its place among all that ever waited.
        size: its texts in bytes.
        key: by which it is known again; None where it is not.
    """

    arrival: int
    size: int
    key: Hashable
    turn: asyncio.Future[Passage]


@dataclass(slots=True)
class Lane:
    """One model's requests: their pace, its limits, its weather, and who waits.

    First come, first served; but while it is to be seen whether the engine is back, whoever met
    the fewest faults goes first, so that a request that is answered by faults only keeps nobody
    from finding out.
    """

    pace: AdaptiveConcurrency
    rate_limits: RateLimitState
    availability: Availability
    waiting: deque[Waiting] = field(default_factory=deque)
    timer: asyncio.Task[None] | None = None
    _moments: count[int] = field(default_factory=count)
    _faults: Counter[Hashable] = field(default_factory=Counter)
    _last_fault: dict[Hashable, int] = field(default_factory=dict)
    _newest_answered: int = -1

    def first(self) -> Waiting | None:
        """The one whose turn is next; None where nobody waits."""
        while self.waiting and self.waiting[0].turn.done():  # cancelled meanwhile
            self.waiting.popleft()
        if not self.waiting or not self.pace.is_probing:
            return self.waiting[0] if self.waiting else None
        alive = (one for one in self.waiting if not one.turn.done())
        return min(alive, key=lambda one: (self._faults[one.key], one.arrival))

    def wait(self, size: int, now: float) -> float | None:
        """Seconds until a request of so many bytes may go; None until another has come back."""
        seconds = self.pace.wait(now)
        return None if seconds is None else max(seconds, self.rate_limits.wait(size, now))

    def moment(self) -> int:
        """A number that grows with each call: what came after what."""
        return next(self._moments)

    def answered(self, key: Hashable, sent: int) -> None:
        """Take note that a request which was sent at that moment was answered."""
        self._newest_answered = max(self._newest_answered, sent)
        self._faults.pop(key, None)
        self._last_fault.pop(key, None)

    def heard(self) -> None:
        """Take note that the engine answered something else than a request of this lane."""
        self._newest_answered = self.moment()

    def is_own(self, key: Hashable) -> bool:
        """Take note that a request met a fault; whether that is its own, not the engine's.

        It is where another that was sent since its last fault was answered.
        """
        last = self._last_fault.get(key)
        if key is not None:
            self._last_fault[key] = self.moment()
            self._faults[key] += 1
        return last is not None and self._newest_answered > last


class Passage:
    """One request on its way; it must be told how the engine took it."""

    def __init__(
        self, lane: Lane, size: int, key: Hashable, clock: Clock, uniform: Callable[[], float]
    ) -> None:
        self._lane = lane
        self._pace = lane.pace
        self._rate_limits = lane.rate_limits
        self._key = key
        self._clock = clock
        self._uniform = uniform
        self._sent = lane.moment()
        self._era = lane.pace.sent()
        self._charge = lane.rate_limits.take(size, clock.ticks())

    def answered(self, headers: Mapping[str, str], usage: TokenUsage | None = None) -> None:
        """Say that an answer came.

        Args:
            headers: of the response; the limits they report are followed.
            usage: the answer's own count; None where it can't be read.
        """
        self._lane.answered(self._key, self._sent)
        self._pace.answered(self._era)
        if not self._pace.strikes:
            self._lane.availability.fair()
        if usage:
            self._rate_limits.used(self._charge, usage)
        self._heed(headers)

    def refused(self, after: float | None, headers: Mapping[str, str]) -> None:
        """Say that the engine is at its limit; `after` is in seconds, None if it did not say."""
        self._pace.refused(self._era, self._clock.ticks(), after, self._uniform)
        self._rate_limits.give_back(self._charge, headers)
        self._heed(headers, until_reset=after is None)

    def failed(self, error: EngineError, headers: Mapping[str, str]) -> EngineError:
        """Say that no answer came.

        Args:
            error: what came instead.
            headers: of the response; empty where none came.

        Returns:
            The error, decided anew by what befell the others: a fault that only this request
            meets is its own, and an engine that was away for too long is not waited for any more.
        """
        decision = error.decision
        if isinstance(decision, GiveUp) and error.status is not None:
            self.answered(headers)  # whatever it says, it is there
        if not isinstance(decision, Outage | SlowDown):
            return error
        if self._lane.is_own(self._key):
            if isinstance(decision, Outage):
                error.decision = Retry()
            else:
                self.refused(decision.after, headers)
            return error
        strikes = self._pace.strikes
        if isinstance(decision, Outage):
            self._pace.failed(self._era, self._clock.ticks(), decision.after, self._uniform)
            self._rate_limits.give_back(self._charge, headers)
        else:
            self.refused(decision.after, headers)
        return self._weathered(error, decision) if self._pace.strikes > strikes else error

    @property
    def is_waited_for(self) -> bool:
        """Whether nothing was answered for so long that it is told."""
        return self._lane.availability.is_told

    def heard(self) -> None:
        """Say that somebody is there: what is met from now on is each request's own."""
        self._lane.heard()

    def leave(self) -> None:
        """Say that the request is no longer under way."""
        self._pace.back(self._era)

    def _weathered(self, error: EngineError, decision: Outage | SlowDown) -> EngineError:
        availability = self._lane.availability
        hold = self._pace.closed_until - self._clock.ticks()
        availability.fault(told_as(error, decision.after, LONGEST_HOLD), hold)
        if (why := availability.too_long()) is not None:
            return EngineError(
                error.kind,
                why,
                Halt(),
                status=error.status,
                request_id=error.request_id,
                latency_ms=error.latency_ms,
                unsent=error.unsent,
            )
        if availability.is_told:
            error.decision = Outage(decision.after)
        return error

    def _heed(self, headers: Mapping[str, str], *, until_reset: bool = True) -> None:
        # A reset says when a limit is whole again, `retry-after` when it will do.
        seconds = seconds_until_free(headers, self._clock.now()) if until_reset else 0.0
        if seconds > 0:
            self._pace.hold(self._era, self._clock.ticks(), seconds)
        if self._rate_limits.heed(headers, self._charge, self._clock.ticks()):
            self._pace.widen()
