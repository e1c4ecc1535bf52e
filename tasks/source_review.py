"""Source review: looks for errors in the source; informs only, never changes a status."""

from __future__ import annotations

from dataclasses import replace

from prefect import task

from domain.answers import SourceIssue, read_review
from domain.errors import Unanswered
from domain.job import Step
from domain.notes import NoteType
from prompts.turns import review_turn
from tasks.asking import ask
from tasks.hand import JobInHand
from tasks.questions import question
from tasks.stretch import Stretch


def wants_review(hand: JobInHand, segment_id: int) -> bool:
    """Whether a segment's source has still to be reviewed."""
    segment = hand.segments[segment_id]
    return hand.job.source_review and not segment.reviewed and not segment.is_ready


async def review(hand: JobInHand, segment_id: int) -> None:
    """Note what is wrong with a segment's source; a review that fails is left out and logged."""
    segment = hand.segments[segment_id]
    text = hand.masked(segment_id).text
    turn = review_turn(hand.job.source_lang, {segment_id: text})
    reviewed = replace(segment, reviewed=True)
    try:
        answered = await ask(
            hand,
            Step.SOURCE_REVIEW,
            [segment_id],
            question(hand, "review_source", turn, [text]),
            lambda data: read_review(data, [segment_id]),
        )
    except Unanswered as error:
        message = f"the source was not reviewed: {error}"
        logged = hand.error(segment_id, error.kind, message, Step.SOURCE_REVIEW)
        await hand.commit(reviewed, errors=[logged])
        return
    notes = [
        hand.note(segment_id, NoteType.SOURCE_ERROR, _message(issue), Step.SOURCE_REVIEW)
        for issue in answered.value
        if issue.span in segment.source or issue.span in text
    ]
    await hand.commit(reviewed, calls=[answered.call], notes=notes)


def _message(issue: SourceIssue) -> str:
    suggestion = f" → “{issue.suggestion}”" if issue.suggestion else ""
    return f"“{issue.span}”{suggestion}: {issue.explanation}"


@task(name="source_review", task_run_name="source_review {label}")
async def source_review(label: str, stretch: Stretch) -> None:
    """Review the source of a stretch of segments."""
    await stretch.each(Step.SOURCE_REVIEW, review)
