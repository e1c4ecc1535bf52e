"""How finely Prefect sees nights of several sizes."""

from __future__ import annotations

from flows.granularity import Granularity, granularity_of


def test_small_night() -> None:
    """A night of 500 segments shows each of them, and each of its 50 jobs."""
    assert granularity_of(50, 500) == Granularity(1, 1, 1)


def test_many_small_jobs() -> None:
    """More than 50 jobs share flow runs, and still show each segment."""
    assert granularity_of(200, 500) == Granularity(1, 16, 1)


def test_large_night() -> None:
    """A large night has runs of 128 segments, and flow runs of whole groups of jobs."""
    assert granularity_of(2_000, 501) == Granularity(128, 64, 16)


def test_few_large_jobs() -> None:
    """A large night of few jobs puts no more into a flow run than a group."""
    assert granularity_of(3, 501) == Granularity(128, 16, 16)


def test_as_set() -> None:
    """What is set by hand counts."""
    granularity = granularity_of(10, 50, segments_per_task=4, jobs_per_flow=6, max_jobs=32)
    assert granularity == Granularity(4, 6, 6)
