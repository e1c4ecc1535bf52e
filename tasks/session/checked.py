"""What code alone finds in a translation of a job."""

from __future__ import annotations

from domain.checks.checking import check_translation
from domain.checks.quality import Finding
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
