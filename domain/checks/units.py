"""Quantities in a text: a number with its unit, by the names that CLDR has for units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex
from babel.units import format_unit

from domain.languages import locale_of
from domain.text.numbers import numbers_of

_UNITS: Mapping[str, str] = {
    "angle": "degree",
    "area": "acre hectare square-foot square-kilometer square-meter square-mile",
    "digital": "bit byte gigabit gigabyte kilobit kilobyte megabit megabyte petabyte terabit "
    "terabyte",
    "duration": "day hour microsecond millisecond minute month nanosecond second week year",
    "electric": "ampere milliampere ohm volt",
    "energy": "joule kilocalorie kilojoule kilowatt-hour",
    "frequency": "gigahertz hertz kilohertz megahertz",
    "graphics": "megapixel pixel",
    "length": "centimeter foot inch kilometer meter micrometer mile millimeter nanometer "
    "nautical-mile yard",
    "mass": "gram kilogram milligram ounce pound tonne",
    "power": "horsepower kilowatt megawatt watt",
    "pressure": "bar hectopascal kilopascal pascal",
    "speed": "kilometer-per-hour knot meter-per-second mile-per-hour",
    "temperature": "celsius fahrenheit kelvin",
    "volume": "centiliter cubic-centimeter cubic-foot cubic-meter deciliter fluid-ounce gallon "
    "liter milliliter pint quart",
}
"""By kind, the units that are looked for, by CLDR's identifiers."""

_COUNTS = (1, 2, 3, 5, 11, 100, 1.5)
"""One of each plural category that CLDR has in any language, and some more."""

_SYMBOLS = {
    "km": "length-kilometer",
    "cm": "length-centimeter",
    "mm": "length-millimeter",
    "µm": "length-micrometer",
    "nm": "length-nanometer",
    "km/h": "speed-kilometer-per-hour",
    "mph": "speed-mile-per-hour",
    "m/s": "speed-meter-per-second",
    "kg": "mass-kilogram",
    "mg": "mass-milligram",
    "lb": "mass-pound",
    "lbs": "mass-pound",
    "oz": "mass-ounce",
    "ml": "volume-milliliter",
    "mL": "volume-milliliter",
    "°C": "temperature-celsius",
    "°F": "temperature-fahrenheit",
    "K": "digital-kilobyte",
    "KB": "digital-kilobyte",
    "kB": "digital-kilobyte",
    "MB": "digital-megabyte",
    "GB": "digital-gigabyte",
    "TB": "digital-terabyte",
    "PB": "digital-petabyte",
    "KiB": "digital-kilobyte",
    "MiB": "digital-megabyte",
    "GiB": "digital-gigabyte",
    "TiB": "digital-terabyte",
    "Hz": "frequency-hertz",
    "kHz": "frequency-kilohertz",
    "MHz": "frequency-megahertz",
    "GHz": "frequency-gigahertz",
    "kW": "power-kilowatt",
    "kWh": "energy-kilowatt-hour",
    "px": "graphics-pixel",
    "ms": "duration-millisecond",
    "µs": "duration-microsecond",
    "ns": "duration-nanosecond",
}
"""Symbols that are the same in all languages; binary bytes count as decimal ones.

`K` is read as kilobytes and, by CLDR, as kelvin.
"""

_NUMBER = regex.compile(r"(?<![\p{Lu}\p{Ll}\p{M}\p{N}_.,])\p{Nd}++(?:[.,'’\u00a0\u202f]\p{Nd}++)*+")
_LEADING = regex.compile(r"^[\u200e\u200f]?\p{Nd}[\p{Nd}.,\u066b]*")
_LETTERS = frozenset("mglLhsWVAKмглчсВ米克升秒分年天日초분년일주")
"""Names of one letter that are read; `a`, a year in Spanish, is also a word."""

_WORDS_TOO = frozenset({"in"})
_BESIDE = " \u00a0\u202f\u200e\u200f\u061c"
_RATED = regex.compile(r"[時时秒][速]\s?$|每小?[时秒]\s?$|[摂摄攝華华]氏\s?$")
"""What Chinese and Japanese set before a number whose unit is a speed or a temperature."""

_SPACE = r"[ \u00a0\u202f\u2009-]?"
_LONGEST = 32
_LONGEST_RATE = 8
_MOST_COMPARED = 100
_SHORTEST_INFLECTED = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it stands in a text.

    Attributes:
        text: as written.
        values: what the number may be.
        units: what the unit may be, by CLDR's identifiers (`length-kilometer`).
    """

    text: str
    values: frozenset[Decimal]
    units: frozenset[str]


def quantities(text: str, lang: str) -> tuple[Quantity, ...]:
    """The numbers in a text that a known unit follows, in their order.

    Units are known by their long and short names in the text's language (CLDR) and by their
    international symbols; a word may bear an ending of up to three letters.
    """
    found = []
    for match in _NUMBER.finditer(text):
        after = _names(lang)[0].match(text, match.end(), match.end() + _LONGEST)
        if after is None or _RATED.search(
            text[max(0, match.start() - _LONGEST_RATE) : match.start()]
        ):
            continue
        numbers = numbers_of(match.group(), lang)
        units = _names(lang)[1][after["name"]]
        if len(numbers) == 1 and numbers[0].values:
            written = text[match.start() : after.end()]
            found.append(Quantity(written, numbers[0].values, units))
    return tuple(found)


def changed(
    here: Sequence[Quantity], there: Sequence[Quantity]
) -> Iterator[tuple[Quantity, Quantity]]:
    """The quantities of two texts that have their number in common and not their unit."""
    left = list(there[:_MOST_COMPARED])
    alone = []
    for quantity in here[:_MOST_COMPARED]:
        twin = next((other for other in left if _same(quantity, other)), None)
        if twin is None:
            alone.append(quantity)
        else:
            left.remove(twin)
    for quantity in alone:
        other = next((other for other in left if quantity.values & other.values), None)
        if other is not None:
            left.remove(other)
            yield quantity, other


def _same(one: Quantity, other: Quantity) -> bool:
    return bool(one.values & other.values) and any(
        _alike(unit, another) for unit in one.units for another in other.units
    )


def _alike(one: str, other: str) -> bool:
    """Whether units are the same, or one a speed of the other: `5 km an hour`."""
    bare, other_bare = (unit.partition("-")[2] + "-per-" for unit in (one, other))
    return one == other or bare.startswith(other_bare) or other_bare.startswith(bare)


@lru_cache(maxsize=64)
def _names(lang: str) -> tuple[regex.Pattern[str], dict[str, frozenset[str]]]:
    """A pattern of all names of units in a language, and what each means."""
    meanings: dict[str, set[str]] = {name: {unit} for name, unit in _SYMBOLS.items()}
    for kind, units in _UNITS.items():
        for unit in units.split():
            for name in _names_of(f"{kind}-{unit}", lang):
                meanings.setdefault(name, set()).add(f"{kind}-{unit}")
    words = sorted(meanings, key=len, reverse=True)
    spelled = "|".join(_spelled(word) for word in words)
    known = {word: frozenset(meaning) for word, meaning in meanings.items()}
    return regex.compile(rf"{_SPACE}(?P<name>{spelled})"), known


def _names_of(unit: str, lang: str) -> set[str]:
    locale = locale_of(lang)
    if locale is None:
        return set()
    written = (
        format_unit(count, unit, length=length, locale=locale)
        for length in ("long", "short")
        for count in _COUNTS
    )
    names = {_LEADING.sub("", text).strip(_BESIDE) for text in written if _LEADING.match(text)}
    names.discard(unit)
    return {name for name in names if name in _LETTERS or len(name) > 1} - _WORDS_TOO


def _spelled(word: str) -> str:
    escaped = regex.escape(word)
    if regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", word):
        return escaped
    if len(word) >= _SHORTEST_INFLECTED and word[-1].isalpha():
        return rf"{escaped}(?=\p{{L}}{{0,3}}+(?![\p{{L}}\p{{N}}]))"
    return rf"{escaped}(?![\p{{L}}\p{{N}}/²³])"
