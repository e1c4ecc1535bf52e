"""Backoff between attempts."""

from __future__ import annotations

import pytest

from engines.limits.backoff import delay, pause


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 1.0), (2, 2.0), (3, 4.0), (6, 32.0), (7, 60.0), (5000, 60.0)]
)
def test_ceiling(attempt: int, longest: float) -> None:
    """The longest delay doubles with each attempt up to a minute, and never overflows."""
    assert longest == delay(attempt, lambda: 1.0)


@pytest.mark.parametrize(("drawn", "seconds"), [(0.0, 0.0), (0.25, 1.0), (0.75, 3.0)])
def test_full_jitter(drawn: float, seconds: float) -> None:
    """A delay is a random part of its ceiling, from nothing on."""
    assert delay(3, lambda: drawn) == seconds


def test_pause() -> None:
    """An engine that is away is asked soon at first, then once in half a minute and a bit."""
    assert [pause(fault, lambda: 0.0) for fault in (1, 2, 3, 4, 1000)] == [0.5, 1.5, 4.5, 30, 30]
    assert [pause(fault, lambda: 1.0) for fault in (1, 2, 3, 4, 1000)] == [1, 3, 9, 36, 36]
