"""Where phrases occur in a text, in whatever form grammar and spelling gave them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from domain.text.inflection import (
    UNSPACED,
    Word,
    folded,
    keys,
    primary,
    same_word,
    words_of,
)
from domain.text.literals import Literal, Span, find_literal, literal
from domain.text.vocabulary import Vocabulary

_SYMBOL = regex.compile(r"[^\p{L}\p{M}\p{N}\s'’\-‐‑]")
_GAP = regex.compile(r"[\s'’\-‐‑–/\u00ad\u200b]{1,3}")
_HYPHEN = regex.compile(r"[\-‐‑\u00ad]")
_BEGINNING = 4
_MOST_PARTS = 3
_LONGEST_ENDING = 3


class Phrase(NamedTuple):
    """What is looked for; with `case_sensitive` only where its case is the same."""

    text: str
    case_sensitive: bool = False


class PhraseIndex:
    """Some phrases, looked for in texts all at once.

    A phrase occurs where its words follow each other, each inflected or not, with no more between
    them than a space, hyphen or apostrophe; also where the words are written together or apart
    otherwise (`e-mail`, `email`). Signs make a phrase literal (`C++`, `.NET`): it is looked for as
    it stands; in languages without spaces every phrase is. Compounds do not count: a `Lagerbier`
    is no `Lager`. A look takes time in proportion to the text, and hardly more for many phrases.
    """

    def __init__(self, phrases: Sequence[Phrase], lang: str) -> None:
        self._lang = lang
        self._language = primary(lang)
        self._phrases = [_sought(phrase, self._language) for phrase in phrases]
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_letters: defaultdict[str, list[int]] = defaultdict(list)
        self._by_beginning: defaultdict[str, list[int]] = defaultdict(list)
        self._by_letter: defaultdict[bool, defaultdict[str, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for number, sought in enumerate(self._phrases):
            self._take_in(number, sought)

    def spans(self, text: str) -> dict[int, tuple[Span, ...]]:
        """Where the phrases that occur do, by their place in the sequence that was given."""
        found: defaultdict[int, set[Span]] = defaultdict(set)
        if self._by_letter:
            for number, spans in self._literally(text):
                found[number] |= set(spans)
        if self._by_word:
            words, joints = _present(text)
            for at in range(len(words)):
                for number, span in self._beginning_at(at, words, joints):
                    found[number].add(span)
        return {number: tuple(sorted(spans)) for number, spans in found.items() if spans}

    def _take_in(self, number: int, sought: _Sought) -> None:
        if not sought.words:
            if letters := sought.as_literal(self._language).text:
                self._by_letter[sought.case_sensitive][letters[0]].append(number)
            return
        for key in keys(sought.words[0], self._lang):
            self._by_word[key].append(number)
        if len(sought.joined) >= _BEGINNING:
            self._by_letters[sought.plain].append(number)
            for beginning in _beginnings(sought.plain):
                self._by_beginning[beginning].append(number)

    def _literally(self, text: str) -> Iterator[tuple[int, tuple[Span, ...]]]:
        for cased, by_letter in self._by_letter.items():
            whole = _folded(text, self._language, cased=cased)
            for letter in by_letter.keys() & set(whole.text):
                for number in by_letter[letter]:
                    wanted = self._phrases[number].as_literal(self._language)
                    if wanted.text in whole.text:
                        yield number, find_literal(wanted, whole, bounded=True)

    def _beginning_at(
        self, at: int, words: Sequence[Word], joints: Sequence[str | None]
    ) -> Iterator[tuple[int, Span]]:
        first = words[at]
        for number in {
            n for key in keys(first.text, self._lang) for n in self._by_word.get(key, ())
        }:
            if span := self._as_words(self._phrases[number], at, words, joints):
                yield number, span
        joined = ""
        for last in range(at, min(at + _MOST_PARTS, len(words))):
            if last > at and joints[last - 1] is None:
                return
            joined += words[last].text
            plain = folded(joined, self._language)
            numbers = self._by_beginning.get(plain, [])
            for letters in (plain, *_beginnings(plain)):
                numbers = numbers + self._by_letters.get(letters, [])
            if not numbers or not self._may_join(at, last, words, joints):
                continue
            for number in numbers:
                sought = self._phrases[number]
                parts = last - at + 1
                if parts != len(sought.words) and _written_otherwise(sought, joined, plain):
                    yield number, (first.start, words[last].end)

    def _as_words(
        self, sought: _Sought, at: int, words: Sequence[Word], joints: Sequence[str | None]
    ) -> Span | None:
        last = at + len(sought.words) - 1
        if last >= len(words) or None in joints[at:last]:
            return None
        for wanted, word in zip(sought.words, words[at : last + 1], strict=True):
            if not self._same(sought, wanted, word.text):
                return None
        return words[at].start, words[last].end

    def _same(self, sought: _Sought, one: str, other: str) -> bool:
        return same_word(one, other, self._lang, case_sensitive=sought.case_sensitive)

    @staticmethod
    def _may_join(
        first: int, last: int, words: Sequence[Word], joints: Sequence[str | None]
    ) -> bool:
        """Whether words may be one that is written apart; a single letter only at a hyphen."""
        if first == last or all(_HYPHEN.search(joints[i] or "") for i in range(first, last)):
            return True
        return all(len(words[i].text) > 1 for i in range(first, last + 1))


def find(phrase: str, text: str, lang: str, *, case_sensitive: bool = False) -> tuple[Span, ...]:
    """Where a phrase occurs, as `PhraseIndex` finds it, as spans of characters (NFC)."""
    return _alone(Phrase(phrase, case_sensitive), lang).spans(text).get(0, ())


class Passage:
    """A text in which phrases are looked for, all at once: it takes no longer for many of them.

    Args:
        text: the text.
        phrases: all that will be asked for.
        lang: the text's language, BCP-47.
    """

    def __init__(self, text: str, phrases: Iterable[Phrase], lang: str) -> None:
        self._text = text
        self._lang = lang
        distinct = list(dict.fromkeys(phrases))
        spans = PhraseIndex(distinct, lang).spans(text)
        self._spans = {phrase: spans.get(number, ()) for number, phrase in enumerate(distinct)}

    def find(self, phrase: Phrase) -> tuple[Span, ...]:
        """Where one of the phrases occurs, as `find` tells it."""
        return self._spans[phrase]

    def uses(self, phrase: Phrase) -> bool:
        """Whether the text makes use of one of the phrases, as `uses` tells it."""
        return bool(self._spans[phrase]) or _used_apart(phrase, self._text, self._lang)


def uses(phrase: str, text: str, lang: str, *, case_sensitive: bool = False) -> bool:
    """Whether a translation makes use of a phrase: more lenient than `find`.

    The words of the phrase may stand apart or in another order, and be parts of compounds:
    `Zentrallager` uses `Lager`.
    """
    sought = Phrase(phrase, case_sensitive)
    return bool(_alone(sought, lang).spans(text)) or _used_apart(sought, text, lang)


def _used_apart(phrase: Phrase, text: str, lang: str) -> bool:
    language = primary(lang)
    sought = _sought(phrase, language)
    if not sought.words:
        whole = _folded(text, language, cased=phrase.case_sensitive)
        return bool(find_literal(sought.as_literal(language), whole, bounded=False))
    words = _vocabulary(text, lang)
    return all(words.has(part, case_sensitive=phrase.case_sensitive) for part in sought.words)


class _Sought(NamedTuple):
    """A phrase taken apart; it has no words where it is to be taken literally.

    Attributes:
        text: the phrase.
        words: its words in NFC.
        joined: its words written as one.
        plain: the same without case.
    """

    text: str
    words: tuple[str, ...]
    joined: str
    plain: str
    case_sensitive: bool

    def as_literal(self, language: str) -> Literal:
        return _folded(self.text, language, cased=self.case_sensitive)


@lru_cache(maxsize=65_536)
def _sought(phrase: Phrase, language: str) -> _Sought:
    text = phrase.text.strip()
    taken_literally = language in UNSPACED or _SYMBOL.search(text)
    words = () if taken_literally else tuple(word.text for word in words_of(text))
    joined = "".join(words)
    return _Sought(text, words, joined, folded(joined, language), phrase.case_sensitive)


def _beginnings(plain: str) -> tuple[str, ...]:
    """What is left of a word without its last letters, as many as a short ending has."""
    shortest = max(_BEGINNING, len(plain) - _LONGEST_ENDING)
    return tuple(plain[:length] for length in range(shortest, len(plain)))


def _written_otherwise(sought: _Sought, joined: str, plain: str) -> bool:
    """Whether words written as one are the phrase's, but for a short ending.

    By letters alone: dictionaries have no such words, and looking them up takes long.
    """
    common = min(len(sought.plain), len(plain))
    if max(len(sought.plain), len(plain)) - common > _LONGEST_ENDING:
        return False
    if sought.case_sensitive:
        return sought.joined[:common] == joined[:common]
    return sought.plain[:common] == plain[:common]


def _folded(text: str, language: str, *, cased: bool) -> Literal:
    return literal(text, language, loose=language in UNSPACED, cased=cased)


@lru_cache(maxsize=4_096)
def _alone(phrase: Phrase, lang: str) -> PhraseIndex:
    return PhraseIndex([phrase], lang)


@lru_cache(maxsize=64)
def _vocabulary(text: str, lang: str) -> Vocabulary:
    return Vocabulary([word.text for word in _present(text)[0]], lang)


@lru_cache(maxsize=64)
def _present(text: str) -> tuple[tuple[Word, ...], tuple[str | None, ...]]:
    """A text's words, and what stands after each but the last; None where that parts phrases."""
    words = words_of(text)
    plain = unicodedata.normalize("NFC", text)
    between = (plain[a.end : b.start] for a, b in pairwise(words))
    return words, tuple(gap if _GAP.fullmatch(gap) else None for gap in between)
