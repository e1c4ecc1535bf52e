"""What becomes of segments whose question got an answer that can't be used, or none."""

from __future__ import annotations

from collections.abc import Collection

from domain.document.segment_windows import Ids
from domain.errors import Unanswered
from domain.job.job import Step
from domain.job.notes import Note, NoteType
from domain.job.segment import SegmentStatus
from domain.requests.answers import Translations
from tasks.session.job_session import JobSession


async def unanswered(session: JobSession, ids: Ids, error: Unanswered, step: Step) -> None:
    """Commit segments as given up: `failed` while another attempt may help, else `blocked`.

    Args:
        session: their job.
        ids: segments that are being translated.
        error: why there is no translation.
        step: where, for the error log.
    """
    is_last = error.for_good or session.is_last_attempt
    status = SegmentStatus.BLOCKED if is_last else SegmentStatus.FAILED
    reason = _reason(session, error)
    changed = [session.segments[i].to(status, error=reason) for i in ids]
    await session.commit(*changed, errors=[session.error(i, error.kind, reason, step) for i in ids])


async def unjudged(session: JobSession, ids: Ids, error: Unanswered, step: Step) -> bool:
    """Commit segments that are translated as `failed`, where another attempt may help.

    Returns:
        Whether it may; else what is there has to do.
    """
    if error.for_good or not error.by_engine or session.is_last_attempt:
        return False
    reason = _reason(session, error)
    changed = [session.segments[i].to(SegmentStatus.FAILED, error=reason) for i in ids]
    await session.commit(*changed, errors=[session.error(i, error.kind, reason, step) for i in ids])
    return True


def _reason(session: JobSession, error: Unanswered) -> str:
    if error.for_good:
        who = "the engine refuses it" if error.by_engine else "the model refused to translate it"
        return f"{who}: {error}"
    if session.is_last_attempt and session.job.attempt > 1:
        return f"no usable answer in {session.job.attempt} attempts: {error}"
    return f"no usable answer: {error}"


def confidence_notes(
    session: JobSession, answer: Translations, ids: Collection[int], step: Step
) -> list[Note]:
    """The notes that follow from what a translator said of its own confidence in some segments."""
    return [
        session.note(note.segment_id, NoteType.LOW_CONFIDENCE, note.note, step)
        for note in answer.notes
        if note.confidence == "low" and note.segment_id in ids
    ]
