"""Dates in a text, as its language writes them, and whether two texts have the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from domain.languages import locale_of
from domain.text.numbers import with_western_digits

Day = tuple[int | None, int, int]
"""Year, month and day; None is a year not told."""

_ISO = regex.compile(r"(?<![\p{N}\-])([12][0-9]{3})-([0-9]{2})-([0-9]{2})(?![\p{N}\-])")
_NUMERIC = regex.compile(
    r"(?<![\p{N}\-./])([0-9]{1,4})([./-])\s?([0-9]{1,2})\2\s?([0-9]{2,4})(?![\p{N}\-/])"
)
_CJK = regex.compile(
    r"(?:([0-9]{4})\s?[年년]\s?)?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日号號일]"
)
_DIGIT = regex.compile("[0-9]")
_DAY = r"(?<![\p{N}.,])([0-9]{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_MOST_COMPARED = 100
_YEAR = r"([12][0-9]{3})(?!\p{N})"
_OF = r"(?:\s(?:of|de|del|di|du|d'|ng))?\s"


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it stands in a text.

    Attributes:
        text: as written.
        days: each day it may mean; none where its language has no such day.
    """

    text: str
    days: frozenset[Day]


def changed(
    source: str, translation: str, *, source_lang: str, target_lang: str
) -> Iterator[tuple[str, str]]:
    """The dates that are another day in the translation, each as both texts write it.

    Nothing is said where the two have not the same number of dates, for a date may become words,
    nor where they have more than a hundred.
    """
    here = dates_of(source, source_lang)
    there = dates_of(translation, target_lang) if here else ()
    if len(here) != len(there) or len(here) > _MOST_COMPARED:
        return
    left = list(there)
    alone = []
    for date in here:
        twin = next((other for other in left if _may_be_same(date, other)), None)
        if twin is None:
            alone.append(date)
        else:
            left.remove(twin)
    yield from ((one.text, other.text) for one, other in zip(alone, left, strict=True))


def dates_of(text: str, lang: str) -> tuple[Date, ...]:
    """The dates in a text that name a month and a day, in their order.

    Read are ISO 8601, numbers in the order of the locale's short form (CLDR; in `en` without a
    region both orders), the names of months and their abbreviations, and Chinese, Japanese and
    Korean forms.
    """
    text = with_western_digits(text)
    if not _DIGIT.search(text):
        return ()
    found: dict[int, Date] = {}
    for match in _ISO.finditer(text):
        found[match.start()] = _date(match, [(int(match[1]), int(match[2]), int(match[3]))])
    for match in _NUMERIC.finditer(text):
        if match.start() not in found and (read := _numeric(match, lang)) is not None:
            found[match.start()] = _date(match, read)
    for match in _CJK.finditer(text):
        day = (_number(match[1]), int(match[2]), int(match[3]))
        found[match.start()] = _date(match, [day])
    months, pattern = _months(lang)
    for match in pattern.finditer(text) if pattern else ():
        named = months[match["after"] or match["before"]]
        told, day_of_month = _number(match[3] or match[6]), int(match[1] or match[5])
        found[match.start()] = _date(match, [(told, month, day_of_month) for month in named])
    return tuple(found[start] for start in sorted(found))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _date(match: regex.Match[str], days: Sequence[Day]) -> Date:
    return Date(match.group(), frozenset(day for day in days if _exists(day)))


def _exists(day: Day) -> bool:
    return 1 <= day[1] <= 12 and 1 <= day[2] <= 31


def _may_be_same(one: Date, other: Date) -> bool:
    return any(
        a[1:] == b[1:] and (a[0] is None or b[0] is None or a[0] % 100 == b[0] % 100)
        for a in one.days
        for b in other.days
    )


def _numeric(match: regex.Match[str], lang: str) -> list[Day] | None:
    """What a date in numbers means; None where it is none (a version, a fraction)."""
    first, last = match[1], match[4]
    if len(first) == 4:
        return [(int(first), int(match[3]), int(last))] if len(last) == 2 else None
    if len(first) > 2 or len(last) != 4:
        return None
    pairs = {"md": (int(first), int(match[3])), "dm": (int(match[3]), int(first))}
    return [(int(last), *pairs[order]) for order in _orders(lang)]


@lru_cache(maxsize=64)
def _orders(lang: str) -> tuple[str, ...]:
    """How a language orders month and day in numbers: `md`, `dm`, or either."""
    locale = locale_of(lang)
    if lang == "en" or locale is None:
        return ("md", "dm")
    form = locale.date_formats["short"].pattern
    return ("md",) if form.find("M") < form.find("d") else ("dm",)


@lru_cache(maxsize=64)
def _months(lang: str) -> tuple[dict[str, frozenset[int]], regex.Pattern[str] | None]:
    """The names of months in a language, and a pattern of a day beside one."""
    locale = locale_of(lang)
    meanings: dict[str, set[int]] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            names = locale.months[context].get(width, {}) if locale else {}
            for month, name in names.items():
                if any(sign.isalpha() for sign in name) and name[-1] not in "月월":
                    meanings.setdefault(name.rstrip("."), set()).add(month)
    if not meanings:
        return {}, None
    spelled = "|".join(map(regex.escape, sorted(meanings, key=len, reverse=True)))
    name = rf"(?P<{{0}}>{spelled})\.?(?!\p{{L}})"
    before, after = name.replace("{0}", "before"), name.replace("{0}", "after")
    pattern = regex.compile(
        rf"{_DAY}{_OF}ב?{after}(?:,?{_OF}{_YEAR})?"
        rf"|(?<!\p{{L}}){before}\s([0-9]{{1,2}})(?:st|nd|rd|th|\.)?(?![\p{{N}}:.,%][\p{{N}}]|\p{{N}})"
        rf"(?:,?\s{_YEAR})?"
    )
    return {name: frozenset(months) for name, months in meanings.items()}, pattern
