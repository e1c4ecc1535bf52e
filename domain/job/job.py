"""A job: one document into one language; its status and step follow from its segments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage


class JobStatus(StrEnum):
    """The contract's job status values."""

    QUEUED = "queued"
    PROCESSING = "processing"
    CORRECTING = "correcting"
    COMPLETED = "completed"
    COMPLETED_WITH_BLOCKS = "completed_with_blocks"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    DEAD = "dead"

    @property
    def has_result(self) -> bool:
        """Whether a result can be asked for."""
        return self in RESULT_STATUSES

    @property
    def is_terminal(self) -> bool:
        """Whether no run will take the job up again."""
        return self in RESULT_STATUSES or self is JobStatus.DEAD


RESULT_STATUSES = frozenset(
    {JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_BLOCKS, JobStatus.NEEDS_REVIEW}
)


class Step(StrEnum):
    """The contract's `current_step` values."""

    SUPERVISOR = "supervisor"
    SOURCE_REVIEW = "source_review"
    TRANSLATOR = "translator"
    QA = "qa"
    FINALIZING = "finalizing"


@dataclass(frozen=True, slots=True)
class Job:
    """One document into one language.

    Attributes:
        job_id: a UUIDv7, so that it sorts by the time of submission.
        batch_id: the night that took it up last; None before.
        owner: whose it is.
        source_path: where its document came from, as its submitter named it.
        output_path: where the translated document goes, below a night's output folder and
            language: always relative, never upward.
        format: the name of the document's format (`text`, `markdown`, `html`, `texts`).
        source_lang: BCP-47.
        target_lang: BCP-47.
        briefing: SHA-256 of the briefing for this one language as JSON, its key in the document
            store.
        document: SHA-256 of the source document's bytes, its key in the document store.
        content_key: a hash of document, format, languages and briefing; the same content and
            briefing again has the same key.
        status: by `job_status`, as last committed.
        step: by `current_step`, as last committed.
        attempt: the attempt under way or last ended, from 1; 0 before the first.
        attempt_open: whether that attempt has not ended by itself; an open attempt without a
            run was killed, and is taken up again under its own number.
        brief: what a model made of the document as a whole, as JSON; None without one.
        supervised: whether the segments are written, and the brief where one is wanted.
        finalized: whether the output is assembled.
        source_review: whether the source review is part of it.
        output: SHA-256 of the assembled document; None before.
        segment_count: segments; 0 before the supervisor's work.
        source_words: by UAX #29.
        target_words: by UAX #29, of what was translated.
        code_words: words that stay as they are, since they are code; as the next four they are None
            where they were not counted. See `domain.document.coverage.LeftReason`.
        computed_words: since a program writes them.
        kept_words: since the document says so, or would do something else.
        excluded_words: since the briefing's `paths` leave them out.
        not_understood_words: prose that could not be offered for translation.
        qa_score: the mean over scored segments weighted by source words, one decimal.
        usage: tokens of all its calls.
        cost_eur: of all its calls, unrounded.
        simulated: whether a rehearsal took it up: the simulator answers for it, or a memory of
            what it answered.
        created_at: when it was submitted.
        started_at: when a run took it up first; never before `created_at`.
        finished_at: when it reached a terminal status; never before `started_at`.
    """

    job_id: str
    owner: str
    source_path: str
    output_path: str
    format: str
    source_lang: str
    target_lang: str
    briefing: str
    document: str
    content_key: str
    created_at: datetime
    source_review: bool
    batch_id: str | None = None
    status: JobStatus = JobStatus.QUEUED
    step: Step | None = None
    attempt: int = 0
    attempt_open: bool = False
    brief: str | None = None
    supervised: bool = False
    finalized: bool = False
    output: str | None = None
    segment_count: int = 0
    source_words: int = 0
    target_words: int = 0
    code_words: int | None = None
    computed_words: int | None = None
    kept_words: int | None = None
    excluded_words: int | None = None
    not_understood_words: int | None = None
    qa_score: float | None = None
    usage: TokenUsage = TokenUsage()
    cost_eur: Decimal = Decimal(0)
    simulated: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None

    def __post_init__(self) -> None:
        # A clock may be set back, and machines that share a home have a clock each.
        if self.started_at is not None and self.started_at < self.created_at:
            object.__setattr__(self, "started_at", self.created_at)
        begun = self.started_at or self.created_at
        if self.finished_at is not None and self.finished_at < begun:
            object.__setattr__(self, "finished_at", begun)


def suits(job: Job, *, rehearsal: bool) -> bool:
    """Whether a night may take a job up: what models answer and a rehearsal is kept apart."""
    return job.attempt == 0 or job.simulated == rehearsal


def label_of(job: Job) -> str:
    """What an operator knows a job by: its document and the language it goes into."""
    return f"{job.source_path} → {job.target_lang}"


def job_status(
    segments: Collection[Segment],
    *,
    supervised: bool,
    finalized: bool,
    attempt: int,
    attempt_open: bool,
    held: bool,
    max_attempts: int,
) -> JobStatus:
    """The status that follows from a job's segments and attempts (pipeline rules, "The stages").

    Args:
        segments: all of the job's; empty before the supervisor's work.
        supervised: whether the segments are written.
        finalized: whether the output is assembled.
        attempt: the attempt under way or last ended; 0 before the first.
        attempt_open: whether that attempt has not ended by itself.
        held: whether a run has the job now.
        max_attempts: attempts before a job is dead.
    """
    work_left = not supervised or not finalized or not all(s.is_terminal for s in segments)
    if attempt == 0 and not held:
        return JobStatus.QUEUED
    if work_left and held:
        correcting = any(s.status is SegmentStatus.CORRECTING for s in segments)
        if correcting and not any(s.is_before_qa for s in segments):
            return JobStatus.CORRECTING
        return JobStatus.PROCESSING
    if work_left:
        if attempt < max_attempts or attempt_open:
            return JobStatus.FAILED
        return JobStatus.DEAD
    statuses = {s.status for s in segments}
    if SegmentStatus.QA_FAILED in statuses:
        return JobStatus.NEEDS_REVIEW
    if SegmentStatus.BLOCKED in statuses:
        return JobStatus.COMPLETED_WITH_BLOCKS
    return JobStatus.COMPLETED


def present_status(committed: JobStatus, *, held: bool) -> JobStatus:
    """The status of a job whose segments are not at hand, by that of its last commit.

    It differs from `job_status` at most until the run that has the job commits again.

    Args:
        held: whether a run has the job now.
    """
    under_way = committed in (JobStatus.PROCESSING, JobStatus.CORRECTING)
    if under_way and not held:
        return JobStatus.FAILED
    if held and committed in (JobStatus.QUEUED, JobStatus.FAILED):
        return JobStatus.PROCESSING
    return committed


def current_step(
    segments: Collection[Segment],
    *,
    supervised: bool,
    finalized: bool,
    source_review: bool,
    held: bool,
) -> Step | None:
    """The earliest stage with work left; None when no run has the job or nothing is left."""
    if not held or (finalized and all(s.is_terminal for s in segments)):
        return None
    if not supervised:
        return Step.SUPERVISOR
    if source_review and any(
        not s.reviewed and s.status is not SegmentStatus.BLOCKED for s in segments
    ):
        return Step.SOURCE_REVIEW
    statuses = {s.status for s in segments}
    if statuses & {SegmentStatus.PENDING, SegmentStatus.PROCESSING}:
        return Step.TRANSLATOR
    if statuses & {SegmentStatus.TRANSLATED, SegmentStatus.CORRECTING} or any(
        s.status is SegmentStatus.QA_FAILED and not s.settled for s in segments
    ):
        return Step.QA
    return Step.FINALIZING


def mean_score(segments: Iterable[Segment]) -> float | None:
    """The mean score over scored segments weighted by source words, one decimal.

    A segment without words counts as one word. None where no segment is scored.
    """
    scored = [(s.qa_score, max(s.words, 1)) for s in segments if s.qa_score is not None]
    if not scored:
        return None
    weight = sum(words for _, words in scored)
    return round(sum(score * words for score, words in scored) / weight, 1)
