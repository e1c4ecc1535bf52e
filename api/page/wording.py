"""How numbers, moments and statuses read on the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from domain.document.coverage import left_in_words
from domain.job.job import JobStatus
from domain.job.notes import NoteType
from domain.job.segment import SegmentStatus
from domain.languages import english_name, locale_of
from storage.control.keys import Caller

SHAPES: dict[str, str] = {
    JobStatus.QUEUED: "ring",
    JobStatus.PROCESSING: "half",
    JobStatus.CORRECTING: "turn",
    JobStatus.COMPLETED: "check",
    JobStatus.COMPLETED_WITH_BLOCKS: "block",
    JobStatus.NEEDS_REVIEW: "eye",
    JobStatus.FAILED: "cross",
    JobStatus.DEAD: "stop",
    SegmentStatus.PENDING: "ring",
    SegmentStatus.TRANSLATED: "half",
    SegmentStatus.QA_PASSED: "check",
    SegmentStatus.QA_FAILED: "eye",
    SegmentStatus.BLOCKED: "block",
    SegmentStatus.DONE: "check",
}
"""The shape in the badge of each status, of jobs and of segments; a template draws it."""

TONES: dict[str, str] = {
    "ring": "idle",
    "half": "busy",
    "turn": "busy",
    "check": "good",
    "block": "mixed",
    "eye": "mixed",
    "cross": "bad",
    "stop": "bad",
}

_WORDS = {
    SegmentStatus.QA_PASSED.value: "QA passed",
    SegmentStatus.QA_FAILED.value: "QA failed",
    NoteType.LOW_CONFIDENCE.value: "low confidence",
    "qa": "QA",
}


def words(code: str) -> str:
    """A code of the contract as words: `needs_review` is `needs review`."""
    return _WORDS.get(code, code.replace("_", " "))


def number(count: int) -> str:
    """A count with its thousands set apart."""
    return f"{count:,}"


def eur(amount: Decimal) -> str:
    """An amount of EUR: to the cent from one euro on, below that to a hundredth of a cent."""
    return f"{amount:,.2f}" if amount >= 1 or amount == 0 else f"{amount:.4f}"


def score(value: float | None) -> str:
    """A score of 0 to 100, or a dash."""
    return "–" if value is None else f"{value:.1f}"


def moment(at: datetime | None) -> str:
    """A moment in UTC, to the minute, or a dash."""
    return "–" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def lasted(start: datetime | None, end: datetime | None) -> str:
    """The time between two moments, to the second; a dash where one is missing."""
    if start is None or end is None:
        return "–"
    seconds = int((end - start) / timedelta(seconds=1))
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def direction(language: str) -> str:
    """The direction of a language's script, as HTML names it."""
    locale = locale_of(language)
    return "auto" if locale is None else locale.text_direction


def file_name(path: str) -> str:
    """The last part of a path."""
    return PurePosixPath(path).name or path


def whose(caller: Caller) -> str:
    """Whose jobs a key reads."""
    return "all owners" if caller.owner is None else caller.owner


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def shares(parts: Sequence[tuple[str, int]], width: int = 1000) -> list[tuple[str, float, float]]:
    """Where the parts of a bar lie: name, start and extent, in units of its width."""
    total = sum(count for _, count in parts) or 1
    placed, start = [], 0.0
    for name, count in parts:
        extent = count * width / total
        placed.append((name, start, extent))
        start += extent
    return placed


FILTERS = {
    "words": words,
    "number": number,
    "eur": eur,
    "score": score,
    "moment": moment,
    "language": english_name,
    "direction": direction,
    "file_name": file_name,
    "whose": whose,
    "plural": plural,
    "left_in_words": left_in_words,
}
