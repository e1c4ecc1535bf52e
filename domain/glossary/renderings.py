"""What a document's terms became, to be compared with other documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.glossary.rendition import FEWEST, LooseTerm, Rendered, Rendition, words_in
from domain.text.phrases import uses

_MOST_TRIED = 20
"""Words that may stand for a term; where there are more, the segments with it are much alike."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What stands for a term in a document.

    Attributes:
        term: in the source language.
        usual: what stands for it.
        translations: of all segments with the term.
        target_lang: BCP-47.
    """

    term: str
    usual: str
    translations: tuple[str, ...]
    target_lang: str

    def follows(self, other: str) -> bool:
        """Whether at least one segment has another document's word for the term."""
        return any(uses(other, text, self.target_lang) for text in self.translations)


def renderings(whole: Rendition) -> tuple[Rendering, ...]:
    """What terms became in a document, in their order; those of which it can't be told are left.

    That is a term's suggestion, where a segment follows it; else the translation of a segment that
    is the term alone; else the word that most segments with the term have, few others, and that
    no other word of the source explains; where two are as frequent, it can't be told.
    """
    found = []
    for term, held in whole.held:
        usual = _usual(term, held, whole)
        if usual is not None:
            translations = tuple(segment.translation for segment in held)
            found.append(Rendering(term.text, usual, translations, whole.target_lang))
    return tuple(found)


def _usual(term: LooseTerm, held: Sequence[Rendered], whole: Rendition) -> str | None:
    if term.suggested and len(whole.without(term.suggested, held)) < len(held):
        return term.suggested
    for segment in held:
        if segment.source.strip().casefold() == term.text.casefold():
            return segment.translation.strip()
    counts = Counter(word for s in held for word in whole.translations[s.segment_id])
    likely = [
        word
        for word, count in counts.items()
        if count >= FEWEST and 2 * count > len(held) and whole.marks(word, count, len(held))
    ]
    if len(likely) > _MOST_TRIED:
        return None
    likely = [word for word in likely if _only_term_explains(word, term, held, whole)]
    most = max((counts[word] for word in likely), default=0)
    best = [word for word in likely if counts[word] == most]
    return whole.form(best[0], held) if len(best) == 1 else None


def _only_term_explains(
    word: str, term: LooseTerm, held: Sequence[Rendered], whole: Rendition
) -> bool:
    """Whether the sources behind a word share the term and nothing else that could be its reason.

    A word of the source is no reason where its translation can do without the word.
    """
    having = [s.segment_id for s in held if word in whole.translations[s.segment_id]]
    shared = set.intersection(*(set(whole.sources[i]) for i in having))
    shared -= words_in(term.text, whole.source_lang).keys()
    for segment in whole.segments:
        if shared and word not in whole.translations[segment.segment_id]:
            shared -= whole.sources[segment.segment_id]
    return not shared
