"""What code can know to be wrong with a translation, before any model is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from domain import number_changes, terminology, untranslated
from domain.briefing import GlossaryEntry
from domain.lengths import FAR_OFF, visible_length
from domain.placeholders import strip
from domain.quality import Finding, Severity

_OPENING = re.compile(
    r"\W*(?:(?:sure|certainly|of course|okay|ok|natürlich|gerne|klar|claro(?: que sí)?|por supuesto"
    r"|bien sûr|certo|certamente|com certeza)\b\W+)?"
    r"(?:[^\W\d]+\W+){0,6}?[^\W\d]{0,8}?"
    r"(?:translat|übersetz|traduc|traduz|traduç|traduct|vertaling|vertaald|перевод|переклад|tłumacz"
    r"|překlad|çeviri|翻译|翻譯|翻訳|訳文|번역)[^\n:：]{0,60}[:：]",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile("⟦[^⟦⟧]*⟧")
_LONGEST_SPAN = 200
_ABOUT_TRANSLATION = re.compile(
    r"translat|übersetz|tradu|vertal|перевод|переклад|tłumacz|překlad|çeviri|翻译|翻譯|翻訳|訳|번역",
    re.IGNORECASE,
)


def check_translation(
    source: str,
    translation: str,
    *,
    source_lang: str,
    target_lang: str,
    terms: Sequence[GlossaryEntry],
    max_chars: int | None,
) -> tuple[Finding, ...]:
    """The errors that code finds in a translation; none is no promise of a good one.

    Made to be right when it speaks: what a careful translator may do is not reported. An empty
    translation, or one left in the source language, has that one finding.

    Args:
        source: the text, its markup masked; placeholders are passed over.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
        terms: glossary entries; those that do not occur in the source are passed over.
        max_chars: characters of the translation at most, without placeholders; None is no limit.
    """
    before, after = strip(source), strip(translation)
    whole = _empty(before, after) or _untranslated(before, after, source_lang, target_lang)
    if whole is not None:
        return (whole,)
    return (
        *_preamble(before, after),
        *_numbers(before, after, source_lang, target_lang),
        *_terms(before, after, source_lang, target_lang, terms),
        *_too_long(translation, max_chars),
        *_far_off(before, after),
    )


def _finding(severity: Severity, category: str, span: str, explanation: str) -> Finding:
    return Finding(severity, category, _clipped(span), explanation, "check")


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_SPAN else text[: _LONGEST_SPAN - 1] + "…"


def _empty(source: str, translation: str) -> Finding | None:
    if not any(letter.isalnum() for letter in source) or any(
        letter.isalnum() for letter in translation
    ):
        return None
    explanation = "The translation is empty."
    return _finding(Severity.CRITICAL, "accuracy/omission", translation.strip(), explanation)


def _untranslated(
    source: str, translation: str, source_lang: str, target_lang: str
) -> Finding | None:
    span = untranslated.left(source, translation, source_lang=source_lang, target_lang=target_lang)
    if span is None:
        return None
    explanation = "The text is left in the source language."
    return _finding(Severity.CRITICAL, "non-translation", span, explanation)


def _preamble(source: str, translation: str) -> Iterator[Finding]:
    match = _OPENING.match(translation)
    if match and not _ABOUT_TRANSLATION.search(source):
        explanation = "The translator speaks of its translation; only the translation may stand."
        yield _finding(Severity.MAJOR, "accuracy/addition", match.group().strip(), explanation)


def _numbers(
    source: str, translation: str, source_lang: str, target_lang: str
) -> Iterator[Finding]:
    for number in number_changes.changed(
        source, translation, source_lang=source_lang, target_lang=target_lang
    ):
        here, there = _clipped(number.source or ""), _clipped(number.translation or "")
        if number.misread:
            explanation = f"{there} means another number in the target language; write it its way."
            yield _finding(Severity.MINOR, "locale-convention/number", there, explanation)
            continue
        if not here:
            explanation = f"The number {there} is not in the source."
        elif not there:
            explanation = f"The number {here} is missing."
        else:
            explanation = f"The number {here} became {there}."
        yield _finding(Severity.MAJOR, "accuracy/number", there or here, explanation)


def _terms(
    source: str,
    translation: str,
    source_lang: str,
    target_lang: str,
    terms: Sequence[GlossaryEntry],
) -> Iterator[Finding]:
    for deviation in terminology.deviations(
        terms, source, translation, source_lang=source_lang, target_lang=target_lang
    ):
        if deviation.binding:
            kind = "missed" if deviation.forbidden is None else "forbidden"
            span = deviation.forbidden or deviation.entry.term
            yield _finding(Severity.MAJOR, f"terminology/{kind}", span, deviation.message)


def _too_long(translation: str, max_chars: int | None) -> Iterator[Finding]:
    # Not `strip`: the space it leaves for a variable would count.
    length = len(_PLACEHOLDER.sub("", translation))
    if max_chars is not None and length > max_chars:
        explanation = f"{length} characters, where {max_chars} are allowed."
        yield _finding(Severity.MAJOR, "design/length", "", explanation)


def _far_off(source: str, translation: str) -> Iterator[Finding]:
    if FAR_OFF.passed_by(visible_length(source), visible_length(translation)):
        explanation = "The translation's length is far from the source's; is something missing?"
        yield _finding(Severity.MINOR, "accuracy/length", "", explanation)
