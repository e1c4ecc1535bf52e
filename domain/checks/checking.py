"""What code can know to be wrong with a translation, before any model is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal

from domain.briefing import GlossaryEntry
from domain.check_names import CheckName
from domain.checks import brackets, sentence_ends, spacing, truncation, values, whole
from domain.checks import repeated_words as words
from domain.checks.answers import marked, number_words, obeyed, repetition, talk
from domain.checks.pair import Pair
from domain.checks.quality import Finding

Check = Callable[[Pair], Iterator[Finding]]

_ALONE: Mapping[CheckName, Check] = {
    CheckName.EMPTY: whole.empty,
    CheckName.UNTRANSLATED: whole.left_untranslated,
}
"""What makes all else pointless: the first of them that finds something is the only finding."""

_TOGETHER: Mapping[CheckName, Check] = {
    CheckName.WRONG_LANGUAGE: whole.in_wrong_language,
    CheckName.PREAMBLE: whole.preamble,
    CheckName.TALK: talk.talked,
    CheckName.OBEYED: obeyed.obeyed,
    CheckName.REPETITION: repetition.repeated,
    CheckName.EMPTIED: marked.emptied,
    CheckName.GLUED: marked.glued,
    CheckName.EMPHASIS: marked.unmarked,
    CheckName.NUMBERS: values.changed_numbers,
    CheckName.NUMBER_WORDS: number_words.other_number_word,
    CheckName.UNITS: values.changed_units,
    CheckName.DATES: values.changed_dates,
    CheckName.URLS: values.changed_urls,
    CheckName.TERMINOLOGY: values.missed_terms,
    CheckName.MAX_CHARS: whole.too_long,
    CheckName.FORMALITY: whole.otherwise_addressed,
    CheckName.TRUNCATION: truncation.truncated,
    CheckName.LENGTH: whole.of_another_length,
    CheckName.DOUBLED_WORDS: words.doubled,
    CheckName.CAPITALISATION: words.other_case,
    CheckName.END_PUNCTUATION: sentence_ends.other_ending,
    CheckName.BRACKETS: brackets.unbalanced,
    CheckName.WHITESPACE: spacing.misplaced,
    CheckName.FRENCH_SPACING: spacing.in_french,
}

CHECKS: Mapping[CheckName, Check] = {**_ALONE, **_TOGETHER}
"""Every check by its name; each takes a pair and yields what it finds."""


def check_translation(
    source: str,
    translation: str,
    *,
    source_lang: str,
    target_lang: str,
    terms: Sequence[GlossaryEntry],
    max_chars: int | None,
    formality: Literal["formal", "informal"] | None = None,
    off: Collection[CheckName] = (),
) -> tuple[Finding, ...]:
    """The errors that code finds in a translation; none is no promise of a good one.

    Made to be right when it speaks: what a careful translator may do is not reported, and
    docs/quality.md tells how often each check is right. An empty translation, or one left in the
    source language, has that one finding.

    Args:
        source: the text, its markup masked; placeholders are passed over.
        translation: the same of the translation.
        source_lang: BCP-47.
        target_lang: BCP-47.
        terms: glossary entries; those that do not occur in the source are passed over.
        max_chars: characters of the translation at most, without placeholders; None is no limit.
        formality: how the reader is to be addressed; None: as it may be.
        off: the checks that are not made.
    """
    pair = Pair(source, translation, source_lang, target_lang, tuple(terms), max_chars, formality)
    for name, check in _ALONE.items():
        if name not in off and (found := tuple(check(pair))):
            return found
    checks = (check for name, check in _TOGETHER.items() if name not in off)
    return tuple(finding for check in checks for finding in check(pair))
