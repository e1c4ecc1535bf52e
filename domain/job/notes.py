"""Delivery notes: what a reader of the translation should know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoteType(StrEnum):
    """The contract's delivery note types."""

    SOURCE_ERROR = "source_error"
    LOW_CONFIDENCE = "low_confidence"
    LENGTH_DEVIATION = "length_deviation"
    TERMINOLOGY = "terminology"


@dataclass(frozen=True, slots=True)
class Note:
    """One delivery note; `segment_id` is None for a note on the whole job.

    A later note of the same job, segment and type replaces an earlier one unless the message
    differs; `retracted` takes one back that a correction made untrue.
    """

    job_id: str
    segment_id: int | None
    type: NoteType
    message: str
    step: str
    created_at: datetime
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class LoggedError:
    """One line of a job's error log.

    Attributes:
        segment_id: None where the whole job is concerned.
        type: one word, such as `rate_limit_error`, `wrong_ids`, `markup`.
        step: the pipeline stage it happened in.
    """

    job_id: str
    segment_id: int | None
    type: str
    message: str
    step: str
    created_at: datetime

    @property
    def in_words(self) -> str:
        """It as a report names it: where, what, and why."""
        said = self.type if self.message in ("", self.type) else f"{self.type}: {self.message}"
        return f"{self.step}: {said}"
