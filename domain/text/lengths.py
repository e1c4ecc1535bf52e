"""How long a text looks, across scripts, and when a translation's length is out of proportion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex

from domain.text.inflection import primary

SHORTEST_COMPARED = 20
"""Sources below this visible length are never compared: a word may become a sentence."""

_HAN = regex.compile(r"\p{Han}")
_SYLLABLE = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")
_INVISIBLE = regex.compile(r"[\s\p{C}\p{M}]+")
_HAN_WIDTH = 3
_SYLLABLE_WIDTH = 2


@lru_cache(maxsize=512)
def visible_length(text: str) -> int:
    """The length of a text in letters of an alphabet; white space and marks do not count.

    A Han character counts as 3, a kana or Hangul syllable as 2: about what a translation of each
    into English takes.
    """
    seen = _INVISIBLE.sub("", text)
    if seen.isascii():
        return len(seen)
    more = len(_HAN.findall(seen)) * (_HAN_WIDTH - 1)
    return len(seen) + more + len(_SYLLABLE.findall(seen)) * (_SYLLABLE_WIDTH - 1)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two lengths may be apart: the longer at most `factor` × the shorter + `margin`.

    Attributes:
        factor: a ratio.
        margin: in visible characters; what makes short texts free to vary.
    """

    factor: float
    margin: int

    def passed_by(self, expected: int, actual: int) -> bool:
        """Whether two visible lengths are further apart than this."""
        shorter, longer = sorted((expected, actual))
        return longer > self.factor * shorter + self.margin


NOTABLE = Tolerance(1.9, 15)
"""Worth a note to the reader."""

FAR_OFF = Tolerance(2, 20)
"""So far from what is expected that something must be missing or added."""

OVERLONG = Tolerance(5, 60)
"""So much longer that nobody put it so, however short the source."""

_LONGEST_WORD = 60
_LONG_WORD = regex.compile(rf"\p{{L}}{{{_LONGEST_WORD}}}")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]")

_RATIOS: Mapping[str, float] = {
    "ar": 0.86, "bn": 0.68, "ca": 1.12, "de": 1.19, "el": 1.21, "es": 1.15, "eu": 1.07, "fa": 0.91,
    "fi": 1.07, "fr": 1.23, "ga": 1.16, "gd": 1.29, "gl": 1.1, "he": 0.75, "hi": 0.6, "hu": 1.09,
    "id": 1.09, "it": 1.14, "ja": 1.2, "ka": 1.1, "lt": 1.11, "ml": 0.75, "mr": 0.67, "ms": 1.12,
    "ne": 0.6, "nl": 1.13, "pl": 1.11, "pt": 1.1, "ro": 1.08, "ru": 1.16, "sq": 1.12, "th": 0.73,
    "tr": 1.11, "uz": 1.24, "vi": 0.91,
}  # fmt: skip
"""By language: the visible length of a translation from English, as a ratio to its source.

Medians over the user-interface texts of Django 5.2, 100 to 250 a language, each of 20 characters
or more. Languages that are not here are within a tenth of English.
"""


def passes(
    tolerance: Tolerance, source: int, translation: int, *, source_lang: str, target_lang: str
) -> bool:
    """Whether a translation is longer or shorter than the language pair lets expect.

    Args:
        tolerance: by how much.
        source: visible length of the source.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """
    if source < SHORTEST_COMPARED:
        return False
    return tolerance.passed_by(round(source * ratio(source_lang, target_lang)), translation)


def overlong(
    here: int, there: int, source: str, translation: str, *, source_lang: str, target_lang: str
) -> bool:
    """Whether a translation is many times as long as its source, or has a word of 60 letters.

    Args:
        here: visible length of the source.
        there: the same of the translation.
        source: the text, for its words.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """
    expected = round(here * ratio(source_lang, target_lang))
    if there > expected and OVERLONG.passed_by(expected, there):
        return True
    word = _LONG_WORD.search(translation)
    return word is not None and not _UNSPACED.search(word.group()) and not _LONG_WORD.search(source)


@lru_cache(maxsize=512)
def ratio(source_lang: str, target_lang: str) -> float:
    """The visible length that a translation usually has, as a ratio to its source's."""
    return _RATIOS.get(primary(target_lang), 1) / _RATIOS.get(primary(source_lang), 1)
