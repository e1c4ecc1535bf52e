"""Answers with whole markup: a translation that lost placeholders is asked for once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.answers import Translations, read_translations
from domain.errors import MarkupLost
from domain.job import Step
from domain.placeholders import differences
from domain.quality import Finding, Severity
from prompts.turns import correct_turn
from tasks.asking import Answered, ask
from tasks.hand import JobInHand
from tasks.questions import question


async def corrected(
    hand: JobInHand,
    step: Step,
    segment_id: int,
    translation: str,
    findings: Sequence[Finding],
) -> Answered[Translations]:
    """A translation as corrected with these findings in hand.

    Args:
        translation: with its placeholders.

    Raises:
        Unanswered: no usable answer.
    """
    source = hand.masked(segment_id).text
    turn = correct_turn(
        hand.job.source_lang,
        hand.job.target_lang,
        {segment_id: (source, translation, findings)},
    )
    return await ask(
        hand,
        step,
        [segment_id],
        question(hand, "correct", turn, [source, translation]),
        lambda data: read_translations(data, [segment_id]),
    )


async def whole(
    hand: JobInHand, step: Step, segment_id: int, answered: Answered[Translations]
) -> Answered[Translations]:
    """An answer that has the source's placeholders: this one, or the one that one retry brings.

    The retry quotes the difference as errors to correct. An answer that is not used is in the
    ledger when this returns.

    Raises:
        MarkupLost: the retry's placeholders differ as well.
        Unanswered: the retry brought no usable answer.
    """
    damage = differences(hand.masked(segment_id), answered.value.texts[segment_id])
    if not damage:
        return answered
    await _enter_damaged(hand, answered)
    damaged = answered.value.texts[segment_id]
    findings = [_finding(sentence) for sentence in damage]
    again = await corrected(hand, step, segment_id, damaged, findings)
    damage = differences(hand.masked(segment_id), again.value.texts[segment_id])
    if damage:
        await _enter_damaged(hand, again)
        raise MarkupLost(damage)
    return again


async def _enter_damaged(hand: JobInHand, answered: Answered[Translations]) -> None:
    await hand.commit(calls=[replace(answered.call, outcome="markup")])


def _finding(sentence: str) -> Finding:
    return Finding(Severity.CRITICAL, "markup/placeholder", "", sentence, "check")
