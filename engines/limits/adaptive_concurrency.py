"""How many requests to a model may be under way: pure decisions, time handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engines.limits.backoff import delay, pause
from engines.limits.mean import Mean

LONGEST_HOLD = 300.0
"""Seconds a hold lasts at most, whatever an engine asks for.

Limits are by the minute, so a longer word is a mistake of a proxy's or a limit of another kind;
finding out costs one request every five minutes, while a day's hold costs the night.
"""

SHORTEST_HOLD = 0.25
"""Seconds a hold lasts at least where the engine did not say how long."""

FIRST_WIDTH = 2
"""Requests under way at once before the first answer; what the limits are nobody knows yet."""

MEMORY = 16
"""Requests that the share of refusals goes by."""


@dataclass(slots=True)
class AdaptiveConcurrency:
    """The pace of one model.

    Requests go gradually at first, as TCP starts slowly (RFC 5681, 3.1): with each answer one more
    may be under way. A hold lets nothing go until it is over; then as many go as the share of
    requests that were not refused of late allows, and again one more with each answer. So an
    engine that refuses everything is tried with one request, and one that refuses a few in a
    hundred loses a few in a hundred.

    Requests that were sent before a hold say nothing about how long another has to be, so each
    belongs to an era, and a hold begins a new one: of many requests that fail together only the
    first counts.

    An engine that is away is tried with one request, and rarely; as long as something is answered
    meanwhile, a fault is no sign that it is.

    Attributes:
        widest: requests under way at once, at most.
        width: requests of this era under way at once, at most for now.
        under_way: requests of this era under way.
        closed_until: in ticks; nothing goes before.
        era: which stretch between two holds this is.
        strikes: refusals and faults in a row that began a hold, without an answer to what was sent
            since.
        trouble: the era that the first of the strikes began.
    """

    widest: int
    width: int = field(init=False)
    under_way: int = 0
    closed_until: float = 0.0
    era: int = 0
    strikes: int = 0
    trouble: int = 0
    _refusals: Mean = field(default_factory=lambda: Mean(MEMORY))
    _narrow: bool = False
    _wide: int = 1
    _is_away: bool = False
    _is_heard: bool = False
    _is_well: bool = True

    def __post_init__(self) -> None:
        self.width = min(FIRST_WIDTH, self.widest)

    @property
    def is_probing(self) -> bool:
        """Whether one request at a time goes, to see whether the engine is back."""
        return self._is_away and self.strikes > 0 and (self.strikes > 1 or not self._is_heard)

    def wait(self, now: float) -> float | None:
        """Seconds until a request may go, 0 for now; None until another has come back."""
        if now < self.closed_until:
            return self.closed_until - now
        if self._narrow:
            self._narrow = False
            self.width = 1 if self.is_probing else self._share_of(self.width)
        return 0.0 if self.under_way < self.width else None

    def sent(self) -> int:
        """Count a request as under way; the era it belongs to is to be handed back with it."""
        self.under_way += 1
        return self.era

    def back(self, era: int) -> None:
        """Count a request as no longer under way."""
        if era == self.era:
            self.under_way -= 1

    def answered(self, era: int) -> None:
        """Take note that a request was answered: one more may be under way."""
        self._refusals.add(0)
        self._is_well = True
        was_probing = self.is_probing
        self._is_heard = True
        if era >= self.trouble:
            self.strikes = 0
        if was_probing and not self.is_probing:
            self.width = max(self.width, self._share_of(self._wide))
        self.width = min(self.widest, self.width + 1)

    def widen(self) -> None:
        """Let as many be under way as may be: something else keeps to the engine's limits."""
        self.width = self.widest

    def refused(
        self, era: int, now: float, after: float | None, uniform: Callable[[], float]
    ) -> None:
        """Hold everyone back: the engine turned a request away because it is at its limit.

        Args:
            era: the request's.
            now: in ticks.
            after: seconds the engine asked for, or None.
            uniform: a random number from 0 to 1.
        """
        self._refusals.add(1)
        if era == self.era:
            self._strike(is_away=False)
            self.hold(era, now, after or max(SHORTEST_HOLD, delay(self.strikes, uniform)))
        elif after is not None:
            self.hold(era, now, after)

    def failed(
        self, era: int, now: float, after: float | None, uniform: Callable[[], float]
    ) -> None:
        """Hold everyone back: no answer came, for a reason that says nothing of the request.

        The first such fault since an answer may be a hiccup, and holds nobody unless the engine
        asks for it. Takes the arguments of `refused`.
        """
        self._refusals.add(1)
        was_well, self._is_well = self._is_well, False
        if era != self.era:
            if after is not None:
                self.hold(era, now, after)
        elif after is not None or not was_well:
            self._strike(is_away=True)
            self.hold(era, now, max(after or 0.0, pause(self.strikes, uniform)))

    def hold(self, era: int, now: float, seconds: float) -> None:
        """Let nothing go for some seconds, and then gradually; never shortens a hold."""
        if era == self.era:
            self.era += 1
            self.under_way = 0
            self._narrow = True
        self.closed_until = max(self.closed_until, now + min(seconds, LONGEST_HOLD))

    def _strike(self, *, is_away: bool) -> None:
        if self.strikes == 0:
            self.trouble = self.era + 1
            self._wide = self.width
            self._is_heard = False
        self.strikes += 1
        self._is_away = is_away

    def _share_of(self, width: int) -> int:
        return max(1, int(width * (1 - self._refusals.value)))
