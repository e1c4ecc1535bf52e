"""What becomes of segments whose question got an answer that can't be used, or none."""

from __future__ import annotations

from collections.abc import Collection

from domain.answers import Translations
from domain.errors import Unanswered
from domain.job import Step
from domain.notes import Note, NoteType
from domain.packs import Ids
from domain.segment import Segment, SegmentStatus
from tasks.hand import JobInHand


async def unanswered(hand: JobInHand, ids: Ids, error: Unanswered, step: Step) -> None:
    """Commit segments as `blocked` where the model refused to translate, else as `failed`."""
    changed = [_unanswered(hand.segments[i], error) for i in ids]
    logged = [hand.error(s.segment_id, error.kind, s.error or "", step) for s in changed]
    await hand.commit(*changed, errors=logged)


def _unanswered(segment: Segment, error: Unanswered) -> Segment:
    if error.kind == "refused" and segment.status is SegmentStatus.PROCESSING:
        reason = f"the model refused to translate it: {error}"
        return segment.to(SegmentStatus.BLOCKED, error=reason)
    return segment.to(SegmentStatus.FAILED, error=f"no usable answer: {error}")


def confidence_notes(
    hand: JobInHand, answer: Translations, ids: Collection[int], step: Step
) -> list[Note]:
    """The notes that follow from what a translator said of its own confidence in some segments."""
    return [
        hand.note(note.segment_id, NoteType.LOW_CONFIDENCE, note.note, step)
        for note in answer.notes
        if note.confidence == "low" and note.segment_id in ids
    ]
