"""A job's moments come one after another, whatever the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.job.job import Job

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
JOB = Job("j", "anna", "a.md", "a.md", "text", "de", "en", "b", "d", "k", NOON, False)


def test_a_clock_that_is_set_back_ends_no_job_before_it_began() -> None:
    """What was started or ended by an earlier clock is so at once, in order."""
    begun = replace(JOB, started_at=NOON - timedelta(hours=1))
    ended = replace(begun, finished_at=NOON - timedelta(seconds=1))
    later = replace(JOB, started_at=NOON + timedelta(minutes=2), finished_at=NOON)

    assert (NOON, None) == (begun.started_at, begun.finished_at)
    assert (NOON, NOON) == (ended.started_at, ended.finished_at)
    assert NOON + timedelta(minutes=2) == later.finished_at
    assert NOON == replace(JOB, finished_at=NOON - timedelta(days=1)).finished_at
