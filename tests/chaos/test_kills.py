"""Nights are killed at random moments, also in the middle of a write, and nothing is lost."""

from __future__ import annotations

import os
import random

from tests.chaos.campaign import killed, report
from tests.chaos.nursery import Nursery

KILLS = 20


def test_killed_at_random_moments(lanes: list[Nursery]) -> None:
    """Nothing committed is lost or asked for again, and no reader sees a half state.

    The seed is told where it fails, and `CHAOS_SEED` draws the same again.
    """
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1_000_000)))
    tally = killed(lanes, KILLS, seed)
    assert tally.kills >= KILLS, report(tally, seed, 0)
    assert [] == tally.wrong + tally.half_states, report(tally, seed, 0)
