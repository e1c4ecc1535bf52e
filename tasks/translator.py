"""Translator: translates segments with their context; markup that can't be put back blocks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from prefect import task

from domain.document.segment_windows import Ids
from domain.errors import MarkupLost, Unanswered
from domain.job.job import Step
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import Masked, restore
from domain.placeholders.merging import merged
from domain.requests.answers import Translations
from engines.port import Question
from prompts.turns import Surroundings, translate_turn
from tasks.qa import QA
from tasks.requests.asking import Answered, ask
from tasks.requests.grouping import Further, Stage, halves, left_out, searched
from tasks.requests.mending import (
    Draft,
    corrected,
    damage,
    drafts_of,
    entered,
    read_repaired,
)
from tasks.requests.outcomes import confidence_notes, unanswered
from tasks.requests.questions import context, question
from tasks.requests.segment_range import SegmentRange
from tasks.session.job_session import JobSession

LONGEST_NOTE = 500
"""Characters of a document's note that a model is shown."""

PLAIN = frozenset({"paragraph", "list_item"})
"""Places that ask for no other wording than a sentence anywhere, so that none is told."""

PENDING = SegmentStatus.PENDING


def wants_translation(session: JobSession, segment_id: int) -> bool:
    """Whether a segment has still to be translated, and waits for no other."""
    if segment_id in session.held_back:
        return False
    return session.segments[segment_id].status in (PENDING, SegmentStatus.PROCESSING)


async def translate(session: JobSession, ids: Ids) -> list[Further]:
    """Translate segments in one request: each `translated`, `blocked` or `failed`, committed.

    Returns:
        What is left: halves of a pack that got no usable answer, those that the answer lacks, and
        those that lost markup.
    """
    waiting = [session.segments[i] for i in ids]
    session.jot(*(s.to(SegmentStatus.PROCESSING) for s in waiting if s.status is PENDING))
    try:
        answered = await _translation(session, ids)
    except Unanswered as error:
        await unanswered(session, ids, error, Step.TRANSLATOR)
        return []
    if answered is None:
        return searched(ids, translate)
    texts = answered.value.texts
    damaged = damage(session, texts)
    await _commit(session, ids, answered, damaged)
    left = left_out(ids, texts, translate)
    if damaged:
        drafts = drafts_of(texts, damaged)
        left.append(Further(tuple(drafts), partial(_mend, drafts)))
    return left


def translation_question(
    session: JobSession, ids: Ids, masked: Mapping[int, Masked] | None = None
) -> Question:
    """What is asked to have segments translated with their context.

    Args:
        session: the job.
        ids: the segments.
        masked: by id, where it is not as their markup is masked elsewhere.
    """
    texts = {i: (masked or {}).get(i, session.document.masked(i)).text for i in ids}
    before, after = context(session, ids)
    turn = translate_turn(
        session.job.source_lang,
        session.job.target_lang,
        texts,
        before=before,
        after=after,
        surroundings={i: _surroundings(session, i) for i in ids},
    )
    return question(session, "translate", turn, list(texts.values()))


def _surroundings(session: JobSession, segment_id: int) -> Surroundings:
    part = session.document.plan.segments[segment_id]
    place = None if part.role in PLAIN else part.role
    return Surroundings(place, part.note[:LONGEST_NOTE], part.max_chars)


async def _translation(session: JobSession, ids: Ids) -> Answered[Translations] | None:
    return await ask(
        session,
        Step.TRANSLATOR,
        ids,
        translation_question(session, ids),
        lambda data: read_repaired(data, {i: session.document.masked(i) for i in ids}),
        has_context=any(context(session, ids)),
    )


async def _mend(drafts: Mapping[int, Draft], session: JobSession, ids: Ids) -> list[Further]:
    """Ask once for translations that lost markup, quoting the difference.

    Returns:
        What is left: halves, those that the answer lacks, and those that lost it again and can be
        asked for with fewer placeholders; the others are blocked.
    """
    try:
        answered = await corrected(session, Step.TRANSLATOR, {i: drafts[i] for i in ids})
    except Unanswered as error:
        await unanswered(session, ids, error, Step.TRANSLATOR)
        return []
    if answered is None:
        return halves(ids, partial(_mend, drafts))
    damaged = damage(session, answered.value.texts)
    fewer = {i: simpler for i in damaged if (simpler := merged(session.document.masked(i)))}
    lost = {i: sentences for i, sentences in damaged.items() if i not in fewer}
    await _commit(session, ids, answered, damaged, *_blocked(session, lost))
    left = left_out(ids, answered.value.texts, partial(_mend, drafts))
    if fewer:
        left.append(Further(tuple(fewer), partial(_with_fewer, fewer)))
    return left


async def _with_fewer(fewer: Mapping[int, Masked], session: JobSession, ids: Ids) -> list[Further]:
    """Ask once more, with fewer placeholders; what loses markup even so is blocked."""

    def read(data: Any) -> Translations:
        found = read_repaired(data, {i: fewer[i] for i in ids})
        return replace(found, texts={i: restore(text, fewer[i]) for i, text in found.texts.items()})

    asked = translation_question(session, ids, fewer)
    try:
        answered = await ask(
            session, Step.TRANSLATOR, ids, asked, read, has_context=any(context(session, ids))
        )
    except Unanswered as error:
        await unanswered(session, ids, error, Step.TRANSLATOR)
        return []
    if answered is None:
        return searched(ids, partial(_with_fewer, fewer))
    damaged = damage(session, answered.value.texts)
    await _commit(session, ids, answered, damaged, *_blocked(session, damaged))
    return left_out(ids, answered.value.texts, partial(_with_fewer, fewer))


def _blocked(session: JobSession, damaged: Mapping[int, tuple[str, ...]]) -> list[Segment]:
    return [
        session.segments[i].to(SegmentStatus.BLOCKED, error=str(MarkupLost(sentences)))
        for i, sentences in damaged.items()
    ]


async def _commit(
    session: JobSession,
    ids: Ids,
    answered: Answered[Translations],
    damaged: Mapping[int, object],
    *blocked: Segment,
) -> None:
    texts = answered.value.texts
    sound = [i for i in ids if i in texts and i not in damaged]
    done = [_translated(session, i, texts[i]) for i in sound]
    await session.commit(
        *done,
        *blocked,
        calls=[entered(answered.call, ids, texts, damaged)],
        notes=confidence_notes(session, answered.value, sound, Step.TRANSLATOR),
        errors=[
            session.error(s.segment_id, "markup", s.error or "", Step.TRANSLATOR) for s in blocked
        ],
    )


def _translated(session: JobSession, segment_id: int, text: str) -> Segment:
    return session.segments[segment_id].to(
        SegmentStatus.TRANSLATED,
        answer=text,
        translation=restore(text, session.document.masked(segment_id)),
        origin=session.run.engine.name,
    )


TRANSLATOR = Stage("translator", Step.TRANSLATOR, wants_translation, translate, then=QA)


@task(name="translator", task_run_name="translator {label}")
async def translator(label: str, segment_range: SegmentRange) -> None:
    """Translate a range of segments."""
    await segment_range.through(TRANSLATOR)
