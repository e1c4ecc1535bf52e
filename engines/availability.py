"""Stretches in which an engine could not be asked: since when, why, and for how long at most."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import EngineError
from engines.clock import Clock

TOLD_AFTER = 10.0
"""Seconds without an answer from which on it is told; a shorter hiccup is nobody's business."""

FEWEST_FAULTS = 3
"""Faults in a row before an engine counts as away for too long, however long the last one took."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in which an engine was waited for.

    Attributes:
        model: whose requests waited, or `batches` for the batch endpoints.
        since: the first fault.
        why: the last fault, as the engine or the network said it.
        again: when it is asked again.
        until: when an answer came; None while none has.
    """

    model: str
    since: datetime
    why: str
    again: datetime
    until: datetime | None = None


class Availability:
    """Whether one model, or one set of endpoints, can be asked at present.

    Args:
        model: whose weather it is.
        clock: the time.
        longest: seconds it is waited for at most.
    """

    def __init__(self, model: str, clock: Clock, longest: float = math.inf) -> None:
        self._model = model
        self._clock = clock
        self._longest = longest
        self._began = 0.0
        self._faults = 0
        self._now: Wait | None = None
        self._past: list[Wait] = []

    @property
    def waits(self) -> tuple[Wait, ...]:
        """The stretches worth telling, oldest first; the last may be under way."""
        return (*self._past, self._now) if self._now and self.is_told else tuple(self._past)

    @property
    def is_told(self) -> bool:
        """Whether the engine has been away for so long that it is told, or that a night ends."""
        wait = self._now
        if wait is None:
            return False
        is_long = (wait.again - wait.since).total_seconds() >= TOLD_AFTER
        lasted = self._clock.ticks() - self._began
        return is_long or lasted >= TOLD_AFTER or self.too_long() is not None

    def fault(self, why: str, hold: float) -> None:
        """Take note of a fault since which nothing was answered; in `hold` seconds it is asked."""
        now = self._clock.now()
        if self._now is None:
            self._began, self._faults = self._clock.ticks(), 0
            self._now = Wait(self._model, now, why, now)
        self._faults += 1
        self._now = replace(self._now, why=why, again=now + timedelta(seconds=hold))

    def fair(self) -> None:
        """Take note that it answers."""
        if self._now is not None and self.is_told:
            self._past.append(replace(self._now, until=self._clock.now()))
        self._now = None

    def too_long(self) -> str | None:
        """Why it is not waited for any longer; None while it is."""
        lasted = self._clock.ticks() - self._began
        if self._now is None or self._faults < FEWEST_FAULTS or lasted < self._longest:
            return None
        since = self._now.since.astimezone()
        return (
            f"the API has not answered for {self._model} since {since:%H:%M}, longer than "
            f"outage_hours = {self._longest / 3600:g} allows: {self._now.why}"
        )


def told_as(error: EngineError, after: float | None, most: float) -> str:
    """A fault in words, with what the engine asks for where it asks for more than is waited.

    Args:
        after: seconds it asked for.
        most: seconds that are waited at most until it is asked again.
    """
    if after is None or after <= most:
        return str(error)
    return f"{error} (it asks to be left alone for {after:,.0f} s)"
