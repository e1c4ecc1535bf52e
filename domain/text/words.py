"""Words, counted alike in every script."""

from __future__ import annotations

import regex

_BOUNDARY = regex.compile(r"\b", regex.WORD)
_LETTER_OR_DIGIT = regex.compile(r"[\p{L}\p{N}]")
_IGNORED = regex.compile(r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]+")
_FLAG_HALF = regex.compile(r"\p{WB=Regional_Indicator}")


def count_words(text: str) -> int:
    """Words by the word boundaries of UAX #29: segments that hold a letter or a digit.

    Scripts that the rules have no dictionary for count by the character: each Han ideograph and
    each Thai letter with its marks is a word.
    """
    # WB4 ignores marks; the library forgets it beside punctuation within words.
    plain = text if text.isascii() else _IGNORED.sub("", text)
    # Flags hold no letter, and the library takes quadratic time over many of them.
    plain = plain if plain.isascii() else _FLAG_HALF.sub("\N{BLACK FLAG}", plain)
    return sum(map(_is_word, _BOUNDARY.split(plain)))


def _is_word(part: str) -> bool:
    return part.isalnum() or _LETTER_OR_DIGIT.search(part) is not None
