"""How long to wait before asking again after a fault."""

from __future__ import annotations

from collections.abc import Callable

FIRST = 1.0
"""Seconds before the second attempt, at most."""

LONGEST = 60.0
"""Seconds between two attempts, at most."""


def delay(attempt: int, uniform: Callable[[], float]) -> float:
    """Seconds to wait after a failed attempt: exponential backoff with full jitter.

    A random part of `min(LONGEST, FIRST * 2 ** (attempt - 1))`. Full jitter spreads the attempts
    of many callers best for the work it costs: M. Brooker, "Exponential Backoff And Jitter",
    AWS Architecture Blog, 2015.

    Args:
        attempt: the attempts that have failed, from 1.
        uniform: a random number from 0 to 1.
    """
    # 2.0 ** 1024 overflows; no ceiling is that high, so the exponent may stop long before.
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 60))
    return uniform() * ceiling


OUTAGE_PAUSE = 30.0
"""Seconds between two looks at an engine that is away, at least."""


def pause(fault: int, uniform: Callable[[], float]) -> float:
    """Seconds until an engine that is away is asked again.

    At most 1, 3 and 9 seconds at first, at least half of that, so that a hiccup costs little; then
    half a minute, and up to a fifth more by chance.

    Args:
        fault: the faults in a row, from 1.
        uniform: a random number from 0 to 1.
    """
    ceiling = 3.0 ** (min(fault, 4) - 1)
    if fault > 3:
        return OUTAGE_PAUSE * (1 + uniform() / 5)
    return ceiling * (1 + uniform()) / 2
