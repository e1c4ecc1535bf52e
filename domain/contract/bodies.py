"""The shape of the contract's two answers: names, order, nulls and number formats."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from domain.contract.written import iso, plain
from domain.document.coverage import Coverage, LeftReason
from domain.job.job import JobStatus, Step
from domain.job.notes import NoteType
from domain.job.segment import SegmentStatus
from domain.usage import TokenUsage

_QUOTED_COST = re.compile(rb'"(cost_eur|cost_usd)":"([0-9.]+)"')


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Money = Annotated[
    Decimal,
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Count = Annotated[int, Field(ge=0)]
Score = Annotated[float, Field(ge=0, le=100)]


class Body(BaseModel):
    """What an answer's body and its parts have in common."""

    # The published schema lets fields be added, so that clients made from it survive them.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_extra=lambda schema: schema.pop("additionalProperties", None),
    )

    def to_json(self) -> bytes:
        """The body as it goes over the wire, in UTF-8."""
        return _written(self.model_dump_json())


def _written(body: str) -> bytes:
    # A float would be written as 2e-6, and nothing but a float can be handed over as a number. So
    # the amount is written as a string and loses its quotes here. The pattern can't match inside a
    # text: there each quote has a backslash before it.
    return _QUOTED_COST.sub(rb'"\1":\2', body.encode())


class SegmentState(Body):
    """Where one segment stands."""

    id: Count
    """Its place in the document, from 0."""
    status: SegmentStatus
    qa_score: Score | None
    """0 to 100; null while unscored."""
    retry_count: Count
    """Correction loops gone through."""
    error: str | None
    """Why it is blocked, failed or unscored."""


class TokenCounts(Body):
    """Tokens of all requests made for a job so far."""

    input_tokens: Count
    """Every input token: uncached, cache read and cache write."""
    output_tokens: Count


class ErrorLogEntry(Body):
    """Something that went wrong on the way, mended since or not."""

    segment_id: Count | None
    """null where the whole job is concerned."""
    step: str
    """The pipeline stage it happened in."""
    type: str
    """One word, such as `rate_limit_error` or `markup`."""
    message: str
    created_at: Moment


class JobStatusBody(Body):
    """Where a job and its segments stand."""

    job_id: str
    status: JobStatus
    segment_count: Count
    """0 until the supervisor has segmented the document."""
    segments: tuple[SegmentState, ...]
    token_usage: TokenCounts
    cost_eur: Money
    """In EUR, of all requests made so far; six decimals at most."""
    error_log: tuple[ErrorLogEntry, ...]
    created_at: Moment
    started_at: Moment | None
    """null until a run takes the job up."""
    finished_at: Moment | None
    """null until the job has a result or is dead."""
    current_step: Step | None
    """The earliest stage with work left; null when the job is idle."""
    source_review_enabled: bool


class SegmentResult(Body):
    """One segment with its translation."""

    id: Count
    """Its place in the document, from 0."""
    source: str
    translation: str | None
    """null where the segment is blocked: its source stands in the assembled translation."""
    qa_score: Score | None
    """0 to 100; null where it could not be scored."""
    status: SegmentStatus


class TokenTotals(Body):
    """Tokens of all requests made for a job."""

    input: Count
    """Every input token: uncached, cache read and cache write."""
    output: Count
    cache_read: Count
    """A part of `input`."""
    cache_write: Count
    """A part of `input`."""
    total: Count
    """`input` and `output` together."""

    @classmethod
    def of(cls, usage: TokenUsage) -> Self:
        """By the contract's classes."""
        return cls(
            input=usage.input_tokens,
            output=usage.output_tokens,
            cache_read=usage.cache_read_tokens,
            cache_write=usage.cache_write_tokens,
            total=usage.total_tokens,
        )


class WordCount(Body):
    """Words by the word boundaries of UAX #29."""

    source: Count
    target: Count


class DeliveryNote(Body):
    """What a reader of the translation should know."""

    type: NoteType
    segment_id: Count | None
    """null for a note on the whole job."""
    message: str


class WordsLeft(Body):
    """Words of the source that stay as they are, by the reason."""

    code: Count
    computed: Count
    """Written by a program from something else, such as a field."""
    kept: Count
    """The document says so, or would do something else."""
    excluded: Count
    """The briefing's `paths` leave them out."""
    not_understood: Count
    """Prose that could not be offered for translation."""


class DocumentCoverage(Body):
    """What of the source document was translated, in words by UAX #29."""

    seen: Count
    offered: Count
    left: WordsLeft

    @classmethod
    def of(cls, coverage: Coverage) -> Self:
        """With a number for each reason."""
        left = {str(reason): coverage.left.get(reason, 0) for reason in LeftReason}
        return cls(seen=coverage.seen, offered=coverage.offered, left=WordsLeft(**left))


class JobResultBody(Body):
    """A finished job's translation."""

    job_id: str
    status: JobStatus
    translation: str
    """The whole document, markup back in its place."""
    segments: tuple[SegmentResult, ...]
    cost_eur: Money
    """In EUR, of all requests made; six decimals at most."""
    token_usage: TokenTotals
    word_count: WordCount
    qa_score: Score | None
    """The mean over scored segments weighted by source words; null where none is scored."""
    warning: str | None
    """Set when the status is `needs_review`."""
    delivery_notes: tuple[DeliveryNote, ...]
    coverage: DocumentCoverage | None = None
    """Only with `include=coverage`; null where it was not counted."""

    def to_json(self) -> bytes:
        """As it goes over the wire, without what was not asked for."""
        return _written(self.model_dump_json(exclude_unset=True))
