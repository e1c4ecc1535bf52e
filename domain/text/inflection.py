"""Words, and whether one is a form of another."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex
import snowballstemmer

from domain.languages import locale_of
from domain.text.lemmas import is_known, lemma

UNSPACED = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages written without spaces between words: a phrase is looked for as it stands."""

COMPOUNDING = frozenset({"af", "da", "de", "et", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"})
"""Languages that write compounds as one word."""

_GERMANIC = frozenset({"da", "de", "en", "is", "nb", "nl", "nn", "no", "sv"})
_ROMANCE = frozenset({"ca", "es", "fr", "gl", "it", "pt", "ro"})
_BROADLY_STEMMED = _GERMANIC | _ROMANCE
_PLURAL_IN_S = frozenset({"ca", "es", "gl", "pt"})
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_DOTTED = frozenset({"az", "tr"})
_DOTS = str.maketrans({"İ": "i", "I": "ı"})
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


def folded(word: str, language: str) -> str:
    """A word without its case, as its language has it: Turkish tells `ı` from `i`."""
    return (word.translate(_DOTS) if language in _DOTTED else word).casefold()


def same_word(one: str, other: str, lang: str, *, case_sensitive: bool = False) -> bool:
    """Whether one word is a form of the other.

    By their dictionary forms, else by the stem (Snowball), or without a stemmer by their common
    beginning. The stem does not count in Germanic and Romance languages for two words that both
    stand in the dictionary, under different forms: there it takes `puerto` and `puerta` for one.
    With `case_sensitive` their common beginning must also agree in case.
    """
    if one == other:
        return True
    language = primary(lang)
    here, there = folded(one, language), folded(other, language)
    if case_sensitive:
        common = _common_prefix(here, there)
        if one[:common] != other[:common]:
            return False
    if not _lemmas(one, language).isdisjoint(_lemmas(other, language)):
        return True
    if language in _BROADLY_STEMMED and is_known(one, language) and is_known(other, language):
        return language in _PLURAL_IN_S and _is_plural(here, there)
    if _algorithm(language) is None:
        return _alike(here, there, language)
    if _stem(here, language) != _stem(there, language):
        return False
    if language == "de" and one[0].isupper() and other[0].isupper():
        return _same_german_noun(here, there)
    return language != "en" or abs(len(here) - len(there)) <= _LONGEST_ENGLISH_ENDING


@lru_cache(maxsize=65_536)
def keys(word: str, lang: str) -> frozenset[str]:
    """What words may be looked up by: forms of one word have at least one key in common."""
    language = primary(lang)
    plain = folded(word, language)
    if _algorithm(language):
        beginning = _stem(plain, language)
    else:
        beginning = plain[: 1 if language == "ko" else _SHORTEST_ALIKE]
    return _lemmas(word, language) | {f"{beginning}~"}


def base(word: str, lang: str) -> str:
    """A word's dictionary form without its case."""
    language = primary(lang)
    return folded(lemma(word, language), language)


def form_keys(word: str, lang: str) -> frozenset[str]:
    """As `keys`, with those of plurals: all that `same_word` takes for one word have one."""
    language = primary(lang)
    if language not in _PLURAL_IN_S:
        return keys(word, lang)
    plain = _without_accents(folded(word, language))
    singular = {plain.removesuffix(ending) for ending in ("", "s", "es")}
    return keys(word, lang) | {f"~{form}" for form in singular}


def compound_stems(part: str, lang: str) -> tuple[tuple[str, int], ...]:
    """What stands in a compound that has a word in it, and how many letters the rest has at least;
    nothing in a language without compounds."""
    language = primary(lang)
    if language not in COMPOUNDING:
        return ()
    plain = folded(part, language)
    stems = dict.fromkeys((plain, _stem(plain, language)))
    return tuple(
        (stem, _SHORTEST_COMPOUND_REST) for stem in stems if len(stem) >= _SHORTEST_COMPOUND_PART
    )


@lru_cache(maxsize=65_536)
def _lemmas(word: str, language: str) -> frozenset[str]:
    """The word without its case, and its dictionary forms with it and without."""
    plain = folded(word, language)
    forms = (folded(lemma(form, language), language) for form in (word, plain))
    return frozenset((plain, *forms))


def _same_german_noun(one: str, other: str) -> bool:
    """Snowball takes `Lage` and `Lager` for one word; a noun's own endings tell them apart."""
    short, long = sorted((_without_umlauts(one), _without_umlauts(other)), key=len)
    ending = long.removeprefix(short)
    return ending == "" or ending in _NOUN_ENDINGS


def _is_plural(one: str, other: str) -> bool:
    """Whether one is the other with `s` or `es`: dictionaries take `ratones` for a verb's form."""
    short, long = sorted((_without_accents(one), _without_accents(other)), key=len)
    return long in (f"{short}s", f"{short}es")


def _without_accents(word: str) -> str:
    return word.translate(str.maketrans("áéíóúàèòâêô", "aeiouaeoaeo"))


def _without_umlauts(word: str) -> str:
    return word.translate(str.maketrans("äöü", "aou"))


def _alike(one: str, other: str, language: str) -> bool:
    if language == "ko":  # particles are written onto the word
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
def _algorithm(language: str) -> str | None:
    """The Snowball algorithm of a language, named as English names the language."""
    locale = locale_of(language)
    name = (locale.get_language_name("en") or "") if locale else ""
    first = name.split(" ")[0].lower()
    return first if first in snowballstemmer.algorithms() else None


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    algorithm = _algorithm(language)
    # A stemmer keeps the word at hand in itself: one a call is safe in threads, and costs nothing.
    return str(snowballstemmer.stemmer(algorithm).stemWord(word)) if algorithm else word
