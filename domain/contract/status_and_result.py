"""The contract's two answers, as they follow from what is stored.

The API and the command line both write them with `status_json` and `result_json`, so that both
print the very same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from domain.contract.bodies import (
    DeliveryNote,
    DocumentCoverage,
    ErrorLogEntry,
    JobResultBody,
    JobStatusBody,
    SegmentResult,
    SegmentState,
    TokenCounts,
    TokenTotals,
    WordCount,
)
from domain.contract.included import Included
from domain.contract.standing import in_order, place, standing_of, status_of
from domain.errors import JobNotComplete, LakeError
from domain.job.job import Job, JobStatus, mean_score
from domain.job.notes import LoggedError, Note
from domain.job.segment import NOT_JUDGED, Segment, SegmentStatus
from domain.job.words_left import coverage_of

_IDS_SHOWN = 20

Output = TypeVar("Output", str, bytes)


def status_json(
    job: Job,
    segments: Sequence[Segment],
    errors: Iterable[LoggedError],
    *,
    held: bool,
    max_attempts: int,
) -> bytes:
    """The body of `GET /v1/jobs/{job_id}`, in UTF-8.

    Args:
        job: its tokens and cost are the sums of its calls.
        segments: all of the job's, in any order; empty before the supervisor's work.
        errors: the job's error log, in any order.
        held: whether a run has the job now.
        max_attempts: attempts before a job is dead.
    """
    standing = standing_of(job, segments, errors, held=held, max_attempts=max_attempts)
    return JobStatusBody(
        job_id=job.job_id,
        status=standing.status,
        segment_count=len(segments),
        segments=tuple(_state(segment) for segment in standing.segments),
        token_usage=TokenCounts(
            input_tokens=job.usage.input_tokens, output_tokens=job.usage.output_tokens
        ),
        cost_eur=job.cost_eur,
        error_log=tuple(_entry(error) for error in standing.errors),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=standing.finished_at,
        current_step=standing.step,
        source_review_enabled=job.source_review,
    ).to_json()


def result_json(
    job: Job,
    segments: Sequence[Segment],
    notes: Iterable[Note],
    *,
    output: str | None,
    held: bool,
    max_attempts: int,
    include: Collection[Included] = (),
) -> bytes:
    """The body of `GET /v1/jobs/{job_id}/result`, in UTF-8.

    Args:
        job: its tokens and cost are the sums of its calls.
        segments: all of the job's, in any order.
        notes: the job's, from the oldest to the newest.
        output: the assembled document as text; None before there is one.
        held: whether a run has the job now.
        max_attempts: attempts before a job is dead.
        include: what is told beyond the contract.

    Raises:
        JobNotComplete: the job's status has no result.
        LakeError: the job is complete and its document is gone.
    """
    status = status_of(job, segments, held=held, max_attempts=max_attempts)
    translation = checked_output(job, status, output)
    return JobResultBody(
        job_id=job.job_id,
        status=status,
        translation=translation,
        segments=tuple(_result(segment) for segment in in_order(segments)),
        cost_eur=job.cost_eur,
        token_usage=TokenTotals.of(job.usage),
        word_count=WordCount(source=job.source_words, target=job.target_words),
        qa_score=mean_score(segments),
        warning=_warning(segments) if status is JobStatus.NEEDS_REVIEW else None,
        delivery_notes=_delivery_notes(notes),
        **({"coverage": _coverage(job)} if Included.COVERAGE in include else {}),
    ).to_json()


def _coverage(job: Job) -> DocumentCoverage | None:
    coverage = coverage_of(job)
    return None if coverage is None else DocumentCoverage.of(coverage)


def checked_output(job: Job, status: JobStatus, output: Output | None) -> Output:
    """The assembled document, as text or as bytes, of a job that has a result.

    Args:
        status: the job's now.
        output: None before there is one.

    Raises:
        JobNotComplete: the status has no result.
        LakeError: the job is complete and its document is gone.
    """
    if not status.has_result:
        raise JobNotComplete(job.job_id, status)
    if output is None:
        raise LakeError(f"job {job.job_id} is {status}, but its assembled document is missing")
    return output


def _state(segment: Segment) -> SegmentState:
    return SegmentState(
        id=segment.segment_id,
        status=segment.status,
        qa_score=segment.qa_score,
        retry_count=segment.retry_count,
        error=segment.error,
    )


def _result(segment: Segment) -> SegmentResult:
    blocked = segment.status is SegmentStatus.BLOCKED
    return SegmentResult(
        id=segment.segment_id,
        source=segment.source,
        translation=None if blocked else segment.translation,
        qa_score=segment.qa_score,
        status=segment.status,
    )


def _entry(error: LoggedError) -> ErrorLogEntry:
    return ErrorLogEntry(
        segment_id=error.segment_id,
        step=error.step,
        type=error.type,
        message=error.message,
        created_at=error.created_at,
    )


def standing_notes(notes: Iterable[Note]) -> list[Note]:
    """The notes that still stand: the whole job's first, then by segment."""
    newest = {(note.segment_id, note.type, note.message): note for note in notes}
    standing = [note for note in newest.values() if not note.retracted]
    standing.sort(key=lambda note: (place(note.segment_id), note.type, note.created_at))
    return standing


def _delivery_notes(notes: Iterable[Note]) -> tuple[DeliveryNote, ...]:
    return tuple(
        DeliveryNote(type=note.type, segment_id=note.segment_id, message=note.message)
        for note in standing_notes(notes)
    )


def _warning(segments: Sequence[Segment]) -> str:
    """What a reviewer has to look at."""
    failed = [s for s in in_order(segments) if s.status is SegmentStatus.QA_FAILED]
    below = [s.segment_id for s in failed if s.qa_score is not None and s.error is None]
    sure = [s.segment_id for s in failed if s.qa_score is not None and s.error is not None]
    doubted = [s.segment_id for s in failed if s.qa_score is None and _is_doubted(s)]
    unscored = [s.segment_id for s in failed if s.qa_score is None and not _is_doubted(s)]
    sentences = []
    if below:
        sentences.append(f"QA score below the minimum after the last correction: {_named(below)}.")
    if sure:
        sentences.append(f"Errors stand that code is sure of: {_named(sure)}.")
    if doubted:
        sentences.append(f"Not judged, for the model missed planted errors: {_named(doubted)}.")
    if unscored:
        sentences.append(f"Could not be scored: {_named(unscored)}.")
    return " ".join(sentences)


def _is_doubted(segment: Segment) -> bool:
    return segment.error is not None and segment.error.startswith(NOT_JUDGED)


def _named(ids: Sequence[int]) -> str:
    shown = ", ".join(str(segment_id) for segment_id in ids[:_IDS_SHOWN])
    rest = f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else ""
    return f"{'segment' if len(ids) == 1 else 'segments'} {shown}{rest}"
