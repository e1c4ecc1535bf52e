"""Nights are killed at random moments, also in the middle of a write, and nothing is lost."""

from __future__ import annotations

import os
import random

from tests.chaos.campaign import killed, nurseries, report

KILLS = 20


def test_killed_at_random_moments() -> None:
    """Nothing committed is lost or asked for again, and no reader sees a half state.

    What was drawn is told where it fails, and `CHAOS_SEED` draws it again.
    """
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1_000_000)))
    with nurseries(2) as lanes:
        tally = killed(lanes, KILLS, seed)
    assert tally.kills >= KILLS, report(tally, seed, 0)
    assert [] == tally.wrong + tally.half_states, report(tally, seed, 0)
