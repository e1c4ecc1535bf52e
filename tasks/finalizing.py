"""Finalizing: assembles the output, settles the notes and the job's status."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from prefect import task

from domain.errors import DocumentError
from domain.job import Step, mean_score
from domain.note_rules import notes_of
from domain.notes import Note
from domain.placeholders import strip
from domain.plan import Plan
from domain.segment import Segment, SegmentStatus
from domain.words import count_words
from formats.port import Format
from formats.registry import by_name
from tasks.hand import JobInHand
from tasks.supervisor import planned


async def finalize(hand: JobInHand) -> None:
    """Assemble the job's output and end it, in one commit; the output is durable before.

    Raises:
        DocumentError: the document is not the one its segments came from.
    """
    job = hand.job
    source = hand.desk.documents.get(job.document)
    output, broken = await asyncio.to_thread(_assembled, hand, source)
    final = [_final(hand, segment, broken) for segment in hand.segments.values()]
    key = await asyncio.to_thread(hand.desk.documents.put, output)
    changed = [s for s in final if s is not hand.segments[s.segment_id]]
    errors = [
        hand.error(s.segment_id, "markup", s.error or "", Step.FINALIZING)
        for s in changed
        if s.status is SegmentStatus.BLOCKED
    ]
    hand.held = False
    ended = replace(
        job,
        finalized=True,
        attempt_open=False,
        output=key,
        finished_at=hand.desk.clock.now(),
        qa_score=mean_score(final),
        target_words=sum(count_words(s.translation or "") for s in final),
    )
    await hand.commit(*changed, job=ended, notes=_final_notes(hand, final), errors=errors)


def _assembled(hand: JobInHand, source: bytes) -> tuple[bytes, dict[int, str]]:
    """The output, and which segments had to be left out of it and why."""
    job = hand.job
    plan = planned(hand.desk, job.document, job.format, job.source_lang)
    if [p.source for p in plan.segments] != [
        hand.segments[i].source for i in sorted(hand.segments)
    ]:
        raise DocumentError(
            "its segments are not those that were translated; submit it again with --again",
            where=job.source_path,
        )
    texts = {
        s.segment_id: s.translation
        for s in hand.segments.values()
        if s.translation is not None and s.status is not SegmentStatus.BLOCKED
    }
    format_ = by_name(job.format)
    broken = structure_breakers(format_, source, plan, texts)
    kept = {i: text for i, text in texts.items() if i not in broken}
    return format_.assemble(source, plan.units(kept)), broken


def structure_breakers(
    format_: Format, source: bytes, plan: Plan, texts: Mapping[int, str]
) -> dict[int, str]:
    """The segments whose translation would change the document's structure, and how.

    Halves the segments until the culprits are alone; a sound document costs one comparison. Of
    translations that only break it together, those that come first stay.

    Args:
        texts: translations by segment id.
    """

    def difference(some: Sequence[int]) -> str | None:
        output = format_.assemble(source, plan.units({i: texts[i] for i in some}))
        return format_.same_structure(source, output)

    def culprits(sound: Sequence[int], some: Sequence[int]) -> dict[int, str]:
        found = difference([*sound, *some])
        if found is None:
            return {}
        if len(some) == 1:
            return {some[0]: found}
        first, second = some[: len(some) // 2], some[len(some) // 2 :]
        broken = culprits(sound, first)
        return broken | culprits([*sound, *(i for i in first if i not in broken)], second)

    return culprits([], sorted(texts)) if texts else {}


def _final(hand: JobInHand, segment: Segment, broken: Mapping[int, str]) -> Segment:
    if segment.segment_id in broken:
        reason = f"its translation breaks the document: {broken[segment.segment_id]}"
        return segment.to(SegmentStatus.BLOCKED, error=reason, translation=None, qa_score=None)
    if segment.status is SegmentStatus.QA_PASSED:
        return segment.to(SegmentStatus.DONE)
    accepted = (
        segment.status is SegmentStatus.QA_FAILED
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
    return notes


@task(name="finalizing", task_run_name="finalizing {label}")
async def finalizing(label: str, hands: Sequence[JobInHand]) -> None:
    """End some jobs whose segments are all ready."""
    await asyncio.gather(*(_finalized(hand) for hand in hands))


async def _finalized(hand: JobInHand) -> None:
    try:
        await finalize(hand)
    except DocumentError as error:
        hand.give_up(None, "document", str(error), Step.FINALIZING)
