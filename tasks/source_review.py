"""Source review: looks for errors in the source; informs only, never changes a status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from prefect import task

from domain.document.segment_windows import Ids
from domain.errors import Unanswered
from domain.job.job import Step
from domain.job.notes import NoteType
from domain.job.segment import Segment
from domain.requests.answers import SourceIssue, read_review
from prompts.turns import review_turn
from tasks.requests.asking import ask
from tasks.requests.grouping import Further, Stage, halves, left_out
from tasks.requests.mending import entered
from tasks.requests.questions import question
from tasks.requests.segment_range import SegmentRange
from tasks.session.job_session import JobSession


def wants_review(session: JobSession, segment_id: int) -> bool:
    """Whether a segment's source has still to be reviewed."""
    segment = session.segments[segment_id]
    if segment_id in session.held_back:
        return False
    return session.job.source_review and not segment.reviewed and not segment.is_ready


async def review(session: JobSession, ids: Ids) -> list[Further]:
    """Note what is wrong with segments' sources; a review that fails is left out and logged.

    Returns:
        What is left: halves of a pack that got no usable answer, and those that it lacks.
    """
    texts = {i: session.document.masked(i).text for i in ids}
    turn = review_turn(session.job.source_lang, texts)
    try:
        answered = await ask(
            session,
            Step.SOURCE_REVIEW,
            ids,
            question(session, "review_source", turn, list(texts.values())),
            lambda data: read_review(data, ids),
        )
    except Unanswered as error:
        message = f"the source was not reviewed: {error}"
        logged = [session.error(i, error.kind, message, Step.SOURCE_REVIEW) for i in ids]
        await session.commit(*_reviewed(session, ids), errors=logged)
        return []
    if answered is None:
        return halves(ids, review)
    notes = [
        session.note(issue.segment_id, NoteType.SOURCE_ERROR, _message(issue), Step.SOURCE_REVIEW)
        for issue in answered.value.issues
        if any(
            issue.span in text
            for text in (session.segments[issue.segment_id].source, texts[issue.segment_id])
        )
    ]
    reviewed = answered.value.reviewed
    done = _reviewed(session, [i for i in ids if i in reviewed])
    await session.commit(*done, calls=[entered(answered.call, ids, reviewed, ())], notes=notes)
    return left_out(ids, reviewed, review)


def _reviewed(session: JobSession, ids: Iterable[int]) -> list[Segment]:
    return [replace(session.segments[i], reviewed=True) for i in ids]


def _message(issue: SourceIssue) -> str:
    suggestion = f" → “{issue.suggestion}”" if issue.suggestion else ""
    return f"“{issue.span}”{suggestion}: {issue.explanation}"


SOURCE_REVIEW = Stage("source_review", Step.SOURCE_REVIEW, wants_review, review)


@task(name="source_review", task_run_name="source_review {label}")
async def source_review(label: str, segment_range: SegmentRange) -> None:
    """Review the source of a range of segments."""
    await segment_range.through(SOURCE_REVIEW)
