"""A segment: its states, the legal ways between them, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain.errors import IllegalTransition


class SegmentStatus(StrEnum):
    """The contract's segment status values."""

    PENDING = "pending"
    PROCESSING = "processing"
    TRANSLATED = "translated"
    QA_PASSED = "qa_passed"
    QA_FAILED = "qa_failed"
    BLOCKED = "blocked"
    CORRECTING = "correcting"
    DONE = "done"
    FAILED = "failed"


_S = SegmentStatus

NOT_JUDGED = "not judged"
"""How the `error` of a segment begins whose score was the word of a model that is no judge."""

TRANSITIONS: dict[SegmentStatus, frozenset[SegmentStatus]] = {
    _S.PENDING: frozenset({_S.PROCESSING, _S.BLOCKED}),
    _S.PROCESSING: frozenset({_S.TRANSLATED, _S.BLOCKED, _S.FAILED, _S.PENDING}),
    _S.TRANSLATED: frozenset({_S.QA_PASSED, _S.QA_FAILED, _S.FAILED}),
    _S.QA_PASSED: frozenset({_S.DONE, _S.BLOCKED, _S.QA_FAILED, _S.TRANSLATED}),
    _S.QA_FAILED: frozenset({_S.CORRECTING, _S.DONE, _S.BLOCKED, _S.TRANSLATED}),
    _S.CORRECTING: frozenset({_S.QA_PASSED, _S.QA_FAILED, _S.FAILED}),
    _S.FAILED: frozenset({_S.PENDING, _S.TRANSLATED, _S.CORRECTING}),
    _S.BLOCKED: frozenset(),
    _S.DONE: frozenset(),
}
"""From each state, the states it leads to.

A translation that passed or failed QA is still `blocked` where finalizing finds that it breaks
the document's structure, and one that passed has failed after all where it shows beside the others
that it is wrong. What the model scored is `translated` again where that one is not believed, and
another one is to score it. `processing` goes back to `pending` when the run that held it was
killed; `failed` goes back to where its work stopped when the next attempt takes the job up.
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a job, as it stands.

    Attributes:
        job_id: the job it belongs to.
        segment_id: its place in the document, from 0.
        status: where it stands.
        source: the text to translate, markup included.
        words: words in `source`, by UAX #29.
        translation: the text translated, markup put back; None until there is one.
        answer: the same as the engine gave it, with placeholders; what a correction starts from.
        candidate: a correction with placeholders that was paid for and is not scored yet.
        qa_score: 0 to 100; None while unscored.
        findings: the errors behind the score, a JSON list of `domain.checks.quality.Finding`.
        retry_count: correction loops gone through.
        settled: whether QA is at an end for it; a settled `qa_failed` becomes `done` in finalizing
            where `domain.checks.verdict.acceptance` accepts it, and stays `qa_failed` where not.
        reviewed: whether source review has read it.
        origin: the engine that translated it, or `translation_memory`; `reviewed_translation` where
            a person did.
        error: why it is blocked, failed, unscored or `NOT_JUDGED`, or what code is sure is wrong
            with it.
        memory_key: what other segments must have in common with it to share its translation, as
            `domain.reuse.memory.memory_key` gives it; None in rows of versions without a memory.
        model: the model that translated it; None of what memory gave, and in rows of versions that
            did not enter it.
        declined_by: the models that refused it or gave nothing usable, as `engine:model`, with
            commas between them, where others are asked after them.
        judged_by: the model that assessed it last, as `engine:model`; None where none did, and in
            rows of versions that did not enter it.
    """

    job_id: str
    segment_id: int
    status: SegmentStatus
    source: str
    words: int
    translation: str | None = None
    answer: str | None = None
    candidate: str | None = None
    qa_score: float | None = None
    findings: str | None = None
    retry_count: int = 0
    settled: bool = False
    reviewed: bool = False
    origin: str | None = None
    error: str | None = None
    memory_key: str | None = None
    model: str | None = None
    declined_by: str | None = None
    judged_by: str | None = None

    @property
    def declined(self) -> tuple[str, ...]:
        """The models that declined it, oldest first."""
        return tuple(self.declined_by.split(", ")) if self.declined_by else ()

    def to(self, status: SegmentStatus, **changes: Any) -> Segment:
        """This segment moved on to another state, with other fields changed along.

        Raises:
            IllegalTransition: its present state does not lead there.
        """
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(self.segment_id, self.status, status)
        return replace(self, status=status, **changes)

    @property
    def is_terminal(self) -> bool:
        """Whether no run has anything left to do for it."""
        return self.status in (_S.DONE, _S.BLOCKED) or (
            self.status is _S.QA_FAILED and self.settled
        )

    @property
    def is_ready(self) -> bool:
        """Whether nothing but finalizing is left to do for it."""
        return self.is_terminal or self.status is _S.QA_PASSED

    @property
    def is_before_qa(self) -> bool:
        """Whether it has yet to reach its first assessment."""
        return self.status in (_S.PENDING, _S.PROCESSING, _S.TRANSLATED)


def taken_up(segment: Segment) -> Segment:
    """The segment as a new attempt of its job finds it: stopped or failed work is open again.

    What was committed is kept: a translation that failed in QA goes back to `translated`, a
    correction that was paid for is scored, not asked for again.
    """
    if segment.status is _S.PROCESSING:
        return segment.to(_S.PENDING)
    if segment.status is _S.FAILED:
        if segment.retry_count:
            return segment.to(_S.CORRECTING, error=None)
        if segment.answer is not None:
            return segment.to(_S.TRANSLATED, error=None)
        return segment.to(_S.PENDING, error=None)
    return segment
