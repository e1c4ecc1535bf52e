"""Notes on words and texts that are translated in more than one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.answers import BriefTerm
from domain.briefing import TermStatus
from domain.consistency import LooseTerm, Rendered, departures
from domain.glossary import wanted
from domain.job import Step
from domain.notes import Note, NoteType
from domain.phrases import find
from domain.phrases import uses as is_used
from domain.placeholders import strip
from domain.segment import Segment, SegmentStatus
from storage.first_uses import TermKey, Use
from tasks.hand import JobInHand

LONGEST_TERM = 40
"""Characters of a segment, at most, that is a term: a label, a heading, a cell."""

_SENTENCE_ENDS = frozenset(".!?:;。！？؟।")

Told = tuple[int | None, str]
"""A segment's id, None for the whole job, and a message."""


def consistency_notes(hand: JobInHand, segments: Sequence[Segment]) -> list[Note]:
    """The notes that a job's inconsistent translations call for, each `terminology`.

    - On a segment, for a term that nothing binds to a translation (one of the glossary that has
      none into this language, or one of the document brief) and that is another word elsewhere in
      the document. For pending entries there are notes already where they are not followed.
    - On a segment, where the memory has another translation for the very same text under the
      same briefing: from this document, this night or an earlier one.
    - On a segment that is a term by itself (`LONGEST_TERM`, no sentence), where it is another word
      in an earlier document of this night, of the same owner, languages and domain, whatever its
      briefing.
    - On the job, where a term of its brief is another word in such a document.

    Args:
        segments: as they are to stay.
    """
    kept = [s for s in segments if s.answer is not None and s.status is not SegmentStatus.BLOCKED]
    brief = hand.brief
    brief_terms = brief.terms if brief else ()
    rendered = [
        Rendered(s.segment_id, strip(hand.masked(s.segment_id).text), strip(s.answer or ""))
        for s in kept
    ]
    told = [
        *_of_terms(hand, brief_terms, rendered),
        *_of_texts(hand, kept),
        *_of_the_night(hand, brief_terms, rendered, kept),
    ]
    return [hand.note(i, NoteType.TERMINOLOGY, text, Step.FINALIZING) for i, text in told]


def _of_terms(
    hand: JobInHand, brief_terms: Sequence[BriefTerm], rendered: Sequence[Rendered]
) -> Iterator[Told]:
    terms = _loose_terms(hand, brief_terms)
    if not terms:
        return
    for departure in departures(
        rendered, terms, source_lang=hand.job.source_lang, target_lang=hand.job.target_lang
    ):
        yield departure.segment_id, departure.message


def _loose_terms(hand: JobInHand, brief_terms: Sequence[BriefTerm]) -> list[LooseTerm]:
    suggested = {term.source.casefold(): term.target for term in brief_terms}
    loose = []
    for entry in hand.briefing.glossary:
        if entry.status is TermStatus.DEPRECATED:
            continue
        suggestion = suggested.pop(entry.term.casefold(), None)
        if wanted(entry, hand.job.target_lang) is None:
            loose.append(LooseTerm(entry.term, suggestion, entry.case_sensitive))
    rest = (term for term in brief_terms if term.source.casefold() in suggested)
    return [*loose, *(LooseTerm(term.source, term.target) for term in rest)]


def _of_texts(hand: JobInHand, segments: Sequence[Segment]) -> Iterator[Told]:
    for segment in segments:
        unit = hand.desk.memory.hit(segment.memory_key) if segment.memory_key else None
        if unit is not None and unit.answer != segment.answer:
            other = strip(unit.answer).strip()
            yield segment.segment_id, f"The same text is translated as {other!r} elsewhere."


def _of_the_night(
    hand: JobInHand,
    brief_terms: Sequence[BriefTerm],
    rendered: Sequence[Rendered],
    segments: Sequence[Segment],
) -> Iterator[Told]:
    job = hand.job
    scope = job.owner, job.source_lang, job.target_lang, hand.briefing.domain or ""
    if job.batch_id is None:
        return
    places: dict[TermKey, tuple[int | None, str]] = {}
    uses: dict[TermKey, Use] = {}
    for term in _used(brief_terms, rendered, job.source_lang, job.target_lang):
        key = TermKey(*scope, term.source.casefold())
        places[key], uses[key] = (None, term.source), Use(term.target, job.source_path)
    for segment in segments:
        text = hand.masked(segment.segment_id).text
        if _is_term(text):
            key = TermKey(*scope, text.casefold())
            if key not in uses:
                places[key] = segment.segment_id, text
                uses[key] = Use((segment.answer or "").strip(), job.source_path)
    first = hand.desk.terms.settle(job.batch_id, uses, hand.desk.clock.now())
    for key, use in uses.items():
        before = first[key]
        if before.translation.casefold() != use.translation.casefold():
            segment_id, shown = places[key]
            yield (
                segment_id,
                f"The term {shown!r} is {use.translation!r} in this document, but "
                f"{before.translation!r} in {before.document!r} of the same night.",
            )


def _is_term(text: str) -> bool:
    return len(text) <= LONGEST_TERM and text == strip(text) and text[-1:] not in _SENTENCE_ENDS


def _used(
    terms: Sequence[BriefTerm], rendered: Sequence[Rendered], source_lang: str, target_lang: str
) -> Iterator[BriefTerm]:
    """The terms of a brief that a document's segments have, translated as it says."""
    for term in terms:
        if any(
            find(term.source, one.source, source_lang)
            and is_used(term.target, one.translation, target_lang)
            for one in rendered
        ):
            yield term
