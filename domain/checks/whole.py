"""Checks on a translation as a whole: empty, in another language, introduced, cut off, too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from domain.checks.formality import wrongly_addressed
from domain.checks.language import short_left, untranslated, wrong_language
from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.text.lengths import FAR_OFF, overlong, passes, visible_length
from domain.text.prose import STAND_IN
from domain.text.words import count_words

_OPENING = re.compile(
    r"\W*(?:(?:sure|certainly|of course|okay|ok|natürlich|gerne|klar|claro(?: que sí)?|por supuesto"
    r"|bien sûr|certo|certamente|com certeza)\b\W+)?"
    r"(?:[^\W\d]+\W+){0,6}?[^\W\d]{0,8}?"
    r"(?:translat|übersetz|traduc|traduz|traduç|traduct|vertaling|vertaald|перевод|переклад|tłumacz"
    r"|překlad|çeviri|翻译|翻譯|翻訳|訳文|번역|ترجم)[^\n:：]{0,60}[:：]",
    re.IGNORECASE,
)
_ABOUT_TRANSLATION = re.compile(
    r"translat|übersetz|tradu|vertal|перевод|переклад|tłumacz|překlad|çeviri|翻译|翻譯|翻訳|訳|번역"
    r"|ترجم",
    re.IGNORECASE,
)
_MARKS = {STAND_IN, *"-–—\\"}
_FEWEST_WORDS = 2
_PLACEHOLDER = re.compile("⟦[^⟦⟧]*+⟧")


def empty(pair: Pair) -> Iterator[Finding]:
    """A translation without a letter, a digit or a sign such as ©, where the source has some.

    A single word may be a variable or a dash: `{}th` is `{}.` in German.
    """
    if any(sign.isalnum() or category(sign) == "So" for sign in pair.after):
        return
    fewest = 1 if _MARKS.isdisjoint(pair.shown) else _FEWEST_WORDS
    if count_words(pair.before) >= fewest:
        span = pair.after.strip()
        explanation = "The translation is empty."
        yield finding(Severity.CRITICAL, "accuracy/omission", span, explanation)


def left_untranslated(pair: Pair) -> Iterator[Finding]:
    """A text left in the source language, word for word; a label of words the target has not."""
    span = untranslated.left(
        pair.before, pair.after, source_lang=pair.source_lang, target_lang=pair.target_lang
    )
    explanation = "The text is left in the source language."
    if span is not None:
        yield finding(Severity.CRITICAL, "non-translation", span, explanation)
    elif short_left.as_it_was(pair.before, pair.after) and (
        short_left.kind_of(pair.before, pair.source_lang, pair.target_lang)
        is short_left.Kind.PHRASE
    ):
        yield finding(Severity.MAJOR, "accuracy/untranslated", pair.after.strip(), explanation)


def in_wrong_language(pair: Pair) -> Iterator[Finding]:
    """A translation that reads as another language than the target, or is in another script."""
    language = wrong_language.read_as(pair)
    if language is not None:
        explanation = f"The translation is not in the target language; it reads as {language}."
        span = pair.after.strip()
        yield finding(Severity.MAJOR, "accuracy/wrong-language", span, explanation)


def preamble(pair: Pair) -> Iterator[Finding]:
    """A translator that speaks of its translation before it."""
    match = _OPENING.match(pair.after)
    if match and not _ABOUT_TRANSLATION.search(pair.before):
        explanation = "The translator speaks of its translation; only the translation may stand."
        yield finding(Severity.MAJOR, "accuracy/addition", match.group().strip(), explanation)


def too_long(pair: Pair) -> Iterator[Finding]:
    """A translation of more characters than the briefing allows, placeholders not counted."""
    # Not `pair.after`: the space in it for a variable would count.
    length = len(_PLACEHOLDER.sub("", pair.translation))
    if pair.max_chars is not None and length > pair.max_chars:
        explanation = f"{length} characters, where {pair.max_chars} are allowed."
        yield finding(Severity.MAJOR, "design/length", "", explanation)


def of_another_length(pair: Pair) -> Iterator[Finding]:
    """A translation far longer or shorter than texts of the language pair are."""
    here, there = visible_length(pair.before), visible_length(pair.after)
    languages = {"source_lang": pair.source_lang, "target_lang": pair.target_lang}
    if overlong(here, there, pair.before, pair.after, **languages):
        explanation = "The translation is many times as long as the source lets expect."
        yield finding(Severity.MAJOR, "accuracy/length", "", explanation)
    elif passes(FAR_OFF, here, there, **languages):
        explanation = "The translation's length is far from the source's; is something missing?"
        yield finding(Severity.MINOR, "accuracy/length", "", explanation)


def otherwise_addressed(pair: Pair) -> Iterator[Finding]:
    """A word that addresses the reader formally where the briefing wants it informal, or so."""
    if pair.formality is None:
        return
    word = wrongly_addressed(pair.after, pair.target_lang, pair.formality)
    if word is not None:
        explanation = f"The reader is to be addressed in the {pair.formality} way; {word} is not."
        yield finding(Severity.MAJOR, "style/register", word, explanation)
