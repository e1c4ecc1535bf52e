"""Segments whose translation is there already: taken from memory instead of asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from domain.checks.quality import score, to_json
from domain.job.job import Step
from domain.job.notes import Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import differences, mask, restore
from domain.reuse.memory import (
    MEMORY_ORIGIN,
    REVIEWED_ORIGIN,
    Unit,
    import_key,
    under_protection,
)
from tasks.run.night_memory import NightMemory
from tasks.session.checked import checked
from tasks.session.guard import is_end, is_of_all
from tasks.session.job_session import JobSession


async def prepare(memory: NightMemory, sessions: Sequence[JobSession]) -> None:
    """Look up all segments of some jobs that have still to be translated, and hold what there is
    for them until the jobs are let go of.

    A job whose look-up meets a fault is left to its next attempt.
    """
    try:
        await _prepared(memory, sessions)
    except BaseException as error:
        if len(sessions) == 1 or is_end(error) or is_of_all(error):
            for session in sessions:
                session.met(error, Step.TRANSLATOR)
            return
        for session in sessions:
            await prepare(memory, [session])


async def _prepared(memory: NightMemory, sessions: Sequence[JobSession]) -> None:
    keys, import_keys = set[str](), set[str]()
    holds_imports = await asyncio.to_thread(memory.holds_imports)
    for session in sessions:
        wanted = [s for s in session.segments.values() if s.status is SegmentStatus.PENDING]
        own = {s.memory_key for s in wanted if s.memory_key is not None}
        own_imports = (
            {
                _import_key(session, wording)
                for s in wanted
                if s.memory_key is not None
                for wording in _wordings(session, s)
            }
            if holds_imports
            else set[str]()
        )
        memory.hold(session.job.job_id, own, own_imports)
        keys |= own
        import_keys |= own_imports
    await memory.prepare(keys, import_keys)


def recalled(
    memory: NightMemory, session: JobSession, segment_id: int
) -> tuple[Segment, list[Note]] | None:
    """A pending segment with the translation there is for it, and its notes; None without one.

    What a person wrote goes before all else. The segment has passed QA: its unit did, or a person
    wrote it, or it is an import in which code finds no more than the target score allows.
    """
    segment = session.segments[segment_id]
    if segment.memory_key is None:
        return None
    masked = session.document.masked(segment_id)
    unit = _fit_review(memory, session, segment)
    if unit is None:
        unit = memory.hit(segment.memory_key) or _sound_import(memory, session, segment)
    if unit is None or differences(masked, unit.answer):
        return None
    if not unit.proven:
        session.unproven.add(segment_id)
    passed = (
        segment.to(SegmentStatus.PROCESSING)
        .to(
            SegmentStatus.TRANSLATED,
            answer=unit.answer,
            translation=restore(unit.answer, masked),
            origin=REVIEWED_ORIGIN if unit.reviewed else MEMORY_ORIGIN,
        )
        .to(SegmentStatus.QA_PASSED, qa_score=unit.score, findings=unit.findings, reviewed=True)
    )
    notes = [
        session.note(segment_id, NoteType.LOW_CONFIDENCE, doubt, Step.TRANSLATOR)
        for doubt in unit.doubts
    ]
    return passed, notes


def unit_of(session: JobSession, segment_id: int) -> Unit | None:
    """What others may take from a segment; None unless it passed QA."""
    segment = session.segments[segment_id]
    if segment.status is not SegmentStatus.QA_PASSED:
        return None
    assert segment.answer is not None, "what passed QA has an answer"
    assert segment.origin is not None, "what has an answer has an origin"
    doubts = (note.message for note in session.current_notes(segment_id, NoteType.LOW_CONFIDENCE))
    return Unit(
        segment.answer,
        segment.qa_score,
        segment.findings,
        segment.origin,
        tuple(doubts),
        proven=False,
    )


def unfit_review(memory: NightMemory, session: JobSession, segment_id: int) -> str | None:
    """Why what a person wrote for a segment can't stand for it; None where it can, or there is
    none."""
    unit = _review(memory, session, session.segments[segment_id])
    wrong = differences(session.document.masked(segment_id), unit.answer) if unit else ()
    if unit is None or not wrong:
        return None
    return f"the reviewed translation from {unit.origin} is not used: {'; '.join(wrong)}"


def _fit_review(memory: NightMemory, session: JobSession, segment: Segment) -> Unit | None:
    """What a person wrote for a segment, whatever code finds in it, unless its placeholders are
    others."""
    unit = _review(memory, session, segment)
    if unit is None or differences(session.document.masked(segment.segment_id), unit.answer):
        return None
    return _scored(session, segment, unit)


def _review(memory: NightMemory, session: JobSession, segment: Segment) -> Unit | None:
    found = _imported(memory, session, segment)
    return next((unit for unit in found if unit.reviewed), None)


def _sound_import(memory: NightMemory, session: JobSession, segment: Segment) -> Unit | None:
    found = (unit for unit in _imported(memory, session, segment) if not unit.reviewed)
    unit = next(found, None)
    if unit is None:
        return None
    scored = _scored(session, segment, unit)
    points = scored.score
    return scored if points is not None and points >= session.run.settings.target_score else None


def _scored(session: JobSession, segment: Segment, unit: Unit) -> Unit:
    """A unit that nobody has assessed, with what code finds in it."""
    findings = checked(session, segment.segment_id, unit.answer)
    return replace(unit, score=score(findings), findings=to_json(findings))


def _imported(memory: NightMemory, session: JobSession, segment: Segment) -> Iterator[Unit]:
    """What was imported for a segment, with its placeholders, the nearest first."""
    if not memory.has_imported:
        return
    for wording in _wordings(session, segment):
        unit = memory.imported(partial(_import_key, session, wording))
        if unit is not None and wording.is_open:
            protection = session.document.protection
            answer = under_protection(segment.source, unit.answer, protection)
            yield replace(unit, answer=answer)
        elif unit is not None:
            yield unit


class _Wording(NamedTuple):
    """As what a segment may have been imported.

    Attributes:
        text: with placeholders.
        context: what tells it from the same text elsewhere.
        is_open: whether what its job protects is no placeholder in it.
    """

    text: str
    context: str
    is_open: bool


def _wordings(session: JobSession, segment: Segment) -> Iterator[_Wording]:
    """As what a segment may have been imported, the nearest first.

    What is imported knows no job, so that only markup and variables were masked in it, but for what
    was exported from here. What came without a context serves texts with one, unless the document
    has the same text in several.
    """
    document, segment_id = session.document, segment.segment_id
    texts = [(document.masked(segment_id).text, False)]
    if document.protection:
        texts.append((mask(segment.source).text, True))
    context = document.plan.segments[segment_id].context
    if context:
        yield from (_Wording(text, context, is_open) for text, is_open in texts)
    if not context or not document.is_elsewhere(segment_id):
        yield from (_Wording(text, "", is_open) for text, is_open in texts)


def _import_key(session: JobSession, wording: _Wording) -> str:
    job = session.job
    pair = job.source_lang, job.target_lang
    return import_key(job.owner, *pair, wording.text, wording.context)
