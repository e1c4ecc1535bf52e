"""Where a job stands, as the contract has it: for its JSON, and for people.

Whoever shows it to people has no use for what checks and writes JSON, which takes long to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.job.job import Job, JobStatus, Step, current_step, job_status
from domain.job.notes import LoggedError
from domain.job.segment import Segment


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stands now.

    Attributes:
        job: its row, whose own status and step are as old as its last commit.
        finished_at: None until the job has a result or is dead.
        segments: by id.
        errors: from the oldest to the newest; what happened at once, by segment.
    """

    job: Job
    status: JobStatus
    step: Step | None
    finished_at: datetime | None
    segments: tuple[Segment, ...]
    errors: tuple[LoggedError, ...]


def status_of(job: Job, segments: Sequence[Segment], *, held: bool, max_attempts: int) -> JobStatus:
    """The status a job has now; the one in its row is as old as its last commit.

    A job that was left dead is never taken up again, whatever number of attempts is set since.
    """
    if job.status is JobStatus.DEAD:
        return JobStatus.DEAD
    return job_status(
        segments,
        supervised=job.supervised,
        finalized=job.finalized,
        attempt=job.attempt,
        attempt_open=job.attempt_open,
        held=held,
        max_attempts=max_attempts,
    )


def standing_of(
    job: Job,
    segments: Sequence[Segment],
    errors: Iterable[LoggedError],
    *,
    held: bool,
    max_attempts: int,
) -> Standing:
    """Where a job stands.

    Args:
        job: its tokens and cost are the sums of its calls.
        segments: all of the job's, in any order; empty before the supervisor's work.
        errors: the job's error log, in any order.
        held: whether a run has the job now.
        max_attempts: attempts before a job is dead.
    """
    status = status_of(job, segments, held=held, max_attempts=max_attempts)
    step = current_step(
        segments,
        supervised=job.supervised,
        finalized=job.finalized,
        source_review=job.source_review,
        held=held,
    )
    return Standing(
        job,
        status,
        step,
        job.finished_at if status.is_terminal else None,
        in_order(segments),
        tuple(sorted(errors, key=lambda error: (error.created_at, place(error.segment_id)))),
    )


def in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Segments by id."""
    return tuple(sorted(segments, key=lambda segment: segment.segment_id))


def place(segment_id: int | None) -> int:
    """What sorts by segment, and what is of the whole job before them all."""
    return -1 if segment_id is None else segment_id
