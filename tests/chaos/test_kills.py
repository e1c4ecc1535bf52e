"""Nights are killed at random moments, also in the middle of a write, and nothing is lost."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.campaign import killed, report
from tests.chaos.killing import Tally
from tests.chaos.nursery import Nursery
from tests.chaos.sums import read_sums, write_sums
from tests.s3 import s3

KILLS = 20
IN_A_BUCKET = 4


def test_killed_at_random_moments(lanes: list[Nursery]) -> None:
    """Nothing committed is lost or asked for again, and no reader sees a half state.

    The seed is told where it fails, and `CHAOS_SEED` draws the same again.
    """
    seed = _seed()
    tally = killed(lanes, KILLS, seed)
    assert tally.kills >= KILLS, report(tally, [seed], 0)
    assert [] == tally.wrong + tally.half_states, report(tally, [seed], 0)


def test_killed_with_the_home_in_a_bucket(
    lanes: list[Nursery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where state is kept in a store, and kills hit what is put there."""
    seed = _seed()
    with s3() as endpoint:
        for name, value in endpoint.environ.items():
            monkeypatch.setenv(name, value)
        tally = killed(lanes, IN_A_BUCKET, seed, bucket=endpoint)
    assert tally.kills >= IN_A_BUCKET, report(tally, [seed], 0)
    assert [] == tally.wrong + tally.half_states, report(tally, [seed], 0)


def test_runs_are_summed_up(tmp_path: Path) -> None:
    """A campaign in parts has the sums of all its runs, with their seeds, and of one kind."""
    first, file = Tally(kills=2, wrong=["a find"]), tmp_path / "sums.json"
    first.at["stage"]["translating"] += 2
    first.in_flight[3] += 1
    write_sums(file, read_sums(file, "a folder").with_run(5, 10, first))
    write_sums(file, read_sums(file, "a folder").with_run(6, 4, first))

    found = read_sums(file, "a folder")

    assert ([5, 6], 14) == (found.seeds, found.seconds)
    assert (4, ["a find", "a find"]) == (found.tally.kills, found.tally.wrong)
    assert (Counter(translating=4), Counter({3: 2})) == (
        found.tally.at["stage"],
        found.tally.in_flight,
    )
    with pytest.raises(ValueError, match="sums up runs on a folder, not on a bucket at moto"):
        read_sums(file, "a bucket at moto")


def _seed() -> int:
    return int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1_000_000)))
