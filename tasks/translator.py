"""Translator: translates segments with their context; markup that can't be put back blocks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from prefect import task

from domain.cost.call import Call
from domain.document.segment_windows import Ids
from domain.errors import JobRefused, MarkupLost, Unanswered
from domain.job.job import Step
from domain.job.segment import Segment, SegmentStatus
from domain.named_models import NamedModel
from domain.placeholders.masking import Masked, restore
from domain.placeholders.merging import merged
from domain.requests.answers import Translations
from engines.port import Question
from prompts.turns import Surroundings, translate_turn
from tasks.qa import QA
from tasks.requests.asking import Answered, ask
from tasks.requests.chain import by_model, declined, next_after, passed_on, translator_of
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

NOTHING_LOST: Mapping[int, tuple[str, ...]] = {}


def wants_translation(session: JobSession, segment_id: int) -> bool:
    """Whether a segment has still to be translated, and waits for no other."""
    if segment_id in session.held_back:
        return False
    return session.segments[segment_id].status in (PENDING, SegmentStatus.PROCESSING)


async def translate(session: JobSession, ids: Ids) -> list[Further]:
    """Translate segments in one request: each `translated`, `blocked` or `failed`, committed.

    Returns:
        What is left: halves of a pack that got no usable answer, those that the answer lacks,
        those that lost markup, and those that go to another model.
    """
    parts = by_model(session, ids, "translate")
    if len(parts) > 1:
        return [Further(part, translate) for part in parts]
    asked = translator_of(session, ids[0])
    waiting = [session.segments[i] for i in ids]
    session.jot(*(s.to(SegmentStatus.PROCESSING) for s in waiting if s.status is PENDING))
    try:
        answered = await _translation(session, ids)
    except (Unanswered, JobRefused) as error:
        return await _passed_on(session, ids, error, asked)
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
        ids: the segments, of one model.
        masked: by id, where it is not as their markup is masked elsewhere.
    """
    texts = {i: (masked or {}).get(i, session.document.masked(i)).text for i in ids}
    asked = translator_of(session, ids[0])
    before, after = context(session, ids, asked)
    turn = translate_turn(
        session.job.source_lang,
        session.job.target_lang,
        texts,
        before=before,
        after=after,
        surroundings={i: _surroundings(session, i) for i in ids},
    )
    return question(session, "translate", turn, list(texts.values()), asked)


def _surroundings(session: JobSession, segment_id: int) -> Surroundings:
    part = session.document.plan.segments[segment_id]
    place = None if part.role in PLAIN else part.role
    context = f"context: {part.context}" if part.context else ""
    note = "; ".join(filter(None, (context, part.note)))
    return Surroundings(place, note[:LONGEST_NOTE], part.max_chars)


async def _translation(session: JobSession, ids: Ids) -> Answered[Translations] | None:
    return await ask(
        session,
        Step.TRANSLATOR,
        ids,
        translation_question(session, ids),
        lambda data: read_repaired(data, {i: session.document.masked(i) for i in ids}),
        has_context=_has_context(session, ids),
    )


def _has_context(session: JobSession, ids: Ids) -> bool:
    return any(context(session, ids, translator_of(session, ids[0])))


async def _passed_on(
    session: JobSession,
    ids: Ids,
    error: Unanswered | JobRefused,
    asked: NamedModel | None = None,
) -> list[Further]:
    """Have the next model asked about segments; where there is none, they are given up.

    Args:
        session: their job.
        ids: the segments.
        error: why there is no translation.
        asked: who was asked; None is who is asked now.

    Raises:
        JobRefused: `error` itself, where there is none.
    """
    if await passed_on(session, ids, error, Step.TRANSLATOR, asked):
        return [Further(ids, translate)]
    if isinstance(error, JobRefused):
        raise error
    await unanswered(session, ids, error, Step.TRANSLATOR)
    return []


async def _mend(drafts: Mapping[int, Draft], session: JobSession, ids: Ids) -> list[Further]:
    """Ask once for translations that lost markup, quoting the difference.

    Returns:
        What is left: halves, those that the answer lacks, and those that lost it again and can be
        asked for with fewer placeholders, or of another model; the others are blocked.
    """
    try:
        answered = await corrected(session, Step.TRANSLATOR, {i: drafts[i] for i in ids})
    except (Unanswered, JobRefused) as error:
        return await _passed_on(session, ids, error)
    if answered is None:
        return halves(ids, partial(_mend, drafts))
    damaged = damage(session, answered.value.texts)
    fewer = {i: simpler for i in damaged if (simpler := merged(session.document.masked(i)))}
    lost = {i: sentences for i, sentences in damaged.items() if i not in fewer}
    left = left_out(ids, answered.value.texts, partial(_mend, drafts)) + _of_another(session, lost)
    await _commit(session, ids, answered, damaged, lost)
    if fewer:
        left.append(Further(tuple(fewer), partial(_with_fewer, fewer)))
    return left


async def _with_fewer(fewer: Mapping[int, Masked], session: JobSession, ids: Ids) -> list[Further]:
    """Ask once more, with fewer placeholders; what loses markup even so is another model's.

    It is blocked where there is none.
    """

    def read(data: Any) -> Translations:
        found = read_repaired(data, {i: fewer[i] for i in ids})
        return replace(found, texts={i: restore(text, fewer[i]) for i, text in found.texts.items()})

    asked = translation_question(session, ids, fewer)
    try:
        answered = await ask(
            session, Step.TRANSLATOR, ids, asked, read, has_context=_has_context(session, ids)
        )
    except (Unanswered, JobRefused) as error:
        return await _passed_on(session, ids, error)
    if answered is None:
        return searched(ids, partial(_with_fewer, fewer))
    damaged = damage(session, answered.value.texts)
    left = left_out(ids, answered.value.texts, partial(_with_fewer, fewer))
    left += _of_another(session, damaged)
    await _commit(session, ids, answered, damaged, damaged)
    return left


def _of_another(session: JobSession, lost: Mapping[int, object]) -> list[Further]:
    """What is left of segments whose markup a model can't keep, where another one may."""
    going = tuple(i for i in lost if next_after(session, (i,)))
    return [Further(going, translate)] if going else []


def _given_up(session: JobSession, segment_id: int, sentences: tuple[str, ...]) -> Segment:
    """A segment whose markup a model can't keep: declined by it, or blocked at the chain's end."""
    if next_after(session, (segment_id,)):
        return declined(session, segment_id)
    error = str(MarkupLost(sentences))
    return session.segments[segment_id].to(SegmentStatus.BLOCKED, error=error)


def _said(session: JobSession, segment_id: int, sentences: tuple[str, ...]) -> str:
    following = next_after(session, (segment_id,))
    return f"{MarkupLost(sentences)}" + (f"; {following} is asked" if following else "")


async def _commit(
    session: JobSession,
    ids: Ids,
    answered: Answered[Translations],
    damaged: Mapping[int, object],
    lost: Mapping[int, tuple[str, ...]] = NOTHING_LOST,
) -> None:
    texts = answered.value.texts
    sound = [i for i in ids if i in texts and i not in damaged]
    done = [_translated(session, i, texts[i], answered.call) for i in sound]
    await session.commit(
        *done,
        *(_given_up(session, i, sentences) for i, sentences in lost.items()),
        calls=[entered(answered.call, ids, texts, damaged)],
        notes=confidence_notes(session, answered.value, sound, Step.TRANSLATOR),
        errors=[
            session.error(i, "markup", _said(session, i, sentences), Step.TRANSLATOR)
            for i, sentences in lost.items()
        ],
    )


def _translated(session: JobSession, segment_id: int, text: str, call: Call) -> Segment:
    return session.segments[segment_id].to(
        SegmentStatus.TRANSLATED,
        answer=text,
        translation=restore(text, session.document.masked(segment_id)),
        origin=call.engine,
        model=call.model,
    )


TRANSLATOR = Stage("translator", Step.TRANSLATOR, wants_translation, translate, then=QA)


@task(name="translator", task_run_name="translator {label}")
async def translator(label: str, segment_range: SegmentRange) -> None:
    """Translate a range of segments."""
    await segment_range.through(TRANSLATOR)
