"""What becomes of a segment whose question got an answer that can't be used, or none."""

from __future__ import annotations

from domain.answers import Translations
from domain.errors import Unanswered
from domain.job import Step
from domain.notes import Note, NoteType
from domain.segment import SegmentStatus
from tasks.hand import JobInHand


async def unanswered(hand: JobInHand, segment_id: int, error: Unanswered, step: Step) -> None:
    """Commit a segment as `blocked` where the model refused it, else as `failed`."""
    segment = hand.segments[segment_id]
    if error.kind == "refused" and segment.status is SegmentStatus.PROCESSING:
        reason = f"the model refused to translate it: {error}"
        changed = segment.to(SegmentStatus.BLOCKED, error=reason)
    else:
        reason = f"no usable answer: {error}"
        changed = segment.to(SegmentStatus.FAILED, error=reason)
    await hand.commit(changed, errors=[hand.error(segment_id, error.kind, reason, step)])


def confidence_notes(hand: JobInHand, answer: Translations, step: Step) -> list[Note]:
    """The notes that follow from what a translator said of its own confidence."""
    return [
        hand.note(note.segment_id, NoteType.LOW_CONFIDENCE, note.note, step)
        for note in answer.notes
        if note.confidence == "low"
    ]
