"""Finalizing: assembles the output, settles the notes and the job's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from prefect import task

from domain.errors import DocumentError
from domain.job.job import Step, mean_score
from domain.job.note_rules import notes_of
from domain.job.notes import Note
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import strip
from domain.text.words import count_words
from formats.registry import by_name
from tasks.delivery.assembling import assembled
from tasks.reuse.consistency import consistency_notes
from tasks.session.guard import guarded, together
from tasks.session.job_session import JobInHand

QA_FAILED = SegmentStatus.QA_FAILED


async def finalize(hands: Sequence[JobInHand]) -> None:
    """Assemble the outputs of some jobs and end these, each in one commit, its output durable.

    A job whose document is not the one its segments came from, or whose work meets another fault,
    is left to its next attempt.
    """
    await together(_guarded(hand) for hand in hands)


async def _guarded(hand: JobInHand) -> None:
    before = hand.job
    with guarded(partial(hand.met, step=Step.FINALIZING)):
        await _finalized(hand)
    if hand.given_up and hand.job.finalized:
        # However far it came here: what is not durable is left to its next attempt.
        hand.held, hand.job = True, before


class _Output(NamedTuple):
    """A job's output in the store, and which segments had to be left out of it and why."""

    key: str
    broken: Mapping[int, str]


def _output(hand: JobInHand) -> _Output:
    data, broken = _assembled(hand, hand.desk.documents.get(hand.job.document))
    return _Output(hand.desk.documents.put(data), broken)


async def _finalized(hand: JobInHand) -> None:
    try:
        output = await hand.aside(lambda: _output(hand))
    except DocumentError as error:
        hand.give_up(None, "document", str(error), Step.FINALIZING)
        return
    final = [_final(hand, segment, output.broken) for segment in hand.segments.values()]
    changed = [s for s in final if s is not hand.segments[s.segment_id]]
    errors = [
        hand.error(s.segment_id, "markup", s.error or "", Step.FINALIZING)
        for s in changed
        if s.status is SegmentStatus.BLOCKED
    ]
    notes = await hand.aside(lambda: _final_notes(hand, final))
    hand.held = False
    ended = replace(
        hand.job,
        finalized=True,
        attempt_open=False,
        output=output.key,
        finished_at=hand.desk.clock.now(),
        qa_score=mean_score(final),
        target_words=sum(count_words(s.translation or "") for s in final),
    )
    await hand.commit(*changed, job=ended, notes=notes, errors=errors)


def _assembled(hand: JobInHand, source: bytes) -> tuple[bytes, dict[int, str]]:
    """The output, and which segments had to be left out of it and why.

    Raises:
        DocumentError: the document is not the one its segments came from.
    """
    if [p.source for p in hand.plan.segments] != [
        hand.segments[i].source for i in sorted(hand.segments)
    ]:
        raise DocumentError(
            "its segments are not those that were translated; submit it again with --again",
            where=hand.job.source_path,
        )
    texts = {
        s.segment_id: s.translation
        for s in hand.segments.values()
        if s.translation is not None and s.status is not SegmentStatus.BLOCKED
    }
    unsure = [i for i in texts if _final(hand, hand.segments[i], {}).status is QA_FAILED]
    format_ = by_name(hand.job.format)
    return assembled(format_, source, hand.plan, texts, hand.job.target_lang, unsure)


def _final(hand: JobInHand, segment: Segment, broken: Mapping[int, str]) -> Segment:
    if segment.segment_id in broken:
        reason = f"its translation breaks the document: {broken[segment.segment_id]}"
        return segment.to(SegmentStatus.BLOCKED, error=reason, translation=None, qa_score=None)
    if segment.status is SegmentStatus.QA_PASSED:
        return segment.to(SegmentStatus.DONE)
    accepted = (
        segment.status is QA_FAILED
        and segment.qa_score is not None
        and segment.qa_score >= hand.desk.settings.minimum_score
    )
    return segment.to(SegmentStatus.DONE) if accepted else segment


def _final_notes(hand: JobInHand, segments: Sequence[Segment]) -> list[Note]:
    """What code notes about the translations that stay."""
    job = hand.job
    notes = []
    for segment in segments:
        if segment.answer is None or segment.status is SegmentStatus.BLOCKED:
            continue
        for kind, message in notes_of(
            strip(hand.masked(segment.segment_id).text),
            strip(segment.answer),
            source_lang=job.source_lang,
            target_lang=job.target_lang,
            terms=hand.terms_in(segment.segment_id),
        ):
            notes.append(hand.note(segment.segment_id, kind, message, Step.FINALIZING))
    return [*notes, *consistency_notes(hand, segments)]


@task(name="finalizing", task_run_name="finalizing {label}")
async def finalizing(label: str, hands: Sequence[JobInHand]) -> None:
    """End some jobs whose segments are all ready."""
    await finalize(hands)
