"""The rule by which a model that assesses is believed, or is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import log

GUESSING = 0.5
"""The share that a model which does not look gets right, at most.

Which of a pair has the planted error is drawn, so whatever such a model says, and however often, it
takes the right one for the wrong one as often as the other way round.
"""

LOOKING = 0.75
"""The share that one which is to be believed gets right, at least."""

RISK = 0.005
"""The risk of either mistake: to believe the former, or not the latter."""

FEWEST = 8
"""Planted errors before anything is said."""

MOST = 160
"""Planted errors after which a model that has not convinced is not believed."""

MOST_ALIKE = 24
"""Pairs of which both were called wrong, after which one that tells few apart is not believed."""

ALIKE_EACH = 4
"""Such pairs to each of the others, from which on it tells few apart."""

_RIGHT, _WRONG = log(LOOKING / GUESSING), log((1 - LOOKING) / (1 - GUESSING))
_BOUND = log((1 - RISK) / RISK)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a model made of planted errors, each paired with a translation that code left as it was.

    Called wrong is what has a major or critical error.

    Attributes:
        plants: planted errors that it judged.
        found: those that it called wrong.
        controls: translations left as they were that it judged; one may be a partner of several.
        alarms: those that it called wrong.
        told: pairs of which it called the planted one wrong, and it alone.
        passed: pairs of which it called neither wrong.
        reversed: pairs of which it called the other one wrong, and it alone.
    """

    plants: int = 0
    found: int = 0
    controls: int = 0
    alarms: int = 0
    told: int = 0
    passed: int = 0
    reversed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)))

    @property
    def apart(self) -> int:
        """Pairs that say something: of the others both were called wrong, as both may be."""
        return self.told + self.passed + self.reversed


def verdict(tallies: Iterable[Tally]) -> bool | None:
    """Whether a model is believed; None where that can't be said yet.

    Two sequential probability ratio tests (Wald, The Annals of Mathematical Statistics 16, 1945) of
    `LOOKING` against `GUESSING`, with the same risk on both sides, after each tally over all up to
    it: whether it finds planted errors beside what it lets pass, and whether it calls them wrong
    rather than their partners. It is believed once both say so, and not believed once either says
    no; nor where nothing is decided after `MOST` planted errors, or it calls right and wrong alike.

    Args:
        tallies: from the oldest to the newest; the first that decides counts.
    """
    total = Tally()
    for tally in tallies:
        total += tally
        if total.plants < FEWEST:
            continue
        finds, looks = _ratios(total)
        alike = total.plants - total.apart
        if (
            min(finds, looks) <= -_BOUND
            or alike >= max(MOST_ALIKE, ALIKE_EACH * total.apart)
            or (total.plants >= MOST and min(finds, looks) < _BOUND)
        ):
            return False
        if min(finds, looks) >= _BOUND:
            return True
    return None


def still_needed(total: Tally) -> int:
    """Planted errors that decide, if all of them are told from their partners.

    Args:
        total: all there were, undecided.
    """
    lacking = (_BOUND - min(_ratios(total))) / _RIGHT
    return max(1, FEWEST - total.plants, -int(-lacking // 1))


def _ratios(total: Tally) -> tuple[float, float]:
    return (
        total.told * _RIGHT + total.passed * _WRONG,
        total.told * _RIGHT + total.reversed * _WRONG,
    )
