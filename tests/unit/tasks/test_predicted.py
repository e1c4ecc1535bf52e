"""What was foreseen, against what it came to."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from domain.job.job import Job, JobStatus
from tasks.estimate.predicted import Comparison, compared


def job(key: str, eur: str, status: JobStatus = JobStatus.COMPLETED) -> Job:
    return Job(
        job_id=key,
        owner="ann",
        source_path="a.md",
        output_path="a.md",
        format="markdown",
        source_lang="de",
        target_lang="en",
        briefing="",
        document="",
        content_key=key,
        created_at=datetime(2026, 3, 6, tzinfo=UTC),
        source_review=False,
        status=status,
        cost_eur=Decimal(eur),
    )


def test_ended_jobs_that_were_estimated_are_compared() -> None:
    """What was not estimated, or has not ended, is left out of both sums."""
    jobs = [
        job("a", "1.5"),
        job("b", "0.5", JobStatus.NEEDS_REVIEW),
        job("c", "7", JobStatus.FAILED),
        job("d", "9"),
    ]

    found = compared(jobs, {"a": Decimal(1), "b": Decimal("0.8"), "c": Decimal(7)})

    assert Comparison(2, Decimal("1.8"), Decimal("2.0")) == found
    assert (
        str(found) == "estimated for 2 jobs: 1.8000 EUR; actual cost: 2.0000 EUR; "
        "the estimate was off by -10.0%"
    )


def test_without_an_estimate_there_is_nothing_to_compare() -> None:
    """A night nobody estimated says nothing of it."""
    assert compared([job("a", "1")], {}) is None


def test_jobs_that_cost_nothing_have_no_share() -> None:
    """Where nothing was spent the difference is not told in percent."""
    found = compared([job("a", "0")], {"a": Decimal(0)})

    assert str(found) == "estimated for 1 job: 0.0000 EUR; actual cost: 0.0000 EUR"
