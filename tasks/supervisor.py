"""Supervisor: checks the briefing, takes the document apart, blocks what can't be translated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial

from prefect import task

from domain.document.segment_windows import LONGEST_SEGMENT
from domain.errors import DocumentError, Unanswered
from domain.job.job import Step
from domain.job.notes import NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.requests.answers import read_brief
from domain.reuse.memory import memory_context, memory_key
from domain.text.words import count_words
from prompts.turns import brief_turn
from tasks.requests.asking import ask
from tasks.requests.questions import question
from tasks.session.guard import guarded, together
from tasks.session.job_session import JobInHand


async def supervise(hands: Sequence[JobInHand]) -> None:
    """Write some jobs' segments, each `pending` or `blocked`; ask for briefs where set so.

    A job whose document can't be taken apart, or whose work meets another fault, is left to its
    next attempt.
    """
    await together(_guarded(hand) for hand in hands)


async def _guarded(hand: JobInHand) -> None:
    with guarded(partial(hand.met, step=Step.SUPERVISOR)):
        await _supervised(hand)


async def _supervised(hand: JobInHand) -> None:
    try:
        await hand.aside(lambda: hand.plan)
    except DocumentError as error:
        hand.give_up(None, "document", str(error), Step.SUPERVISOR)
        return
    if not hand.segments:
        segments = await hand.aside(lambda: segments_of(hand))
        job = replace(
            hand.job,
            segment_count=len(segments),
            source_words=sum(s.words for s in segments),
        )
        hand.jot(*segments, job=job)
    if hand.briefing.glossary:
        await asyncio.to_thread(hand.find_terms)
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
    # Lost in a crash it is done again without cost, so it may travel with the first answer.
    hand.jot(job=replace(hand.job, supervised=True, source_review=review), errors=errors)


def segments_of(hand: JobInHand) -> list[Segment]:
    """The segments of a job's document, as they are before anything was asked.

    Raises:
        DocumentError: the document can't be taken apart.
    """
    job = hand.job
    segments = []
    context = memory_context(hand.briefing, job.owner)
    for part in hand.plan.segments:
        segment = Segment(
            job.job_id,
            part.segment_id,
            SegmentStatus.PENDING,
            part.source,
            count_words(part.source),
            memory_key=memory_key(
                context,
                hand.masked(part.segment_id, part.source).text,
                note=part.note,
                max_chars=part.max_chars,
            ),
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
    await supervise(hands)
