"""Number words that are another number in the translation: nine → acht."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.text.inflection import words_of
from domain.text.number_words import spelled
from domain.text.numbers import numbers_of

_VALUES = (*range(2, 13), 20, 30, 40, 50, 60, 70, 80, 90)
_CARDINALS: Mapping[str, str] = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreissig vierzig "
    "fünfzig "
    "sechzig siebzig achtzig neunzig",
    "en": "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "sixty "
    "seventy eighty ninety",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cuarenta "
    "cincuenta sesenta setenta ochenta noventa",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante "
    "cinquante "
    "soixante soixante-dix quatre-vingts quatre-vingt-dix",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta "
    "cinquanta sessanta settanta ottanta novanta",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig veertig vijftig "
    "zestig zeventig tachtig negentig",
    "pl": "dwa|dwie|dwóch trzy|trzech cztery|czterech pięć|pięciu sześć|sześciu siedem|siedmiu "
    "osiem|ośmiu dziewięć|dziewięciu dziesięć|dziesięciu jedenaście dwanaście dwadzieścia "
    "trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt "
    "dziewięćdziesiąt",
    "pt": "dois|duas três quatro cinco seis sete oito nove dez onze doze vinte trinta quarenta "
    "cinquenta sessenta setenta oitenta noventa",
    "ru": "два|две|двух три|трёх|трех четыре|четырёх|четырех пять|пяти шесть|шести семь|семи "
    "восемь|восьми девять|девяти десять|десяти одиннадцать двенадцать двадцать тридцать сорок "
    "пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    "ja": "二つ|2つ|二人 三つ|三人 四つ|四人 五つ|五人 六つ 七つ 八つ 九つ 十",
}
"""By language: the cardinal of each of `_VALUES`; `|` parts forms."""


_UNSPACED = frozenset({"ja"})


def other_number_word(pair: Pair) -> Iterator[Finding]:
    """One number word of the source that is the word of another number in the translation.

    Only where all others agree, so that an idiom or a count put otherwise is let pass.
    """
    here = _values(pair.before, pair.source_language)
    there = _values(pair.after, pair.language) if here else {}
    if not here or not there:
        return
    digits = {
        int(value)
        for text, lang in ((pair.before, pair.source_lang), (pair.after, pair.target_lang))
        for number in numbers_of(text, lang)
        for value in number.values
        if value == value.to_integral_value() and abs(value) < 1_000
    }
    lost = {v: w for v, w in here.items() if v not in digits and not _is_there(v, pair, there)}
    new = {
        v: w
        for v, w in there.items()
        if v not in here and v not in digits and not spelled(v, pair.before, pair.source_lang)
    }
    if len(lost) == 1 and len(new) == 1 and len(here) == len(there):
        ((_, word),), ((_, other),) = lost.items(), new.items()
        explanation = f"“{word}” became “{other}”, another number."
        yield finding(Severity.MAJOR, "accuracy/number-word", other, explanation)


def _is_there(value: int, pair: Pair, there: Mapping[int, str]) -> bool:
    return value in there or (
        pair.language not in _UNSPACED and spelled(value, pair.after, pair.target_lang)
    )


@cache
def _forms(language: str) -> Mapping[str, int]:
    """A language's number words, each with what it says."""
    return {
        form: value
        for value, names in zip(_VALUES, _CARDINALS.get(language, "").split(), strict=False)
        for form in names.split("|")
    }


def _values(text: str, language: str) -> dict[int, str]:
    """The numbers that stand as words in a text, each with its word."""
    forms = _forms(language)
    if not forms:
        return {}
    if language in _UNSPACED:
        return {value: form for form, value in forms.items() if form in text}
    found = {}
    for word in words_of(text):
        value = forms.get(word.text.casefold())
        if value is not None:
            found[value] = word.text
    return found
