"""What to do after a request failed, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Retry:
    """A passing fault of this request's own: ask again."""


@dataclass(frozen=True, slots=True)
class SlowDown:
    """The engine is at its limit: everyone waits, then this is asked again.

    `after` is in seconds; None where the engine did not say.
    """

    after: float | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """The engine is away, which says nothing of the request: everyone waits, and this costs no try.

    `after` is in seconds; None where nobody said when it will be back.
    """

    after: float | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The request itself is at fault: asking again changes nothing."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing can be asked at all (a wrong key, no credit left): the night stops."""


Decision = Retry | SlowDown | Outage | GiveUp | Halt


class Apart(NamedTuple):
    """Which questions are asked again together: a half of those whose request came to nothing.

    Attributes:
        of: the request, by a number that no other of this process has.
        half: which half.
        size: questions in it.
    """

    of: int
    half: int
    size: int
