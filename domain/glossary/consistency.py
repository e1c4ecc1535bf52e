"""Whether a term has one translation throughout a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.glossary.rendition import FEWEST, LooseTerm, Rendered, Rendition, words_in

_MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Departure:
    """A segment whose translation has another word for a term than most.

    Attributes:
        term: in the source language.
        usual: a form of what stands for it in most other segments, or in those that follow what
            was suggested.
    """

    segment_id: int
    term: str
    usual: str

    @property
    def message(self) -> str:
        """What is to be told, in a sentence."""
        return f"The term {self.term!r} is {self.usual!r} elsewhere in this document, but not here."


def departures(whole: Rendition) -> tuple[Departure, ...]:
    """Where terms are translated in more than one way, in the order of terms and segments.

    Of a term with a suggestion those segments depart that do not follow it while others do.
    Otherwise its usual translation is the word that most segments with the term have, and few
    others; a segment departs that lacks it, and either is the term alone or shares with another
    one a word that the usual ones do not have, where nothing but the term explains that word. So
    what is told is nearly always so; by far not all is told.
    """
    return tuple(
        departure
        for term, held in whole.held
        if len(held) >= FEWEST
        for departure in _of_term(term, held, whole)
    )


def _of_term(term: LooseTerm, held: Sequence[Rendered], whole: Rendition) -> Iterator[Departure]:
    if term.suggested:
        missing = whole.without(term.suggested, held)
        if len(missing) < len(held):
            yield from (Departure(s.segment_id, term.text, term.suggested) for s in missing)
            return
    usual = _usual(held, whole)
    if usual is None:
        return
    missing = whole.without(usual, held)
    lacking = {segment.segment_id for segment in missing}
    others = [segment for segment in held if segment.segment_id not in lacking]
    odd = _explained(missing, others, held, whole)
    alone = set(words_in(term.text, whole.source_lang))
    for segment in missing:
        is_alone = whole.sources[segment.segment_id] == alone
        if is_alone or odd & whole.translations[segment.segment_id].keys():
            yield Departure(segment.segment_id, term.text, usual)


def _usual(held: Sequence[Rendered], whole: Rendition) -> str | None:
    """What most segments have, few others, and not all of these; None where there is no such."""
    counts = Counter(word for s in held for word in whole.translations[s.segment_id])
    likely = [
        word
        for word, count in counts.most_common()
        if count >= FEWEST and 2 * count > len(held) and whole.marks(word, count, len(held))
    ][:_MOST_TRIED]
    forms = [whole.form(word, held) for word in likely]
    lacking = [len(whole.without(form, held)) for form in forms]
    return forms[0] if forms and min(lacking) > 0 else None


def _explained(
    missing: Sequence[Rendered],
    others: Sequence[Rendered],
    held: Sequence[Rendered],
    whole: Rendition,
) -> set[str]:
    """The words of several translations that only the term can be the reason of."""
    counts = Counter(word for s in missing for word in whole.translations[s.segment_id])
    usual = {word for s in others for word in whole.translations[s.segment_id]}
    known = {word for s in others for word in whole.sources[s.segment_id]}
    found = set()
    for word, count in counts.items():
        if count < FEWEST or word in usual or not whole.marks(word, count, len(held)):
            continue
        sources = [
            whole.sources[s.segment_id] for s in missing if word in whole.translations[s.segment_id]
        ]
        if not set.intersection(*map(set, sources)) - known:
            found.add(word)
    return found
