"""Numbers in a text, as its locale writes them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex
from babel.numbers import get_decimal_symbol, get_group_symbol

from domain.languages import locale_of

_SPACES = "\u00a0\u2009\u202f"
_SIGNS = "−–-"
_ARABIC = "\u066b\u066c"

_TOKEN = regex.compile(
    # Digits glued to a cased letter are part of a name (MP3, x86), but 10h30 is a time.
    r"(?:(?<![\p{Lu}\p{Ll}\p{M}\p{N}_])|(?<=\d[hH]))"
    rf"(?:(?<=^|[\s(\[])[{_SIGNS}])?"
    rf"[0-9]+(?:[.,'’{_ARABIC}][0-9]+|[{_SPACES}][0-9]{{3}}(?![0-9]))*"
)
_SPACED_TOKEN = regex.compile(
    r"(?<![\p{Lu}\p{Ll}\p{M}\p{N}_.,])"
    rf"[0-9]{{1,3}}(?:[ {_SPACES}][0-9]{{3}})+(?:[.,][0-9]+)?(?![0-9])"
)
"""A number grouped by plain spaces: the rule in many languages, seen in all."""

_OTHER_DIGIT = regex.compile(r"(?V1)[\p{Nd}--[0-9]]")

_SCALES: Sequence[tuple[str, tuple[int, ...]]] = (
    (r"k\b", (10**3,)),
    (r"(?:thousand|tausend|tsd|mila?|mille|duizend|тыс|千|천)", (10**3,)),
    (r"[万萬만]", (10**4,)),
    (r"百万", (10**6,)),
    (r"(?:milli?on|mio|milh|млн|миллион)", (10**6,)),
    (r"(?:mil millones|milliard|milliárd|mrd|miljard|miliard|млрд|миллиард)", (10**9,)),
    (r"(?:billi?on|bilh)", (10**9, 10**12)),
    (r"[億亿억]", (10**8,)),
)
"""Words after a number that multiply it; a billion is one of two."""
_SCALE = tuple((re.compile(r"\s?" + word, re.IGNORECASE), by) for word, by in _SCALES)
_MINUS = re.compile(r"(?:minus|menos|moins|meno|минус|мінус|マイナス|负|負)\s*$", re.IGNORECASE)
_LETTER_BEFORE = re.compile(r"[^\W\d_]\s?$")
_LETTER_AFTER = re.compile(r"[:.]?[0-9]{0,2}\s?[^\W\d_]")
_DIGITS = re.compile("[0-9]+")
_LONGEST_READ = 24
_CONTEXT = 16
_HALF_OF_DAY = re.compile(r"(?:[:.][0-9]{2})?\s?([ap])\.?\s?m\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text.

    Attributes:
        text: as written.
        value: as its own locale reads it; None where it is no single number (a version, a date).
        values: every value it may stand for, its scale and the half of the day included.
        groups: its runs of digits, without leading zeros.
        loose: whether its runs of digits may stand apart or in another order, as a date's.
    """

    text: str
    value: Decimal | None
    values: frozenset[Decimal]
    groups: tuple[str, ...]
    loose: bool

    def could_be(self, words: Callable[[int], bool], rest: Counter[str]) -> bool:
        """Whether words stand for it, or for the `rest` of it that no digits stand for."""
        if self.value is not None and self.value == self.value.to_integral_value():
            return words(int(self.value))
        return rest.total() < len(self.groups) and all(
            len(group) <= _LONGEST_READ and words(int(group)) for group in rest
        )


def numbers_of(text: str, lang: str) -> tuple[Number, ...]:
    """The numbers in a text, in their order."""
    text = with_western_digits(text)
    if not _DIGITS.search(text):
        return ()
    found: list[Number] = []
    at = 0
    while True:
        match = _TOKEN.search(text, at)
        if match is None:
            return tuple(found)
        spaced = _SPACED_TOKEN.match(text, match.start())
        if spaced is not None and spaced.end() > match.end():
            match = spaced
        before = text[max(0, match.start() - _CONTEXT) : match.start()]
        after = text[match.end() : match.end() + _CONTEXT]
        found.append(_number(match.group(), before, after, lang))
        at = match.end()


def with_western_digits(text: str) -> str:
    """A text with the digits of other scripts, such as Arabic and Bengali, as 0 to 9."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)


def _number(text: str, before: str, after: str, lang: str) -> Number:
    value, grouped = _value(text, lang)
    values = {value} if value is not None else set()
    if value is not None and _LETTER_BEFORE.search(before) and _MINUS.search(before):
        values.add(-value)
    if values and _LETTER_AFTER.match(after):
        values |= {factor * known for known in values for factor in _factors(after)}
        values |= {hour for known in values for hour in _hour(known, after)}
    groups = tuple(group.lstrip("0") or "0" for group in _DIGITS.findall(text))
    loose = not grouped and text[0] not in _SIGNS
    return Number(text, value, frozenset(values), groups, loose)


def _factors(after: str) -> Iterator[int]:
    """What the words that follow a number may multiply it by."""
    for scale, factors in _SCALE:
        if scale.match(after):
            yield from factors


def _hour(value: Decimal, after: str) -> Iterator[Decimal]:
    """The hour of 24 that a number followed by am or pm stands for."""
    half = _HALF_OF_DAY.match(after)
    if half and 0 <= value <= 12:
        yield value % 12 + (12 if half.group(1) in "pP" else 0)


@lru_cache(maxsize=16_384)
def _value(text: str, lang: str) -> tuple[Decimal | None, bool]:
    """What a number is worth by its own locale, else by the other way to write decimals.

    Second: whether signs group its digits.
    """
    if len(text) > _LONGEST_READ:
        return None, False
    decimal, group = _symbols(lang)
    text = text.replace("\u066b", decimal).replace("\u066c", group).replace("’", "'")
    for point, comma in ((decimal, group), (".", ","), (",", ".")):
        match = _form(point, comma).fullmatch(text)
        if match:
            sign, whole, part = match.groups()
            value = Decimal(f"{'-' if sign else ''}{''.join(_DIGITS.findall(whole))}.{part or 0}")
            return value, bool(re.search("[.,']", whole))
    return None, False


@lru_cache(maxsize=64)
def _form(point: str, comma: str) -> re.Pattern[str]:
    """A number whose decimals follow `point`; Indian grouping in twos is allowed."""
    groups = "[" + re.escape(_SPACES + " '" + ("" if comma.isspace() else comma)) + "]"
    whole = rf"[0-9]+|[1-9][0-9]{{0,2}}(?:{groups}[0-9]{{2,3}})*{groups}[0-9]{{3}}"
    return re.compile(rf"([{_SIGNS}]?)({whole})(?:{re.escape(point)}([0-9]+))?")


@lru_cache(maxsize=256)
def _symbols(lang: str) -> tuple[str, str]:
    """A locale's decimal and grouping signs, by CLDR, for Western digits."""
    locale = locale_of(lang)
    if locale is None:
        return ".", ","
    return (
        get_decimal_symbol(locale, numbering_system="latn"),
        get_group_symbol(locale, numbering_system="latn"),
    )
