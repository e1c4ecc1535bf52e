"""Supervisor: checks the briefing, takes the document apart, blocks what can't be translated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from prefect import task

from domain.answers import read_brief
from domain.errors import DocumentError, Unanswered
from domain.job import Step
from domain.memory import memory_context, memory_key
from domain.notes import NoteType
from domain.packs import LONGEST_SEGMENT
from domain.plan import Plan, plan
from domain.segment import Segment, SegmentStatus
from domain.words import count_words
from formats.registry import by_name
from prompts.turns import brief_turn
from tasks.asking import ask
from tasks.desk import Desk
from tasks.hand import JobInHand
from tasks.questions import question


def planned(desk: Desk, document: str, format_name: str, lang: str) -> Plan:
    """A stored document's segments.

    Raises:
        DocumentError: the document can't be taken apart.
        LakeError: it is not in the store.
    """
    return plan(by_name(format_name).extract(desk.documents.get(document)), lang)


async def supervise(hand: JobInHand) -> None:
    """Write the job's segments, each `pending` or `blocked`; ask for its brief where set so.

    Raises:
        DocumentError: the document can't be taken apart.
    """
    if not hand.segments:
        segments = await asyncio.to_thread(segments_of, hand)
        job = replace(
            hand.job,
            segment_count=len(segments),
            source_words=sum(s.words for s in segments),
        )
        hand.jot(*segments, job=job)
    hand.find_terms()
    if hand.job.supervised:
        return
    can = hand.desk.engine.tasks
    if hand.desk.settings.brief and hand.job.brief is None and "brief" in can:
        await _ask_for_brief(hand)
    review = hand.job.source_review and "review_source" in can
    errors = []
    if review != hand.job.source_review:
        message = f"the source was not reviewed: {hand.desk.engine.name} can't do that"
        errors.append(hand.error(None, "source_review", message, Step.SUPERVISOR))
    job = replace(hand.job, supervised=True, source_review=review)
    await hand.commit(job=job, errors=errors)


def segments_of(hand: JobInHand) -> list[Segment]:
    """The segments of a job's document, as they are before anything was asked.

    Raises:
        DocumentError: the document can't be taken apart.
    """
    job = hand.job
    segments = []
    context = memory_context(hand.briefing, job.owner)
    for part in planned(hand.desk, job.document, job.format, job.source_lang).segments:
        segment = Segment(
            job.job_id,
            part.segment_id,
            SegmentStatus.PENDING,
            part.source,
            count_words(part.source),
            memory_key=memory_key(context, hand.masked(part.segment_id, part.source).text),
        )
        if len(part.source) > LONGEST_SEGMENT:
            segment = segment.to(
                SegmentStatus.BLOCKED,
                error=f"{len(part.source):,} characters without a sentence boundary; a segment "
                f"has {LONGEST_SEGMENT:,} at most: break the text into sentences or paragraphs",
            )
        segments.append(segment)
    return segments


def text_for_brief(hand: JobInHand) -> str:
    """The document as a model is shown it as a whole, cut where it is long."""
    return "\n".join(hand.masked(i).text for i in sorted(hand.segments))[:LONGEST_SEGMENT]


async def _ask_for_brief(hand: JobInHand) -> None:
    document = text_for_brief(hand)
    turn = brief_turn(hand.job.source_lang, hand.job.target_lang, document)
    try:
        answered = await ask(
            hand, Step.SUPERVISOR, (), question(hand, "brief", turn, [document]), read_brief
        )
    except Unanswered as error:
        hand.jot(errors=[hand.error(None, error.kind, f"no brief: {error}", Step.SUPERVISOR)])
        return
    assert answered is not None, "a question about no segment has no halves"
    notes = [
        hand.note(None, NoteType.SOURCE_ERROR, problem, Step.SUPERVISOR)
        for problem in answered.value.problems
    ]
    brief = json.dumps(asdict(answered.value), ensure_ascii=False)
    job = replace(hand.job, brief=brief)
    await hand.commit(job=job, calls=[answered.call], notes=notes)


@task(name="supervisor", task_run_name="supervisor {label}")
async def supervisor(label: str, hands: Sequence[JobInHand]) -> None:
    """Take the documents of some jobs apart; a job whose document can't be is left failed."""
    await asyncio.gather(*(_supervised(hand) for hand in hands))


async def _supervised(hand: JobInHand) -> None:
    try:
        await supervise(hand)
    except DocumentError as error:
        hand.give_up(None, "document", str(error), Step.SUPERVISOR)
