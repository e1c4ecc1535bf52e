"""Translator: translates each segment with its context; markup that can't be put back blocks it."""

from __future__ import annotations

from prefect import task

from domain.answers import Translations, read_translations
from domain.errors import MarkupLost, Unanswered
from domain.job import Step
from domain.placeholders import restore
from domain.segment import SegmentStatus
from prompts.turns import translate_turn
from tasks.asking import Answered, ask
from tasks.hand import JobInHand
from tasks.mending import whole
from tasks.outcomes import confidence_notes, unanswered
from tasks.questions import question
from tasks.stretch import Stretch


def wants_translation(hand: JobInHand, segment_id: int) -> bool:
    """Whether a segment has still to be translated."""
    return hand.segments[segment_id].status is SegmentStatus.PENDING


async def translate(hand: JobInHand, segment_id: int) -> None:
    """Translate one segment: `translated`, `blocked` or `failed`, committed."""
    segment = hand.segments[segment_id].to(SegmentStatus.PROCESSING)
    hand.jot(segment)
    try:
        first = await _translation(hand, segment_id)
        answered = await whole(hand, Step.TRANSLATOR, segment_id, first)
    except Unanswered as error:
        await unanswered(hand, segment_id, error, Step.TRANSLATOR)
    except MarkupLost as error:
        blocked = segment.to(SegmentStatus.BLOCKED, error=str(error))
        logged = hand.error(segment_id, "markup", str(error), Step.TRANSLATOR)
        await hand.commit(blocked, errors=[logged])
    else:
        text = answered.value.texts[segment_id]
        done = segment.to(
            SegmentStatus.TRANSLATED,
            answer=text,
            translation=restore(text, hand.masked(segment_id)),
            origin=hand.desk.engine.name,
        )
        notes = confidence_notes(hand, answered.value, Step.TRANSLATOR)
        await hand.commit(done, calls=[answered.call], notes=notes)


async def _translation(hand: JobInHand, segment_id: int) -> Answered[Translations]:
    text = hand.masked(segment_id).text
    before, after = hand.context(segment_id)
    turn = translate_turn(
        hand.job.source_lang,
        hand.job.target_lang,
        {segment_id: text},
        before=before,
        after=after,
    )
    return await ask(
        hand,
        Step.TRANSLATOR,
        [segment_id],
        question(hand, "translate", turn, [text]),
        lambda data: read_translations(data, [segment_id]),
    )


@task(name="translator", task_run_name="translator {label}")
async def translator(label: str, stretch: Stretch) -> None:
    """Translate a stretch of segments."""
    await stretch.each(Step.TRANSLATOR, translate)
