"""Where a phrase occurs in a text, in whatever form grammar gave it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex
import snowballstemmer

from domain.languages import locale_of

UNSPACED = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages written without spaces between words: a phrase is looked for as it stands."""

COMPOUNDING = frozenset({"af", "da", "de", "et", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"})
"""Languages that write compounds as one word."""

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SYMBOL = regex.compile(r"[^\p{L}\p{M}\p{N}\s'’\-]")
_NOUN_ENDINGS = ("e", "em", "en", "er", "ern", "es", "n", "nen", "s", "se", "sen", "ses")
_SHORTEST_COMPOUND_PART = 4
_SHORTEST_COMPOUND_REST = 3
_LONGEST_ENGLISH_ENDING = 4
_LONGEST_UNKNOWN_ENDING = 4
_SHORTEST_ALIKE = 3


class Word(NamedTuple):
    """A word of a text; `start` and `end` count characters of the text in NFC."""

    text: str
    start: int
    end: int


def primary(lang: str) -> str:
    """The language of a BCP-47 code, without script and region."""
    return lang.split("-")[0].lower()


def words_of(text: str) -> tuple[Word, ...]:
    """The runs of letters, marks and digits in a text."""
    return tuple(
        Word(match.group(), match.start(), match.end())
        for match in _WORD.finditer(unicodedata.normalize("NFC", text))
    )


def find(
    phrase: str, text: str, lang: str, *, case_sensitive: bool = False
) -> tuple[tuple[int, int], ...]:
    """Where a phrase occurs as whole words, inflected or not, as spans of characters (NFC).

    The words of the phrase must follow each other. Signs make a phrase literal (`C++`, `.NET`):
    it is looked for as it stands, between word boundaries; in languages without spaces every
    phrase is. Compounds do not count: a `Lagerbier` is no `Lager`.
    """
    sought = _sought(phrase, primary(lang))
    if not sought.words:
        return _literally(sought.text, text, case_sensitive=case_sensitive)
    present = _present(text, lang)
    if _key(sought.words[0], lang) not in present.keys:
        return ()
    size = len(sought.words)
    return tuple(
        (present.words[at].start, present.words[at + size - 1].end)
        for at in range(len(present.words) - size + 1)
        if all(
            same_word(
                sought.words[i], present.words[at + i].text, lang, case_sensitive=case_sensitive
            )
            for i in range(size)
        )
    )


def uses(phrase: str, text: str, lang: str, *, case_sensitive: bool = False) -> bool:
    """Whether a translation makes use of a phrase: more lenient than `find`.

    The words of the phrase may stand apart or in another order, and be parts of compounds:
    `Zentrallager` uses `Lager`.
    """
    if find(phrase, text, lang, case_sensitive=case_sensitive):
        return True
    wanted = _sought(phrase, primary(lang)).words
    return bool(wanted) and all(
        any(
            same_word(part, word.text, lang, case_sensitive=case_sensitive)
            or _in_compound(part, word.text, lang)
            for word in _present(text, lang).words
        )
        for part in wanted
    )


def same_word(lemma: str, form: str, lang: str, *, case_sensitive: bool = False) -> bool:
    """Whether one word is a form of the other.

    By the stem (Snowball) where the language has a stemmer, else by their common beginning. With
    `case_sensitive` their common beginning must also agree in case.
    """
    if lemma == form:
        return True
    plain, other = lemma.casefold(), form.casefold()
    if case_sensitive:
        common = _common_prefix(plain, other)
        if lemma[:common] != form[:common]:
            return False
    if plain == other:
        return True
    if _algorithm(lang) is None:
        return _alike(plain, other, lang)
    if _stem(plain, lang) != _stem(other, lang):
        return False
    if primary(lang) == "de" and lemma[0].isupper() and form[0].isupper():
        return _same_german_noun(plain, other)
    return primary(lang) != "en" or abs(len(plain) - len(other)) <= _LONGEST_ENGLISH_ENDING


class _Sought(NamedTuple):
    """A phrase in NFC, and its words; it has none where it is to be taken literally."""

    text: str
    words: tuple[str, ...]


@lru_cache(maxsize=65_536)
def _sought(phrase: str, language: str) -> _Sought:
    text = unicodedata.normalize("NFC", phrase).strip()
    literal = language in UNSPACED or _SYMBOL.search(text)
    return _Sought(text, () if literal else tuple(word.text for word in words_of(text)))


class _Present(NamedTuple):
    """The words of a text, and the keys of the forms they have."""

    words: tuple[Word, ...]
    keys: frozenset[str]


@lru_cache(maxsize=32)
def _present(text: str, lang: str) -> _Present:
    words = words_of(text)
    return _Present(words, frozenset(_key(word.text, lang) for word in words))


@lru_cache(maxsize=65_536)
def _key(word: str, lang: str) -> str:
    """What all forms of a word have in common."""
    plain = word.casefold()
    if _algorithm(lang):
        return _stem(plain, lang)
    return plain[: 1 if primary(lang) == "ko" else _SHORTEST_ALIKE]


def _literally(phrase: str, text: str, *, case_sensitive: bool) -> tuple[tuple[int, int], ...]:
    before = r"(?<![\p{Lu}\p{Ll}\p{N}])" if phrase[:1].isalnum() else ""
    after = r"(?![\p{Lu}\p{Ll}\p{N}])" if phrase[-1:].isalnum() else ""
    flags = 0 if case_sensitive else regex.IGNORECASE | regex.FULLCASE
    found = regex.finditer(
        before + regex.escape(phrase) + after, unicodedata.normalize("NFC", text), flags=flags
    )
    return tuple(match.span() for match in found) if phrase else ()


def _in_compound(part: str, word: str, lang: str) -> bool:
    if primary(lang) not in COMPOUNDING:
        return False
    whole = word.casefold()
    stems = (part.casefold(), _stem(part.casefold(), lang))
    return any(
        len(stem) >= _SHORTEST_COMPOUND_PART
        and len(whole) >= len(stem) + _SHORTEST_COMPOUND_REST
        and stem in whole
        for stem in stems
    )


def _same_german_noun(one: str, other: str) -> bool:
    """Snowball takes `Lage` and `Lager` for one word; a noun's own endings tell them apart."""
    short, long = sorted((_without_umlauts(one), _without_umlauts(other)), key=len)
    ending = long.removeprefix(short)
    return ending == "" or ending in _NOUN_ENDINGS


def _without_umlauts(word: str) -> str:
    return word.translate(str.maketrans("äöü", "aou"))


def _alike(one: str, other: str, lang: str) -> bool:
    if primary(lang) == "ko":  # particles are written onto the word
        return other.startswith(one)
    common = _common_prefix(one, other)
    rest = max(len(one), len(other)) - common
    return common >= _SHORTEST_ALIKE and common >= len(one) - 2 and rest <= _LONGEST_UNKNOWN_ENDING


def _common_prefix(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


@lru_cache(maxsize=256)
def _algorithm(lang: str) -> str | None:
    """The Snowball algorithm of a language, named as English names the language."""
    locale = locale_of(primary(lang))
    name = (locale.get_language_name("en") or "") if locale else ""
    first = name.split(" ")[0].lower()
    return first if first in snowballstemmer.algorithms() else None


@lru_cache(maxsize=65_536)
def _stem(word: str, lang: str) -> str:
    algorithm = _algorithm(lang)
    # A stemmer keeps the word at hand in itself: one a call is safe in threads, and costs nothing.
    return str(snowballstemmer.stemmer(algorithm).stemWord(word)) if algorithm else word
