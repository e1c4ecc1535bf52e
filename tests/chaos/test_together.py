"""Two nights at once over one home."""

from __future__ import annotations

from collections import Counter

from tests.chaos.nursery import Nursery
from tests.chaos.together import two_nights


def test_two_nights_share_the_work(lanes: list[Nursery]) -> None:
    """Each job is worked on by exactly one of them, each question asked once, and both work."""
    found = two_nights(lanes[0], 60, latency=1.5)
    assert 0 == found.twice
    assert 60 == sum(found.shares)
    assert 0 < min(found.shares)
    assert Counter(completed=60) == found.statuses
    assert (360, 0, []) == (found.questions, found.again, found.wrong)
