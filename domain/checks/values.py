"""Numbers, units, dates, URLs and glossary terms that a translation alters or loses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from domain.checks import dates, number_changes, units
from domain.checks.pair import Pair, clipped, few, finding
from domain.checks.quality import Finding, Severity
from domain.glossary import terminology
from domain.placeholders.markup import scan

_URL = re.compile(
    r"<?(?:[a-z][a-z0-9+.-]{1,30}://|mailto:|www\.)|[^\s@]{1,64}@[^\s@]", re.IGNORECASE
)
_MAY_HAVE_URL = re.compile(r"://|mailto:|www\.|@", re.IGNORECASE)
_RADIX = re.compile(r"(?<!\d)(?:2|8|10|16)\s?[進进진]")
_WORDS_OF_DIGITS = {
    **dict.fromkeys(("ja", "ko", "zh"), _RADIX),
    "vi": re.compile(r"\bthứ\s[2-7]\b|\A[2-7]\Z", re.IGNORECASE),
}
"""By language: words with digits, such as `decimal` in Japanese and `Monday` in Vietnamese."""

_RADIX_NAME = re.compile(r"\b(?:hex(?:adecimal)?|decimal|octal|binary)\b", re.IGNORECASE)
_MORE_THAN = re.compile(r"\bmore than \w+", re.IGNORECASE)
_COUNT_FROM = {
    "ja": re.compile(r"\d{1,3}\s?\w{0,4}?以上"),
    "ko": re.compile(r"\d{1,3}\s?\w{0,4}?\s?이상"),
    "zh": re.compile(r"\d{1,3}\s?\w{0,4}?以上"),
}
"""By language: `2回以上` is more than once."""

_SMALL_NUMBER = re.compile(r"(?<!\d)(?:[2-8]|10|16)(?!\d)")
_OF_A_LANGUAGE = re.compile(
    r"(?<=/)[a-z]{2}(?:[-_][a-z]{2,4})?(?:/|\Z)|(?<=//)[a-z]{2}\.|[?&](?:hl|lang|locale|l)=[\w-]+",
    re.IGNORECASE,
)


def changed_numbers(pair: Pair) -> Iterator[Finding]:
    """Numbers lost, invented or altered, or not written as the target language does."""
    before, after = pair.before, pair.after
    from_count = _COUNT_FROM.get(pair.language)
    if from_count is not None and _MORE_THAN.search(before) and from_count.search(after):
        before, after = _MORE_THAN.sub(" ", before), from_count.sub(" ", after)
    word = _WORDS_OF_DIGITS.get(pair.language)
    if word is not None and (_RADIX_NAME.search(before) or not _SMALL_NUMBER.search(before)):
        after = word.sub(" ", after)
    for number in number_changes.changed(
        before, after, source_lang=pair.source_lang, target_lang=pair.target_lang
    ):
        here, there = clipped(number.source or ""), clipped(number.translation or "")
        if number.misread:
            explanation = f"{there} means another number in the target language; write it its way."
            yield finding(Severity.MINOR, "locale-convention/number", there, explanation)
            continue
        if not here:
            explanation = f"The number {there} is not in the source."
        elif not there:
            explanation = f"The number {here} is missing."
        else:
            explanation = f"The number {here} became {there}."
        yield finding(Severity.MAJOR, "accuracy/number", there or here, explanation)


def changed_units(pair: Pair) -> Iterator[Finding]:
    """A quantity whose number stayed and whose unit did not: 5 km became 5 miles."""
    here = units.quantities(pair.before, pair.source_lang)
    there = units.quantities(pair.after, pair.target_lang) if here else ()
    for before, after in units.changed(here, there):
        explanation = f"{before.text} became {after.text}, another unit."
        yield finding(Severity.MAJOR, "accuracy/unit", after.text, explanation)


def changed_dates(pair: Pair) -> Iterator[Finding]:
    """A date that is another day, or that the target language can't read as one."""
    for before, after in dates.changed(
        pair.before, pair.after, source_lang=pair.source_lang, target_lang=pair.target_lang
    ):
        explanation = f"The date {before} became {after}, which is another day in this language."
        yield finding(Severity.MAJOR, "accuracy/date", after, explanation)


def changed_urls(pair: Pair) -> Iterator[Finding]:
    """URLs and e-mail addresses lost or invented outside of placeholders.

    A part that names a language may change: `/en/` to `/de/`.
    """
    here, there = _urls(pair.source), _urls(pair.translation)
    for url in few((there - here).elements()):
        yield finding(Severity.MAJOR, "accuracy/url", url, f"The source has no address {url}.")
    for url in few((here - there).elements()):
        yield finding(Severity.MAJOR, "accuracy/url", url, f"The address {url} is missing.")


def missed_terms(pair: Pair) -> Iterator[Finding]:
    """Approved glossary terms that are missed, or stand in a forbidden form."""
    for deviation in terminology.deviations(
        pair.terms,
        pair.before,
        pair.after,
        source_lang=pair.source_lang,
        target_lang=pair.target_lang,
    ):
        if deviation.binding:
            kind = "missed" if deviation.forbidden is None else "forbidden"
            span = deviation.forbidden or deviation.entry.term
            yield finding(Severity.MAJOR, f"terminology/{kind}", span, deviation.message)


def _urls(text: str) -> Counter[str]:
    if not _MAY_HAVE_URL.search(text):
        return Counter()
    spans = (text[token.start : token.end] for token in scan(text))
    return Counter(_plain(span) for span in spans if _URL.match(span))


def _plain(url: str) -> str:
    bare = url.strip("<>").removeprefix("mailto:")
    return _OF_A_LANGUAGE.sub("", bare).rstrip("/")
