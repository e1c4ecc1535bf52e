"""Supervisor: checks the briefing, takes the document apart, blocks what can't be translated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial

from prefect import task

from domain.document.coverage import LeftReason
from domain.document.segment_windows import LONGEST_SEGMENT
from domain.errors import DocumentError, Unanswered
from domain.job.job import Step
from domain.job.notes import LoggedError, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.job.words_left import with_words_left
from domain.requests.answers import read_brief
from domain.reuse.memory import memory_context, memory_key
from domain.text.words import count_words
from prompts.turns import brief_turn
from tasks.requests.asking import ask
from tasks.requests.questions import question
from tasks.session.guard import guarded, together
from tasks.session.job_session import JobSession


async def supervise(sessions: Sequence[JobSession]) -> None:
    """Write some jobs' segments, each `pending` or `blocked`; ask for briefs where set so.

    A job whose document can't be taken apart, or whose work meets another fault, is left to its
    next attempt.
    """
    await together(_guarded(session) for session in sessions)


async def _guarded(session: JobSession) -> None:
    with guarded(partial(session.met, step=Step.SUPERVISOR)):
        await _supervised(session)


async def _supervised(session: JobSession) -> None:
    try:
        segments, left = await session.document.aside(lambda: _new_segments(session))
    except DocumentError as error:
        session.give_up(None, "document", str(error), Step.SUPERVISOR)
        return
    if segments:
        job = replace(
            session.job,
            segment_count=len(segments),
            source_words=sum(s.words for s in segments),
        )
        session.jot(*segments, job=with_words_left(job, left))
    if session.briefing.glossary:
        await asyncio.to_thread(session.terms.find, session.briefing.glossary)
    if session.job.supervised:
        return
    can = session.run.engine.tasks
    if session.run.settings.brief and session.job.brief is None and "brief" in can:
        await _ask_for_brief(session)
    review = session.job.source_review and "review_source" in can
    errors = _kept(session)
    if review != session.job.source_review:
        message = f"the source was not reviewed: {session.run.engine.name} can't do that"
        errors.append(session.error(None, "source_review", message, Step.SUPERVISOR))
    # Lost in a crash it is done again without cost, so it may travel with the first answer.
    session.jot(job=replace(session.job, supervised=True, source_review=review), errors=errors)


_TOLD = 5
"""Places of texts that are told of one reason."""


def _kept(session: JobSession) -> list[LoggedError]:
    """What stays as it is in the document, a line a reason."""
    errors = []
    for reason, places in session.document.plan.kept.items():
        told = ", ".join(places[:_TOLD]) + (", …" if len(places) > _TOLD else "")
        message = f"texts that stay as they are: {len(places)} ({told}), for {reason}"
        errors.append(session.error(None, "kept", message, Step.SUPERVISOR))
    return errors


def _new_segments(session: JobSession) -> tuple[list[Segment], dict[LeftReason, int]]:
    """The document is taken apart; its segments and the words left, unless the job has them.

    Raises:
        DocumentError: it can't be taken apart.
    """
    _ = session.document.plan
    if session.segments:
        return [], {}
    return segments_of(session), session.document.words_left()


def segments_of(session: JobSession) -> list[Segment]:
    """The segments of a job's document, as they are before anything was asked.

    Raises:
        DocumentError: the document can't be taken apart.
    """
    job = session.job
    segments = []
    context = memory_context(session.briefing, job.owner)
    for part in session.document.plan.segments:
        segment = Segment(
            job.job_id,
            part.segment_id,
            SegmentStatus.PENDING,
            part.source,
            count_words(part.source),
            memory_key=memory_key(
                context,
                session.document.masked(part.segment_id, part.source).text,
                note=part.note,
                max_chars=part.max_chars,
                text_context=part.context,
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


def text_for_brief(session: JobSession) -> str:
    """The document as a model is shown it as a whole, cut where it is long."""
    texts = (session.document.masked(i).text for i in sorted(session.segments))
    return "\n".join(texts)[:LONGEST_SEGMENT]


async def _ask_for_brief(session: JobSession) -> None:
    document = text_for_brief(session)
    turn = brief_turn(session.job.source_lang, session.job.target_lang, document)
    try:
        answered = await ask(
            session, Step.SUPERVISOR, (), question(session, "brief", turn, [document]), read_brief
        )
    except Unanswered as error:
        session.jot(errors=[session.error(None, error.kind, f"no brief: {error}", Step.SUPERVISOR)])
        return
    assert answered is not None, "a question about no segment has no halves"
    notes = [
        session.note(None, NoteType.SOURCE_ERROR, problem, Step.SUPERVISOR)
        for problem in answered.value.problems
    ]
    brief = json.dumps(asdict(answered.value), ensure_ascii=False)
    job = replace(session.job, brief=brief)
    await session.commit(job=job, calls=[answered.call], notes=notes)


@task(name="supervisor", task_run_name="supervisor {label}")
async def supervisor(label: str, sessions: Sequence[JobSession]) -> None:
    """Take the documents of some jobs apart; a job whose document can't be is left failed."""
    await supervise(sessions)
