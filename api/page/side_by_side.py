"""A job's segments as the page shows them: source and translation, with what was found in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from domain.checks.quality import Finding, from_json
from domain.contract.status_and_result import standing_notes
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment, SegmentStatus
from storage.tables.records import JobRecord

PER_PAGE = 50

_Told = TypeVar("_Told", Note, LoggedError)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Attributes:
        text: its characters.
        numbers: the findings that concern it, from 1.
        ends: those of them that end with it.
    """

    text: str
    numbers: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment, with its findings marked where they are.

    Attributes:
        source: the source in pieces.
        translation: the translation in pieces; None where there is none, or the segment is
            blocked and its source stands in the document.
        findings: from 1.
        marked: the numbers of those that a mark in either text stands for.
        notes: the delivery notes on it.
        errors: what the error log says of it.
    """

    segment: Segment
    source: tuple[Piece, ...]
    translation: tuple[Piece, ...] | None
    findings: tuple[Finding, ...]
    marked: frozenset[int]
    notes: tuple[Note, ...]
    errors: tuple[LoggedError, ...]

    @property
    def is_of_note(self) -> bool:
        """Whether somebody should look at it."""
        wanting = self.segment.status in (
            SegmentStatus.QA_FAILED,
            SegmentStatus.BLOCKED,
            SegmentStatus.FAILED,
        )
        return bool(wanting or self.findings or self.notes or self.segment.error)


def side_by_side(record: JobRecord) -> list[Shown]:
    """All segments of a job, in order."""
    in_order = sorted(record.segments, key=lambda segment: segment.segment_id)
    notes, errors = _by_segment(standing_notes(record.notes)), _by_segment(record.errors)
    return [
        _shown(s, tuple(notes.get(s.segment_id, ())), tuple(errors.get(s.segment_id, ())))
        for s in in_order
    ]


def _shown(segment: Segment, notes: tuple[Note, ...], errors: tuple[LoggedError, ...]) -> Shown:
    findings = from_json(segment.findings)
    blocked = segment.status is SegmentStatus.BLOCKED
    text = None if blocked else segment.translation
    spans = [] if text is None else found_in(text, findings)
    # What is missing from the translation is quoted from the source.
    seen = {number for _, _, number in spans}
    in_source = [span for span in found_in(segment.source, findings) if span[2] not in seen]
    seen |= {number for _, _, number in in_source}
    return Shown(
        segment,
        pieces(segment.source, in_source),
        None if text is None else pieces(text, spans),
        findings,
        frozenset(seen),
        notes,
        errors,
    )


def found_in(text: str, findings: Sequence[Finding]) -> list[tuple[int, int, int]]:
    """Where findings are in a text, each at its first place: start, end and number from 1."""
    spans = []
    for number, finding in enumerate(findings, 1):
        pattern = _pattern(finding.span)
        match = pattern.search(text) if pattern else None
        if match:
            spans.append((match.start(), match.end(), number))
    return spans


def _pattern(span: str) -> re.Pattern[str] | None:
    """The span whatever its white space and composition, as `quality.kept` sees it."""
    if not span.strip():
        return None
    forms = dict.fromkeys((span, *(unicodedata.normalize(form, span) for form in ("NFC", "NFD"))))
    return re.compile("|".join(r"\s+".join(map(re.escape, form.split())) for form in forms))


def pieces(text: str, spans: Iterable[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """A text cut wherever a span begins or ends; spans may overlap."""
    spans = list(spans)
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end))})
    return tuple(
        Piece(
            text[start:end],
            tuple(n for first, last, n in spans if first <= start and end <= last),
            tuple(n for first, last, n in spans if first <= start and end == last),
        )
        for start, end in pairwise(cuts)
    )


def _by_segment(rows: Iterable[_Told]) -> dict[int | None, list[_Told]]:
    found: dict[int | None, list[_Told]] = {}
    for row in rows:
        found.setdefault(row.segment_id, []).append(row)
    return found
