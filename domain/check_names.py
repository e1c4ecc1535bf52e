"""The names of the checks, by which they are switched off."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class CheckName(StrEnum):
    """A check of translations; docs/quality.md says what each finds and how precisely."""

    EMPTY = "empty"
    UNTRANSLATED = "untranslated"
    WRONG_LANGUAGE = "wrong_language"
    PREAMBLE = "preamble"
    TALK = "talk"
    OBEYED = "obeyed"
    REPETITION = "repetition"
    SAME_TRANSLATION = "same_translation"
    SWAPPED = "swapped"
    EMPTIED = "emptied"
    GLUED = "glued"
    EMPHASIS = "emphasis"
    TRUNCATION = "truncation"
    LENGTH = "length"
    MAX_CHARS = "max_chars"
    FORMALITY = "formality"
    NUMBERS = "numbers"
    NUMBER_WORDS = "number_words"
    UNITS = "units"
    DATES = "dates"
    URLS = "urls"
    TERMINOLOGY = "terminology"
    DOUBLED_WORDS = "doubled_words"
    CAPITALISATION = "capitalisation"
    END_PUNCTUATION = "end_punctuation"
    BRACKETS = "brackets"
    WHITESPACE = "whitespace"
    FRENCH_SPACING = "french_spacing"


CERTAIN: tuple[CheckName, ...] = (
    CheckName.EMPTY,
    CheckName.UNTRANSLATED,
    CheckName.WRONG_LANGUAGE,
    CheckName.PREAMBLE,
    CheckName.TALK,
    CheckName.OBEYED,
    CheckName.REPETITION,
    CheckName.EMPTIED,
    CheckName.GLUED,
    CheckName.URLS,
    CheckName.DATES,
    CheckName.NUMBER_WORDS,
)
"""The checks whose findings were right in 95 of 100 at least; docs/quality.md has the counts.

Not among them are those that the contract has a note for: a missed term, a length.
"""


def check_names(words: Iterable[str]) -> tuple[CheckName, ...]:
    """The checks that words name, each once, in the order of `CheckName`.

    Raises:
        ValueError: a word names none; the message lists all that there are.
    """
    wanted = {word.strip().casefold() for word in words} - {""}
    unknown = sorted(wanted - set(CheckName))
    if unknown:
        known = ", ".join(CheckName)
        raise ValueError(f"there is no check {', '.join(unknown)}; there are {known}")
    return tuple(name for name in CheckName if name in wanted)
