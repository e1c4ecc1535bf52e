"""What code alone finds in translations of a job, each by itself and beside others."""

from __future__ import annotations

from collections.abc import Mapping

from domain.checks.around.looking import look_around
from domain.checks.around.rows import Row
from domain.checks.checking import check_translation
from domain.checks.quality import Finding
from domain.job.segment import SegmentStatus
from tasks.session.job_session import JobSession


def checked(session: JobSession, segment_id: int, answer: str) -> tuple[Finding, ...]:
    """What code finds in a segment's translation, given with its placeholders."""
    return tuple(
        check_translation(
            session.document.masked(segment_id).text,
            answer,
            source_lang=session.job.source_lang,
            target_lang=session.job.target_lang,
            terms=session.terms.within(segment_id),
            max_chars=session.document.max_chars(segment_id),
            formality=session.briefing.formality,
            off=session.run.settings.checks_off,
        )
    )


def checked_around(
    session: JobSession, answers: Mapping[int, str]
) -> Mapping[int, tuple[Finding, ...]]:
    """What code finds in some translations by those that travel with them; none for most.

    Args:
        answers: translations with their placeholders, by segment id; of the others in the same
            window of the document those count that are there.
    """
    if not answers:
        return {}
    others = {i for segment_id in answers for i in session.document.window_of(segment_id)}
    found = _around(session, sorted({*others, *answers}), answers)
    return {i: findings for i, findings in found.items() if i in answers}


def checked_as_a_whole(session: JobSession) -> Mapping[int, tuple[Finding, ...]]:
    """What code finds in a job's translations by all the others of its document."""
    return _around(session, sorted(session.segments), {})


def _around(
    session: JobSession, ids: list[int], answers: Mapping[int, str]
) -> Mapping[int, tuple[Finding, ...]]:
    rows = []
    for i in ids:
        segment = session.segments[i]
        answer = answers.get(i, segment.answer)
        if answer is not None and segment.status is not SegmentStatus.BLOCKED:
            rows.append(Row(i, session.document.masked(i).text, answer))
    return look_around(
        rows,
        source_lang=session.job.source_lang,
        target_lang=session.job.target_lang,
        off=session.run.settings.checks_off,
    )
