"""Whether a term has one translation throughout a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import regex

from domain.inflection import UNSPACED, base, primary, words_of
from domain.phrases import Phrase, PhraseIndex, uses

_SHORTEST_RENDERING = 3
_FEWEST = 2
_LIFT = 3.0
_MOST_TRIED = 3
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


def departures(
    segments: Sequence[Rendered],
    terms: Sequence[LooseTerm],
    *,
    source_lang: str,
    target_lang: str,
) -> tuple[Departure, ...]:
    """Where terms are translated in more than one way, in the order of terms and segments.

    Of a term with a suggestion those segments depart that do not follow it while others do.
    Otherwise its usual translation is the word that most segments with the term have, and few
    others; a segment departs that lacks it, and either is the term alone or shares with another
    one a word that the usual ones do not have, where nothing but the term explains that word. So
    what is told is nearly always so; by far not all is told.

    Args:
        segments: of one document.
        terms: those that may occur.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """
    index = PhraseIndex([Phrase(term.text, term.case_sensitive) for term in terms], source_lang)
    held: dict[int, list[Rendered]] = {}
    for segment in segments:
        for number in index.spans(segment.source):
            held.setdefault(number, []).append(segment)
    whole = _Document(segments, source_lang, target_lang)
    return tuple(
        departure
        for number in sorted(held)
        if len(held[number]) >= _FEWEST
        for departure in _of_term(terms[number], held[number], whole)
    )


@dataclass(frozen=True)
class _Document:
    """All segments, and which words each text has."""

    segments: Sequence[Rendered]
    source_lang: str
    target_lang: str

    @cached_property
    def sources(self) -> Mapping[int, Set[str]]:
        return {s.segment_id: set(_words(s.source, self.source_lang)) for s in self.segments}

    @cached_property
    def translations(self) -> Mapping[int, Mapping[str, str]]:
        """Of each segment the words of its translation by their base, as they stand."""
        return {s.segment_id: _words(s.translation, self.target_lang) for s in self.segments}

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


def _of_term(term: LooseTerm, held: Sequence[Rendered], whole: _Document) -> Iterator[Departure]:
    if term.suggested:
        missing = _without(term.suggested, held, whole)
        if len(missing) < len(held):
            yield from (Departure(s.segment_id, term.text, term.suggested) for s in missing)
            return
    usual = _usual(held, whole)
    if usual is None:
        return
    missing = _without(usual, held, whole)
    others = [segment for segment in held if segment not in missing]
    odd = _explained(missing, others, held, whole)
    alone = set(_words(term.text, whole.source_lang))
    for segment in missing:
        is_alone = whole.sources[segment.segment_id] == alone
        if is_alone or odd & whole.translations[segment.segment_id].keys():
            yield Departure(segment.segment_id, term.text, usual)


def _usual(held: Sequence[Rendered], whole: _Document) -> str | None:
    """What most segments have, few others, and not all of these; None where there is no such."""
    counts = Counter(word for s in held for word in whole.translations[s.segment_id])
    likely = [
        word
        for word, count in counts.most_common()
        if count >= _FEWEST and 2 * count > len(held) and whole.marks(word, count, len(held))
    ][:_MOST_TRIED]
    forms = [_form(word, held, whole) for word in likely]
    lacking = [len(_without(form, held, whole)) for form in forms]
    return forms[0] if forms and min(lacking) > 0 else None


def _form(word: str, held: Sequence[Rendered], whole: _Document) -> str:
    """How a word is written most often."""
    forms = Counter(
        words[word] for s in held if word in (words := whole.translations[s.segment_id])
    )
    return forms.most_common(1)[0][0]


def _without(word: str, held: Sequence[Rendered], whole: _Document) -> list[Rendered]:
    """The segments whose translation makes no use of a word or phrase."""
    quickly = base(word, whole.target_lang)
    return [
        segment
        for segment in held
        if quickly not in whole.translations[segment.segment_id]
        and not uses(word, segment.translation, whole.target_lang)
    ]


def _explained(
    missing: Sequence[Rendered],
    others: Sequence[Rendered],
    held: Sequence[Rendered],
    whole: _Document,
) -> set[str]:
    """The words of several translations that only the term can be the reason of."""
    counts = Counter(word for s in missing for word in whole.translations[s.segment_id])
    usual = {word for s in others for word in whole.translations[s.segment_id]}
    known = {word for s in others for word in whole.sources[s.segment_id]}
    found = set()
    for word, count in counts.items():
        if count < _FEWEST or word in usual or not whole.marks(word, count, len(held)):
            continue
        sources = [
            whole.sources[s.segment_id] for s in missing if word in whole.translations[s.segment_id]
        ]
        if not set.intersection(*map(set, sources)) - known:
            found.add(word)
    return found


def _words(text: str, lang: str) -> dict[str, str]:
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
