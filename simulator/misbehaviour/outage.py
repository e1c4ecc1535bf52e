"""An outage that is played: connections refused, then one status after another.

It begins once so many requests were answered; each phase then lasts for its seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

REFUSE = "refuse"
"""The phase in which nobody listens."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an outage.

    Attributes:
        how: `refuse`, or the HTTP status that every request is answered with.
        seconds: how long it lasts.
    """

    how: str
    seconds: float


def read_phase(text: str) -> Phase:
    """A phase as an option has it: `refuse:180`, `503:60`.

    Raises:
        ValueError: it is none.
    """
    how, colon, seconds = text.partition(":")
    is_known = how == REFUSE or (how.isdecimal() and 400 <= int(how) <= 599)
    try:
        lasts = float(seconds)
    except ValueError:
        lasts = -1.0
    if not (colon and is_known and 0 < lasts < float("inf")):
        raise ValueError(f"{text!r} is no phase of an outage: write it as 'refuse:180' or '503:60'")
    return Phase(how, lasts)


class Outage:
    """One outage; it is over once its phases have passed.

    Args:
        phases: one after another; none is no outage.
        after: answers before it begins.
        clock: seconds from any fixed point.
    """

    def __init__(self, phases: Sequence[Phase], after: int, clock: Callable[[], float]) -> None:
        self._phases = phases
        self._left = after
        self._clock = clock
        self._began = clock() if after == 0 else None

    def answered(self) -> None:
        """Take note of an answer."""
        self._left -= 1
        if self._left == 0:
            self._began = self._clock()

    def seconds(self) -> float:
        """Seconds since it began; 0 before."""
        return 0.0 if self._began is None else self._clock() - self._began

    def now(self) -> str | None:
        """How requests fare now, as a phase has it; None where nothing is wrong."""
        if self._began is None:
            return None
        passed = self.seconds()
        for phase in self._phases:
            if passed < phase.seconds:
                return phase.how
            passed -= phase.seconds
        return None
