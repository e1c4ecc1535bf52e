"""Numbers that a translation lost, invented or altered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, zip_longest

from domain.text.number_words import spelled, unknowable
from domain.text.numbers import Number, numbers_of

_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Changed:
    """A number that is not the same in the translation.

    Attributes:
        source: as it stands in the source; None where the translation invented one.
        translation: as it stands in the translation; None where it was lost.
        misread: both hold the same digits, but in the target language they mean another value.
    """

    source: str | None
    translation: str | None
    misread: bool = False


def changed(
    source: str, translation: str, *, source_lang: str, target_lang: str
) -> tuple[Changed, ...]:
    """The numbers that a translation lost, invented or altered.

    The same digits are the same number. Else a number counts by its value, which either locale
    writes its own way (CLDR: 1,000.00 is 1.000,00); else by its groups of digits, so that dates and
    times may be arranged anew. Small and round numbers may become words, and words numbers.
    """
    here = list(numbers_of(source, source_lang))
    there = list(numbers_of(translation, target_lang))
    if not here and not there:
        return ()
    known_here = {value for number in here for value in number.values}
    known_there = {value for number in there for value in number.values}
    misread = _take_identical(here, there)
    _take_equal(here, there)
    lost = _gone(here, there, known_there, translation, target_lang)
    new = _gone(there, here, known_here, source, source_lang)
    _forgive(lost, len(lost) - len(new), target_lang)
    _forgive(new, len(new) - len(lost), source_lang)
    pairs = zip_longest((n.text for n in lost), (n.text for n in new))
    return (*(Changed(*pair) for pair in pairs), *misread)


def _gone(
    numbers: Sequence[Number],
    others: Sequence[Number],
    known: Set[Decimal],
    text: str,
    lang: str,
) -> list[Number]:
    """The numbers that the other text holds in no way, neither as digits nor as words, nor as a
    part of a name: `UTF-8` is `utf8`, `RFC 4648` is `RFC4648`."""
    return [
        number
        for number, rest in islice(_unmatched(numbers, others), _MOST_TOLD)
        if known.isdisjoint(number.values)
        and not number.could_be(lambda value: spelled(value, text, lang), rest)
        and not _is_in_a_name(number.text, text)
    ]


def _is_in_a_name(number: str, text: str) -> bool:
    digits = re.escape(number)
    return (
        re.search(rf"[^\W\d_×]{digits}(?!\d)|(?<!\d){digits}[^\W\d_]|[x×]{digits}(?!\d)", text)
        is not None
    )


def _take_identical(here: list[Number], there: list[Number]) -> list[Changed]:
    """Take the numbers out of both lists that are written alike; tell those that now read anew."""
    common = Counter(n.text for n in here) & Counter(n.text for n in there)
    reads = {n.text: n.value for n in there}
    misread = [n.text for n in here if n.text in common and n.value != reads[n.text]]
    here[:] = _beyond(here, common)
    there[:] = _beyond(there, common)
    return [Changed(text, text, misread=True) for text in dict.fromkeys(misread)]


def _beyond(numbers: Iterable[Number], common: Counter[str]) -> Iterator[Number]:
    left = common.copy()
    for number in numbers:
        if left[number.text]:
            left[number.text] -= 1
        else:
            yield number


def _take_equal(here: list[Number], there: list[Number]) -> None:
    """Take the numbers out of both lists that have a value in common."""
    places: dict[Decimal, list[int]] = {}
    for place, number in reversed(list(enumerate(there))):
        for value in number.values:
            places.setdefault(value, []).append(place)
    taken: set[int] = set()
    lost: list[Number] = []
    for number in here:
        candidates = (places[value] for value in number.values if value in places)
        twin = next((at for stack in candidates if (at := _pop(stack, taken)) is not None), None)
        if twin is None:
            lost.append(number)
        else:
            taken.add(twin)
    here[:] = lost
    there[:] = [number for place, number in enumerate(there) if place not in taken]


def _pop(stack: list[int], taken: set[int]) -> int | None:
    while stack:
        place = stack.pop()
        if place not in taken:
            return place
    return None


def _unmatched(
    numbers: Sequence[Number], others: Sequence[Number]
) -> Iterator[tuple[Number, Counter[str]]]:
    """The numbers that hold a run of digits which the other side lacks, with these runs."""
    pool = Counter(group for number in others if number.loose for group in number.groups)
    for number in numbers:
        rest = Counter[str]()
        for group in number.groups:
            if number.loose and pool[group]:
                pool[group] -= 1
            else:
                rest[group] += 1
        if rest:
            yield number, rest


def _forgive(numbers: list[Number], surplus: int, lang: str) -> None:
    """Drop up to `surplus` numbers that may stand on the other side as words not known here."""
    for number in tuple(numbers):
        if surplus <= 0:
            return
        if number.could_be(lambda value: unknowable(value, lang), Counter(number.groups)):
            numbers.remove(number)
            surplus -= 1
