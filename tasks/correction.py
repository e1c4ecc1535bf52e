"""Correction: what is below the target is corrected with its findings and scored again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from prefect import task

from domain.checks.quality import Finding, from_json, score
from domain.checks.verdict.trust import certain_among
from domain.document.segment_windows import Ids
from domain.errors import JobRefused, MarkupLost, Unanswered
from domain.job.job import Step
from domain.job.notes import Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.named_models import NamedModel
from domain.placeholders.masking import restore
from tasks.qa import findings_in, says_the_same, scored, told_alike
from tasks.requests.chain import by_model, passed_on, translator_of
from tasks.requests.grouping import Further, Stage, halves, left_out
from tasks.requests.mending import Draft, corrected, damage, drafts_of, entered
from tasks.requests.outcomes import confidence_notes, unjudged
from tasks.requests.segment_range import SegmentRange
from tasks.session.job_session import JobSession


def wants_correction(session: JobSession, segment_id: int) -> bool:
    """Whether a segment is below the target and has a loop left, or stopped within one."""
    segment = session.segments[segment_id]
    return segment.status is SegmentStatus.CORRECTING or (
        segment.status is SegmentStatus.QA_FAILED and not segment.settled
    )


async def correct(session: JobSession, ids: Ids) -> list[Further]:
    """Begin a correction loop: ask for corrected versions; the better of both is kept.

    Returns:
        What is left: the choice for those that have a candidate, and halves of a pack that got no
        usable answer.
    """
    failed = [
        s for s in map(session.segments.get, ids) if s and s.status is SegmentStatus.QA_FAILED
    ]
    session.jot(*(s.to(SegmentStatus.CORRECTING, retry_count=s.retry_count + 1) for s in failed))
    drafts = {
        i: Draft(session.segments[i].answer or "", from_json(session.segments[i].findings))
        for i in ids
        if session.segments[i].candidate is None
    }
    left = [Further(tuple(i for i in ids if i not in drafts), _choose)]
    if drafts:
        left += [
            Further(part, partial(_draw_up, drafts, False))
            for part in by_model(session, tuple(drafts), "correct")
        ]
    return [further for further in left if further.ids]


async def _draw_up(
    drafts: Mapping[int, Draft], mending: bool, session: JobSession, ids: Ids
) -> list[Further]:
    """Commit corrected versions with whole markup as candidates.

    Args:
        drafts: what is to be corrected.
        mending: whether they are candidates that lost markup; one that loses it again is dropped.
    """
    try:
        answered = await corrected(session, Step.QA, {i: drafts[i] for i in ids})
    except (Unanswered, JobRefused) as error:
        if await passed_on(session, ids, error, Step.QA):
            return [
                Further(part, partial(_draw_up, drafts, mending))
                for part in by_model(session, ids, "correct")
            ]
        if isinstance(error, JobRefused):
            raise
        await _unusable(session, ids, error)
        return []
    if answered is None:
        return halves(ids, partial(_draw_up, drafts, mending))
    texts = answered.value.texts
    damaged = damage(session, texts)
    sound = tuple(i for i in ids if i in texts and i not in damaged)
    await session.commit(
        *(replace(session.segments[i], candidate=texts[i]) for i in sound),
        calls=[entered(answered.call, ids, texts, damaged)],
        notes=confidence_notes(session, answered.value, sound, Step.QA),
    )
    left = left_out(ids, texts, partial(_draw_up, drafts, mending))
    if sound:
        left.append(Further(sound, _choose))
    if damaged and mending:
        reasons = {i: f"no usable correction: {MarkupLost(d)}" for i, d in damaged.items()}
        await _keep_old(session, reasons)
    elif damaged:
        again = drafts_of(texts, damaged)
        left.append(Further(tuple(again), partial(_draw_up, again, True)))
    return left


async def _choose(session: JobSession, ids: Ids) -> list[Further]:
    """Score candidates, and keep each where it is better than what is there."""
    segments = {i: session.segments[i] for i in ids}
    same = [i for i, s in segments.items() if s.candidate is None or s.candidate == s.answer]
    await _keep_old(session, dict.fromkeys(same))
    candidates = {i: s.candidate or "" for i, s in segments.items() if i not in same}
    if not candidates:
        return []
    try:
        found = await findings_in(session, candidates)
    except Unanswered as error:
        await _unusable(session, tuple(candidates), error)
        return []
    if found is None:
        return halves(tuple(candidates), _choose)
    if await says_the_same(session, found):
        await session.commit(calls=told_alike(found))
        return [Further((i,), _choose) for i in candidates]
    findings, calls = found.findings, found.calls
    better = {i: _is_better(session, segments[i], findings[i]) for i in findings}
    changed = [
        _replaced(session, segments[i], findings[i], found.by)
        if better[i]
        else _settled(session, segments[i])
        for i in findings
    ]
    notes = [
        note
        for i in findings
        for note in _retracted(session, i, Step.TRANSLATOR if better[i] else Step.QA)
    ]
    await session.commit(*changed, calls=calls, notes=notes)
    return left_out(tuple(candidates), findings, _choose)


def _is_better(session: JobSession, segment: Segment, findings: Sequence[Finding]) -> bool:
    """Whether a candidate is kept: by its score, unless code is sure of an error in one alone."""
    if segment.qa_score is None:
        return True
    certain = session.run.settings.checks_certain
    had = bool(certain_among(from_json(segment.findings), certain))
    has = bool(certain_among(findings, certain))
    return had if had != has else score(findings) > segment.qa_score


def _replaced(
    session: JobSession, segment: Segment, findings: Sequence[Finding], judge: NamedModel | None
) -> Segment:
    """The segment with its candidate in the place of what was there, and scored."""
    candidate = segment.candidate or ""
    by = translator_of(session, segment.segment_id)
    corrected = replace(
        segment,
        answer=candidate,
        translation=restore(candidate, session.document.masked(segment.segment_id)),
        origin=by.engine,
        model=by.model,
    )
    return scored(session, corrected, findings, judge)


async def _unusable(session: JobSession, ids: Ids, error: Unanswered) -> None:
    if not await unjudged(session, ids, error, Step.QA):
        await _keep_old(session, dict.fromkeys(ids, f"no usable correction: {error}"))


async def _keep_old(session: JobSession, reasons: Mapping[int, str | None]) -> None:
    """Commit segments as they were, a loop further; why, for those where something went wrong."""
    errors = [session.error(i, "correction", why, Step.QA) for i, why in reasons.items() if why]
    if reasons:
        await session.commit(
            *(_settled(session, session.segments[i]) for i in reasons), errors=errors
        )


def _settled(session: JobSession, segment: Segment) -> Segment:
    """The segment back where it was, a loop further."""
    return segment.to(
        SegmentStatus.QA_FAILED,
        candidate=None,
        settled=segment.retry_count >= session.run.correction_loops,
    )


def _retracted(session: JobSession, segment_id: int, step: Step) -> list[Note]:
    """A version that is not kept takes its translator's doubts along."""
    notes = session.current_notes(segment_id, NoteType.LOW_CONFIDENCE)
    return [replace(note, retracted=True) for note in notes if note.step == step]


CORRECTION = Stage("correction", Step.QA, wants_correction, correct)


@task(name="correction", task_run_name="correction {label}")
async def correction(label: str, segment_range: SegmentRange) -> None:
    """Correct a range of segments, one loop."""
    await segment_range.through(CORRECTION)
