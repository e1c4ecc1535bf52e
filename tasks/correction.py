"""Correction: what is below the target is corrected with its findings and scored again."""

from __future__ import annotations

from dataclasses import replace

from prefect import task

from domain.errors import MarkupLost, Unanswered
from domain.job import Step
from domain.notes import Note, NoteType
from domain.placeholders import restore
from domain.quality import from_json, score
from domain.segment import Segment, SegmentStatus
from tasks.hand import JobInHand
from tasks.mending import corrected, whole
from tasks.outcomes import confidence_notes, unanswered
from tasks.qa import findings_in, scored
from tasks.stretch import Stretch


def wants_correction(hand: JobInHand, segment_id: int) -> bool:
    """Whether a segment is below the target and has a loop left, or stopped within one."""
    segment = hand.segments[segment_id]
    return segment.status is SegmentStatus.CORRECTING or (
        segment.status is SegmentStatus.QA_FAILED and not segment.settled
    )


async def correct(hand: JobInHand, segment_id: int) -> None:
    """Go through one correction loop: a corrected version, scored; the better of both is kept."""
    segment = hand.segments[segment_id]
    if segment.status is SegmentStatus.QA_FAILED:
        segment = segment.to(SegmentStatus.CORRECTING, retry_count=segment.retry_count + 1)
        hand.jot(segment)
    try:
        if segment.candidate is None:
            await _make_candidate(hand, segment)
        await _choose(hand, hand.segments[segment_id])
    except Unanswered as error:
        if error.by_engine:
            await unanswered(hand, segment_id, error, Step.QA)
        else:
            await _keep_old(hand, hand.segments[segment_id], f"no usable correction: {error}")
    except MarkupLost as error:
        await _keep_old(hand, hand.segments[segment_id], f"no usable correction: {error}")


async def _make_candidate(hand: JobInHand, segment: Segment) -> None:
    """Commit a corrected version with whole markup as the candidate."""
    assert segment.answer is not None, "a scored segment has an answer"
    found = from_json(segment.findings)
    first = await corrected(hand, Step.QA, segment.segment_id, segment.answer, found)
    answered = await whole(hand, Step.QA, segment.segment_id, first)
    notes = confidence_notes(hand, answered.value, Step.QA)
    candidate = replace(segment, candidate=answered.value.texts[segment.segment_id])
    await hand.commit(candidate, calls=[answered.call], notes=notes)


async def _choose(hand: JobInHand, segment: Segment) -> None:
    """Score the candidate, and keep it where it is better than what is there."""
    if segment.candidate is None or segment.candidate == segment.answer:
        await _keep_old(hand, segment, None)
        return
    findings, calls = await findings_in(hand, segment.segment_id, segment.candidate)
    if segment.qa_score is not None and score(findings) <= segment.qa_score:
        await hand.commit(
            _settled(hand, segment), calls=calls, notes=_retracted(hand, segment, Step.QA)
        )
        return
    corrected = replace(
        segment,
        answer=segment.candidate,
        translation=restore(segment.candidate, hand.masked(segment.segment_id)),
        origin=hand.desk.engine.name,
    )
    await hand.commit(
        scored(hand, corrected, findings),
        calls=calls,
        notes=_retracted(hand, segment, Step.TRANSLATOR),
    )


async def _keep_old(hand: JobInHand, segment: Segment, reason: str | None) -> None:
    errors = [hand.error(segment.segment_id, "correction", reason, Step.QA)] if reason else []
    await hand.commit(_settled(hand, segment), errors=errors)


def _settled(hand: JobInHand, segment: Segment) -> Segment:
    """The segment back where it was, a loop further."""
    return segment.to(
        SegmentStatus.QA_FAILED,
        candidate=None,
        settled=segment.retry_count >= hand.desk.settings.correction_loops,
    )


def _retracted(hand: JobInHand, segment: Segment, step: Step) -> list[Note]:
    """A version that is not kept takes its translator's doubts along."""
    notes = hand.current_notes(segment.segment_id, NoteType.LOW_CONFIDENCE)
    return [replace(note, retracted=True) for note in notes if note.step == step]


@task(name="correction", task_run_name="correction {label}")
async def correction(label: str, stretch: Stretch) -> None:
    """Correct a stretch of segments, one loop."""
    await stretch.each(Step.QA, correct)
