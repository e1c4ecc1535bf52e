"""Notes on words and texts that are translated in more than one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.briefing import TermStatus
from domain.glossary.consistency import departures
from domain.glossary.glossaries import wanted
from domain.glossary.renderings import renderings
from domain.glossary.rendition import LooseTerm, Rendered, Rendition
from domain.job.job import Step
from domain.job.notes import Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.placeholders.masking import strip
from domain.reuse.memory import REVIEWED_ORIGIN
from tasks.reuse.night_terms import Told, night_notes
from tasks.session.job_session import JobSession


def consistency_notes(session: JobSession, segments: Sequence[Segment]) -> list[Note]:
    """The notes that a job's inconsistent translations call for, each `terminology`.

    - On a segment, for a term that nothing binds to a translation (one of the glossary that has
      none into this language, or one of the document brief) and that is another word elsewhere in
      the document. For pending entries there are notes already where they are not followed.
    - On a segment, where the memory has another translation for the very same text under the
      same briefing: from this document, this night or an earlier one.
    - On a segment or the job, what `night_notes` tells of earlier documents; of the same text once.

    Args:
        segments: as they are to stay.
    """
    kept = [s for s in segments if s.answer is not None and s.status is not SegmentStatus.BLOCKED]
    rendered = [
        Rendered(
            s.segment_id, strip(session.document.masked(s.segment_id).text), strip(s.answer or "")
        )
        for s in kept
    ]
    job = session.job
    whole = Rendition(rendered, _loose_terms(session), job.source_lang, job.target_lang)
    of_terms = [(d.segment_id, d.message) for d in departures(whole)]
    of_texts = dict(_of_texts(session, kept))
    of_night = night_notes(session, renderings(whole), kept)
    told = [*of_terms, *of_texts.items(), *((i, said) for i, said in of_night if i not in of_texts)]
    return [session.note(i, NoteType.TERMINOLOGY, text, Step.FINALIZING) for i, text in told]


def _loose_terms(session: JobSession) -> list[LooseTerm]:
    brief_terms = session.brief.terms if session.brief else ()
    suggested = {term.source.casefold(): term.target for term in brief_terms}
    loose = []
    for entry in session.briefing.glossary:
        if entry.status is TermStatus.DEPRECATED:
            continue
        suggestion = suggested.pop(entry.term.casefold(), None)
        if wanted(entry, session.job.target_lang) is None:
            loose.append(LooseTerm(entry.term, suggestion, entry.case_sensitive))
    rest = (term for term in brief_terms if term.source.casefold() in suggested)
    return [*loose, *(LooseTerm(term.source, term.target) for term in rest)]


def _of_texts(session: JobSession, segments: Sequence[Segment]) -> Iterator[Told]:
    for segment in segments:
        # What a person wrote is to be other than what the memory has.
        is_own = segment.origin != REVIEWED_ORIGIN and segment.memory_key is not None
        unit = session.run.memory.hit(segment.memory_key or "") if is_own else None
        if unit is not None and unit.answer != segment.answer:
            other = strip(unit.answer).strip()
            yield segment.segment_id, f"The same text is translated as {other!r} elsewhere."
