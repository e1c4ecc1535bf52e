"""Finalizing: assembles the output, settles the notes and the job's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from prefect import task

from domain.errors import DocumentError
from domain.job.job import Step, mean_score
from domain.job.note_rules import notes_of
from domain.job.notes import Note
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import strip
from domain.text.words import count_words
from formats.registry import by_name
from tasks.delivery.assembling import assembled
from tasks.reuse.consistency import consistency_notes
from tasks.session.guard import guarded, together
from tasks.session.job_session import JobSession

QA_FAILED = SegmentStatus.QA_FAILED


async def finalize(sessions: Sequence[JobSession]) -> None:
    """Assemble the outputs of some jobs and end these, each in one commit, its output durable.

    A job whose document is not the one its segments came from, or whose work meets another fault,
    is left to its next attempt.
    """
    await together(_guarded(session) for session in sessions)


async def _guarded(session: JobSession) -> None:
    before = session.job
    with guarded(partial(session.met, step=Step.FINALIZING)):
        await _finalized(session)
    if session.attempt.given_up and session.job.finalized:
        # However far it came here: what is not durable is left to its next attempt.
        session.held, session.job = True, before


class _Output(NamedTuple):
    """A job's output in the store, and which segments had to be left out of it and why."""

    key: str
    broken: Mapping[int, str]


def _output(session: JobSession) -> _Output:
    data, broken = _assembled(session, session.run.documents.get(session.job.document))
    return _Output(session.run.documents.put(data), broken)


async def _finalized(session: JobSession) -> None:
    try:
        output = await session.document.aside(lambda: _output(session))
    except DocumentError as error:
        session.give_up(None, "document", str(error), Step.FINALIZING)
        return
    final = [_final(session, segment, output.broken) for segment in session.segments.values()]
    changed = [s for s in final if s is not session.segments[s.segment_id]]
    errors = [
        session.error(s.segment_id, "markup", s.error or "", Step.FINALIZING)
        for s in changed
        if s.status is SegmentStatus.BLOCKED
    ]
    notes = await session.document.aside(lambda: _final_notes(session, final))
    session.held = False
    ended = replace(
        session.job,
        finalized=True,
        attempt_open=False,
        output=output.key,
        finished_at=session.run.clock.now(),
        qa_score=mean_score(final),
        target_words=sum(count_words(s.translation or "") for s in final),
    )
    await session.commit(*changed, job=ended, notes=notes, errors=errors)


def _assembled(session: JobSession, source: bytes) -> tuple[bytes, dict[int, str]]:
    """The output, and which segments had to be left out of it and why.

    Raises:
        DocumentError: the document is not the one its segments came from.
    """
    if [p.source for p in session.document.plan.segments] != [
        session.segments[i].source for i in sorted(session.segments)
    ]:
        raise DocumentError(
            "its segments are not those that were translated; submit it again with --again",
            where=session.job.source_path,
        )
    texts = {
        s.segment_id: s.translation
        for s in session.segments.values()
        if s.translation is not None and s.status is not SegmentStatus.BLOCKED
    }
    unsure = [i for i in texts if _final(session, session.segments[i], {}).status is QA_FAILED]
    format_ = by_name(session.job.format)
    return assembled(format_, source, session.document.plan, texts, session.job.target_lang, unsure)


def _final(session: JobSession, segment: Segment, broken: Mapping[int, str]) -> Segment:
    if segment.segment_id in broken:
        reason = f"its translation breaks the document: {broken[segment.segment_id]}"
        return segment.to(SegmentStatus.BLOCKED, error=reason, translation=None, qa_score=None)
    if segment.status is SegmentStatus.QA_PASSED:
        return segment.to(SegmentStatus.DONE)
    accepted = (
        segment.status is QA_FAILED
        and segment.qa_score is not None
        and segment.qa_score >= session.run.settings.minimum_score
    )
    return segment.to(SegmentStatus.DONE) if accepted else segment


def _final_notes(session: JobSession, segments: Sequence[Segment]) -> list[Note]:
    """What code notes about the translations that stay."""
    job = session.job
    notes = []
    for segment in segments:
        if segment.answer is None or segment.status is SegmentStatus.BLOCKED:
            continue
        for kind, message in notes_of(
            strip(session.document.masked(segment.segment_id).text),
            strip(segment.answer),
            source_lang=job.source_lang,
            target_lang=job.target_lang,
            terms=session.terms.within(segment.segment_id),
        ):
            notes.append(session.note(segment.segment_id, kind, message, Step.FINALIZING))
    return [*notes, *consistency_notes(session, segments)]


@task(name="finalizing", task_run_name="finalizing {label}")
async def finalizing(label: str, sessions: Sequence[JobSession]) -> None:
    """End some jobs whose segments are all ready."""
    await finalize(sessions)
