"""A document's segments and translations, and which words go with a term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import regex

from domain.text.inflection import UNSPACED, base, primary, words_of
from domain.text.phrases import Phrase, PhraseIndex, uses

FEWEST = 2
"""Segments, at least, that have a word in common before it says anything."""

_SHORTEST_RENDERING = 3
_LIFT = 3.0
_PIECE = regex.compile(r"\p{Katakana}[\p{Katakana}ー]++|[\p{Latin}\p{N}]{2,}+|\p{Han}++")
_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A segment's source and translation, both without placeholders."""

    segment_id: int
    source: str
    translation: str


@dataclass(frozen=True, slots=True)
class LooseTerm:
    """A term that nothing binds to one translation.

    Attributes:
        text: as it is written in the source language.
        suggested: what it should rather be; None where nobody says.
    """

    text: str
    suggested: str | None = None
    case_sensitive: bool = False


@dataclass(frozen=True)
class Rendition:
    """A document in two languages, and which words each text has.

    Attributes:
        terms: those that may occur.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """

    segments: Sequence[Rendered]
    terms: Sequence[LooseTerm]
    source_lang: str
    target_lang: str

    @cached_property
    def sources(self) -> Mapping[int, Set[str]]:
        return {s.segment_id: set(words_in(s.source, self.source_lang)) for s in self.segments}

    @cached_property
    def translations(self) -> Mapping[int, Mapping[str, str]]:
        """Of each segment the words of its translation by their base, as they stand."""
        return {s.segment_id: words_in(s.translation, self.target_lang) for s in self.segments}

    @cached_property
    def counts(self) -> Counter[str]:
        """In how many translations a word stands."""
        return Counter(word for words in self.translations.values() for word in words)

    def marks(self, word: str, count: int, held: int) -> bool:
        """Whether a word is that much more frequent with a term than without it.

        Args:
            count: the segments with the term that have the word.
            held: the segments with the term.
        """
        others = len(self.segments) - held
        return count / held >= _LIFT * (self.counts[word] - count) / max(others, 1)

    @cached_property
    def held(self) -> list[tuple[LooseTerm, list[Rendered]]]:
        """The terms that occur, each with the segments that hold it."""
        if not self.terms:
            return []
        phrases = [Phrase(term.text, term.case_sensitive) for term in self.terms]
        index = PhraseIndex(phrases, self.source_lang)
        held: dict[int, list[Rendered]] = {}
        for segment in self.segments:
            for number in index.spans(segment.source):
                held.setdefault(number, []).append(segment)
        return [(self.terms[number], held[number]) for number in sorted(held)]

    def form(self, word: str, held: Sequence[Rendered]) -> str:
        """How a word of translations, given by its base, is written most often."""
        forms = Counter(
            words[word] for s in held if word in (words := self.translations[s.segment_id])
        )
        return forms.most_common(1)[0][0]

    def without(self, word: str, held: Sequence[Rendered]) -> list[Rendered]:
        """The segments whose translation makes no use of a word or phrase."""
        quickly = base(word, self.target_lang)
        return [
            segment
            for segment in held
            if quickly not in self.translations[segment.segment_id]
            and not uses(word, segment.translation, self.target_lang)
        ]


def words_in(text: str, lang: str) -> dict[str, str]:
    """The longer words of a text by their base; in scripts without spaces, what may be words."""
    language = primary(lang)
    if language not in UNSPACED:
        words = [word.text for word in words_of(text) if len(word.text) >= _SHORTEST_RENDERING]
        return {base(word, lang): word for word in words}
    pieces: dict[str, str] = {}
    for match in _PIECE.finditer(text):
        piece = match.group()
        if _HAN.match(piece):
            pairs = (piece[at : at + 2] for at in range(max(len(piece) - 1, 1)))
            pieces |= {pair: pair for pair in pairs}
        else:
            pieces[piece.casefold()] = piece
    return pieces
