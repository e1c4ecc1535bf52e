"""Small numbers as words: what may stand for a digit in another language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from domain.languages import locale_of
from domain.text.inflection import primary, words_of

_VALUES = (*range(2, 13), *range(20, 100, 10), 100, 1000)
_WORDS: Mapping[str, str] = {
    "de": "zwei|beid|doppel|paar|zweit drei|dritt vier funf sech sieb acht neun zehn elf "
    "zwolf|dutzend|mittag|mitternacht zwanzig dreissig vierzig funfzig sechzig siebzig achtzig "
    "neunzig hundert tausend",
    "en": "two|second|both|double|twice|pair|dual three|third|tripl four|quad fi six seven eight "
    "nine|ninth ten eleven twel|dozen|noon|midnight twent thirt fort fift sixt sevent eight ninet "
    "hundred thousand",
    "es": "dos|segund|doble|amb|par tres|terc|tripl cuatr|cuart cinc|quint seis|sext siet|septim "
    "ocho|octav nuev|noven diez|decim once|undecim doce|docen|mediod|medianoch veint treint "
    "cuarent cincuent sesent setent ochent novent cien mil",
    "fr": "deux|second|double troi|tripl quat cinq six sept huit neuf|neuv dix|dizain onz "
    "douz|midi|minuit vingt trent quarant cinquant soixant soixant quatr quatr cent mil",
    "it": "due|second|doppi|entramb|ambed tre|terz quat|quart cinqu|quint sei|sest sett otto|ottav "
    "nove|nono|nona dieci|decim undic dodic|dozzin|mezzogiorn|mezzanott vent trent quarant "
    "cinquant sessant settant ottant novant cent mill",
    "nl": "twee|dubbel|beid dri|derd vier|vierd vijf zes zeven acht negen tien elf "
    "twaalf|dozijn|middag|middernacht twintig dertig veertig vijftig zestig zeventig tachtig "
    "negentig honderd duizend",
    "pt": "doi|dua|segund|dupl|amb|par tre|terceir|tripl quatr|quart cinc|quint seis|sext "
    "sete|setim oit nov|non dez|decim onze doze|duzia vint trint quarent cinquent sessent setent "
    "oitent novent cem|cent mil",
}
"""By language: the beginnings of words for each of `_VALUES`, without accents; `|` parts words."""

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LARGEST_ROMAN = 39


def spelled(value: int, text: str, lang: str) -> bool:
    """Whether a text holds a whole number as a word.

    Ordinals and names of months count (6 is `June`), and so do Roman numerals up to XXXIX
    (`siglo XIX`).
    """
    exact, plain = _forms(text)
    if 1 <= value <= _LARGEST_ROMAN and _roman(value) in exact:
        return True
    wanted = _beginnings(lang).get(value, ())
    return bool(wanted) and any(word.startswith(wanted) for word in plain)


def unknowable(value: int, lang: str) -> bool:
    """Whether a number may be spelled in a way that `spelled` does not see.

    So may 0 and 1 everywhere (articles, `none`), and all small and round numbers in a language
    whose words are not known here.
    """
    return value in (0, 1) or (value in _VALUES and primary(lang) not in _WORDS)


@lru_cache(maxsize=8)
def _forms(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a text as they stand, and without case and accents; digits are none."""
    exact = frozenset(word.text for word in words_of(text) if not word.text.isdigit())
    return exact, frozenset(map(_plain, exact))


@lru_cache(maxsize=64)
def _beginnings(lang: str) -> Mapping[int, tuple[str, ...]]:
    words = [part.split("|") for part in _WORDS.get(primary(lang), "").split()]
    found = {value: tuple(part) for value, part in zip(_VALUES, words, strict=False)}
    for value, names in enumerate(_months(lang), start=1):
        found[value] = (*found.get(value, ()), *names)
    return found


def _roman(value: int) -> str:
    numeral = ""
    for weight, letter in _ROMAN:
        count, value = divmod(value, weight)
        numeral += letter * count
    return numeral


@lru_cache(maxsize=64)
def _months(lang: str) -> tuple[tuple[str, ...], ...]:
    """The names of the twelve months, short and long, as CLDR has them."""
    locale = locale_of(lang)
    if locale is None:
        return ((),) * 12
    wide, short = (locale.months["format"][width] for width in ("wide", "abbreviated"))
    return tuple(
        (_plain(wide[month]), _plain(short[month].removesuffix("."))) for month in range(1, 13)
    )


def _plain(word: str) -> str:
    """A word without case and accents."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
