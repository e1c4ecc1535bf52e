"""Finalizing: assembles the output, settles the notes and the job's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from prefect import task

from domain.checks.around.looking import is_from_around
from domain.checks.quality import Finding, from_json, score, to_json
from domain.checks.verdict.acceptance import Standard, failing
from domain.errors import DocumentError, Unanswered
from domain.job.job import Step, mean_score
from domain.job.note_rules import notes_of
from domain.job.notes import Note
from domain.job.segment import NOT_JUDGED, Segment, SegmentStatus
from domain.placeholders.masking import strip
from domain.text.words import count_words
from formats.registry import by_name
from tasks.delivery.assembling import assembled
from tasks.requests.trials import doubt, reopened, rests_on_model
from tasks.reuse.consistency import consistency_notes
from tasks.session.checked import checked_as_a_whole
from tasks.session.guard import guarded, together
from tasks.session.job_session import JobSession

QA_FAILED = SegmentStatus.QA_FAILED


async def finalize(sessions: Sequence[JobSession]) -> None:
    """Assemble the outputs of some jobs and end these, each in one commit, its output durable.

    A job whose document is not the one its segments came from, or whose work meets another fault,
    is left to its next attempt. One whose scores are no judge's, where another model is to give
    them, has segments that are `translated` again; it is to be taken through the stages once more.
    """
    await together(_guarded(session) for session in sessions)


async def _guarded(session: JobSession) -> None:
    before = session.job
    with guarded(partial(session.met, step=Step.FINALIZING)):
        await _finalized(session)
    if session.attempt.given_up and session.job.finalized:
        # However far it came here: what is not durable is left to its next attempt.
        session.held, session.job = True, before


class _Verdict(NamedTuple):
    """What is to become of a job's translations.

    Attributes:
        segments: by id, each with the errors that stand now that all are there.
        failing: those that are not accepted, with what no score outweighs.
        doubt: why the model that scored them is not believed; None where it is.
    """

    segments: Mapping[int, Segment]
    failing: Mapping[int, tuple[Finding, ...]]
    doubt: str | None


def _verdict(session: JobSession, doubt: str | None) -> _Verdict:
    around = checked_as_a_whole(session)
    segments = {i: _seen_whole(s, around.get(i, ())) for i, s in session.segments.items()}
    judged = {
        i: segment
        for i, segment in segments.items()
        if segment.status is QA_FAILED or segment.status is SegmentStatus.QA_PASSED
    }
    settings = session.run.settings
    standard = Standard(settings.minimum_score, settings.checks_certain, settings.foreign_share)
    # What passed without a score is judged by its findings alone.
    scores = {
        i: 100 if s.qa_score is None and s.status is SegmentStatus.QA_PASSED else s.qa_score
        for i, s in judged.items()
    }
    if doubt is not None:
        scores = {i: None if rests_on_model(session, i) else score for i, score in scores.items()}
        segments |= {i: replace(segment, qa_score=None) for i, segment in judged.items()}
    found = {i: from_json(segment.findings) for i, segment in judged.items()}
    return _Verdict(segments, failing(scores, found, standard), doubt)


def _seen_whole(segment: Segment, around: Sequence[Finding]) -> Segment:
    """A segment with what shows beside all others in the place of what did when it was scored."""
    if segment.status not in (QA_FAILED, SegmentStatus.QA_PASSED) or segment.qa_score is None:
        return segment
    before = from_json(segment.findings)
    own = [finding for finding in before if not is_from_around(finding)]
    now = (*own, *around)
    if set(now) == set(before):
        return segment
    return replace(segment, findings=to_json(now), qa_score=score(now))


class _Output(NamedTuple):
    """A job's output in the store, and which segments had to be left out of it and why."""

    key: str
    broken: Mapping[int, str]


def _output(session: JobSession, verdict: _Verdict) -> _Output:
    source = session.run.documents.get(session.job.document)
    data, broken = _assembled(session, source, verdict)
    return _Output(session.run.documents.put(data), broken)


class _End(NamedTuple):
    """How a job ends.

    Attributes:
        key: of its output in the store.
        segments: as they are to stay, in order.
        notes: what code notes about them.
    """

    key: str
    segments: Sequence[Segment]
    notes: Sequence[Note]


def _end(session: JobSession, doubt: str | None) -> _End | DocumentError:
    """How a job ends, its output durable; or why it can't be assembled."""
    verdict = _verdict(session, doubt)
    try:
        output = _output(session, verdict)
    except DocumentError as error:
        return error
    final = [_final(i, verdict, output.broken) for i in session.segments]
    return _End(output.key, final, _final_notes(session, final))


async def _finalized(session: JobSession) -> None:
    try:
        why = await doubt(session)
    except Unanswered as error:
        if error.by_engine and not error.for_good and not session.is_last_attempt:
            session.give_up(None, error.kind, f"{NOT_JUDGED}: {error}", Step.QA)
            return
        why = f"{NOT_JUDGED}: {error}"
    if why is None and await reopened(session):
        return
    end = await session.document.aside(lambda: _end(session, why))
    if isinstance(end, DocumentError):
        session.give_up(None, "document", str(end), Step.FINALIZING)
        return
    final = end.segments
    changed = [s for s in final if s is not session.segments[s.segment_id]]
    errors = [
        session.error(s.segment_id, "markup", s.error or "", Step.FINALIZING)
        for s in changed
        if s.status is SegmentStatus.BLOCKED
    ]
    session.held = False
    ended = replace(
        session.job,
        finalized=True,
        attempt_open=False,
        output=end.key,
        finished_at=session.run.clock.now(),
        qa_score=mean_score(final),
        target_words=sum(count_words(s.translation or "") for s in final),
    )
    await session.commit(*changed, job=ended, notes=end.notes, errors=errors)


def _assembled(
    session: JobSession, source: bytes, verdict: _Verdict
) -> tuple[bytes, dict[int, str]]:
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
    unsure = [i for i in texts if i in verdict.failing]
    format_ = by_name(session.job.format)
    return assembled(format_, source, session.document.plan, texts, session.job.target_lang, unsure)


def _final(segment_id: int, verdict: _Verdict, broken: Mapping[int, str]) -> Segment:
    segment = verdict.segments[segment_id]
    if segment_id in broken:
        reason = f"its translation breaks the document: {broken[segment_id]}"
        return segment.to(SegmentStatus.BLOCKED, error=reason, translation=None, qa_score=None)
    if segment.status not in (QA_FAILED, SegmentStatus.QA_PASSED):
        return segment
    if segment_id not in verdict.failing:
        return segment.to(SegmentStatus.DONE)
    standing = verdict.failing[segment_id]
    said = [f"{f.category}: {f.explanation}" for f in standing]
    if verdict.doubt is not None:
        said.insert(0, verdict.doubt)
    why = "; ".join(said) or segment.error
    if segment.status is QA_FAILED:
        return segment if why == segment.error else replace(segment, error=why)
    return segment.to(QA_FAILED, settled=True, error=why)


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
