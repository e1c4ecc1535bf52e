"""Translator: translates each segment with its context; markup that can't be put back blocks it."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import task

from domain.answers import Translations, read_translations
from domain.job import Step
from domain.placeholders import differences, restore
from domain.segment import SegmentStatus
from prompts.turns import translate_turn
from tasks.asking import Answered, Unanswered, ask
from tasks.hand import JobInHand
from tasks.outcomes import confidence_notes, damaged, unanswered
from tasks.questions import question
from tasks.stretch import Stretch


def wants_translation(hand: JobInHand, segment_id: int) -> bool:
    """Whether a segment has still to be translated."""
    return hand.segments[segment_id].status is SegmentStatus.PENDING


async def translate(hand: JobInHand, segment_id: int) -> None:
    """Translate one segment: `translated`, `blocked` or `failed`, committed."""
    segment = hand.segments[segment_id].to(SegmentStatus.PROCESSING)
    hand.jot(segment)
    masked = hand.masked(segment_id)
    damage: tuple[str, ...] = ()
    for _ in range(2):
        try:
            answered = await _translation(hand, segment_id, damage)
        except Unanswered as error:
            await unanswered(hand, segment_id, error, Step.TRANSLATOR)
            return
        text = answered.value.texts[segment_id]
        damage = differences(masked, text)
        if not damage:
            done = segment.to(
                SegmentStatus.TRANSLATED,
                answer=text,
                translation=restore(text, masked),
                origin=hand.desk.engine.name,
            )
            notes = confidence_notes(hand, answered.value, Step.TRANSLATOR)
            await hand.commit(done, calls=[answered.call], notes=notes)
            return
        await hand.commit(calls=[damaged(answered.call)])
    reason = "its markup can't be put back: " + "; ".join(damage)
    blocked = segment.to(SegmentStatus.BLOCKED, error=reason)
    logged = hand.error(segment_id, "markup", reason, Step.TRANSLATOR)
    await hand.commit(blocked, errors=[logged])


async def _translation(
    hand: JobInHand, segment_id: int, damage: Sequence[str]
) -> Answered[Translations]:
    text = hand.masked(segment_id).text
    before, after = hand.context(segment_id)
    turn = translate_turn(
        hand.job.source_lang,
        hand.job.target_lang,
        {segment_id: text},
        before=before,
        after=after,
        problems={segment_id: "; ".join(damage)} if damage else {},
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
