"""Answers about many jobs: a list of them, nights, and what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_serializer

from domain.contract.bodies import Body, Count, Moment, Money, Score, TokenTotals, WordCount
from domain.job.job import Job, JobStatus, Step
from domain.job.night import NightEnd

Cursor = Annotated[str | None, Field(description="Asks for what comes next; null at the end.")]


class JobSummary(Body):
    """A job without its segments."""

    job_id: str
    batch_id: str | None
    """The night that took it up last; null before."""
    owner: str
    source_path: str
    """Where the document came from, as its submitter named it."""
    format: str
    source_lang: str
    target_lang: str
    status: JobStatus
    """As last committed, and whether a run has the job."""
    current_step: Step | None
    attempt: Count
    segment_count: Count
    word_count: WordCount
    qa_score: Score | None
    token_usage: TokenTotals
    cost_eur: Money
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    simulated: bool
    """Whether a rehearsal took it up: the simulator answered, or a memory of what it had."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From a row with the columns of the view `jobs`, or more."""
        own = {name: row[name] for name in cls.model_fields if name in row}
        terminal = JobStatus(row["status"]).is_terminal
        return cls(
            **{**own, "finished_at": row["finished_at"] if terminal else None},
            word_count=WordCount(source=row["source_words"], target=row["target_words"]),
            token_usage=totals_of(row),
        )

    @classmethod
    def of_job(cls, job: Job) -> Self:
        """From a job that ended."""
        own = {name: getattr(job, name) for name in cls.model_fields if hasattr(job, name)}
        return cls(
            **own,
            current_step=None,
            word_count=WordCount(source=job.source_words, target=job.target_words),
            token_usage=TokenTotals.of(job.usage),
        )


class JobPage(Body):
    """Some jobs, the latest submitted first."""

    jobs: tuple[JobSummary, ...]
    next_cursor: Cursor


class StatusCounts(Body):
    """How many jobs have which status."""

    queued: Count = 0
    processing: Count = 0
    correcting: Count = 0
    completed: Count = 0
    completed_with_blocks: Count = 0
    needs_review: Count = 0
    failed: Count = 0
    dead: Count = 0


class BatchSummary(Body):
    """A night: the jobs it worked on, and what it asked itself."""

    batch_id: str
    jobs: Count
    statuses: StatusCounts
    segment_count: Count
    word_count: WordCount
    qa_score: Score | None
    """The mean over scored jobs weighted by source words; null where none is scored."""
    token_usage: TokenTotals
    """Of what it asked; other nights have the rest of its jobs'."""
    cost_eur: Money
    """Of what it asked; the sum of nights is that of the ledger."""
    started_at: Moment | None
    """When it began."""
    finished_at: Moment | None
    """When it had ended; null while it is under way, and where it was interrupted."""
    ended_as: NightEnd | None
    """How it ended; null while it is under way, and for nights from before they were recorded."""
    simulated: bool
    """Whether it was a rehearsal."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From a row of `index/batches.sql`."""
        # One that took up nothing has no sums.
        scores = ("qa_score", "started_at", "finished_at", "ended_as")
        row = {name: value if name in scores else value or 0 for name, value in row.items()}
        own = {name: row[name] for name in cls.model_fields if name in row}
        return cls(
            **own,
            statuses=StatusCounts(**{status.value: row[status.value] for status in JobStatus}),
            word_count=WordCount(source=row["source_words"], target=row["target_words"]),
            token_usage=totals_of(row),
        )


class BatchPage(Body):
    """Some nights, the latest first."""

    batches: tuple[BatchSummary, ...]
    next_cursor: Cursor


class UsageRow(Body):
    """Sums of the ledger; of `day` to `batch_id` it has those that were to be told apart."""

    day: str | None = None
    """In UTC, as 2026-03-06."""
    model: str | None = None
    source_lang: str | None = None
    target_lang: str | None = None
    stage: str | None = None
    job: str | None = None
    batch_id: str | None = None
    """The night that asked."""
    simulated: bool = False
    """Whether a rehearsal's: no row sums up both."""
    calls: Count
    """Requests to a model, answered or failed."""
    token_usage: TokenTotals
    cost_usd: Money
    cost_eur: Money

    @model_serializer(mode="wrap")
    def _without_what_was_not_asked(self, handler: Any) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """From a row of `costs.sql`."""
        own = {name: row[name] for name in cls.model_fields if name in row}
        day = {"day": row["day"].isoformat()} if "day" in row else {}
        return cls(**{**own, **day}, token_usage=totals_of(row))


class UsagePage(Body):
    """What was spent, in the order of what is told apart."""

    usage: tuple[UsageRow, ...]
    next_cursor: Cursor


def totals_of(row: Mapping[str, Any]) -> TokenTotals:
    """The tokens of a row with the columns of the view `jobs`, or more."""
    return TokenTotals(
        input=row["input_tokens"],
        output=row["output_tokens"],
        cache_read=row["cache_read_tokens"],
        cache_write=row["cache_write_tokens"],
        total=row["input_tokens"] + row["output_tokens"],
    )
