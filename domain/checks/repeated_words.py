"""Words written twice, and sentences that begin in the wrong case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

import regex

from domain.checks.pair import Pair, few, finding
from domain.checks.quality import Finding, Severity
from domain.text.inflection import UNSPACED
from domain.text.prose import STAND_IN

_DOUBLED = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}'’\-_./])(\p{L}[\p{L}\p{M}]++)[ \t\n\u00a0]++(?i:\1)"
    r"(?![\p{L}\p{M}\p{N}'’_/-])"
)
REDUPLICATING = {
    *("az", "bn", "fil", "gu", "hi", "id", "jv", "ka", "kk", "kn", "ko", "ky", "ml", "mr", "ms"),
    *("ne", "pa", "si", "sw", "ta", "te", "th", "tk", "tl", "tr", "ug", "ur", "uz", "vi"),
}
"""Languages in which a word said twice is grammar."""

_RIGHTLY_DOUBLED: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "af": "die nie",
        "da": "der de det som",
        "de": "das dem den denen der die sie",
        "en": "had that is do",
        "fr": "nous vous",
        "it": "via poco piano",
        "nb": "det de som",
        "nl": "dat die het ze zij je",
        "no": "det de som",
        "pt": "se",
        "sv": "det de som den",
    }.items()
}
"""By language: words that may rightly follow themselves, as pronouns after articles."""

_OPENING = regex.compile(r"[\s\p{Pi}\"¿¡„‚]*+(\p{L}[\p{L}\p{M}\p{N}]*+)")
_WITHOUT_CASE = {"ka", "ko", "ga", "gd", "gv", "nr", "ss", "st", "tn", "ts", "xh", "zu", *UNSPACED}
"""Languages without case, where Latin letters are names, or with a prefix before the capital."""

_NOUNS_UPPER = frozenset({"de", "lb", "gsw", "nds"})
_FEWEST_WORDS = 3
_FEWEST_TRANSLATED = 2


def doubled(pair: Pair) -> Iterator[Finding]:
    """A word that stands twice in a row, where the source has no such pair."""
    if pair.language in REDUPLICATING or _DOUBLED.search(pair.source_shown):
        return
    allowed = _RIGHTLY_DOUBLED.get(pair.language, frozenset())
    found = (
        match.group()
        for match in _DOUBLED.finditer(pair.shown)
        if match[1].casefold() not in allowed
        and not _is_name_before_word(match)
        and not _is_in_columns(match)
    )
    for span in few(found):
        explanation = f"A word stands twice: {span!r}."
        yield finding(Severity.MINOR, "fluency/duplication", span, explanation)


def _is_in_columns(match: regex.Match[str]) -> bool:
    """Whether the words stand in two columns or lines of a table, such as one of options."""
    between = match.group()[len(match[1]) : -len(match[1])]
    return "\n" in between or between.count(" ") > 1


def _is_name_before_word(match: regex.Match[str]) -> bool:
    """Whether a name ends with the word that follows it: `Web Services services`."""
    before = match.string[max(0, match.start() - 2) : match.start()].strip()
    starts = match.start() == 0 or before in {".", "!", "?", ":"}
    return not starts and not match.group().endswith(match[1])


def other_case(pair: Pair) -> Iterator[Finding]:
    """A translation that begins with a small letter where the source's is a capital, or reversed.

    Names and commands that begin either text, quotations that begin one only, and labels of one or
    two words have their own case.
    """
    if {pair.language, pair.source_language} & _WITHOUT_CASE:
        return
    here, there = _OPENING.match(pair.source_shown), _OPENING.match(pair.shown)
    short = (
        len(pair.source_shown.split()) < _FEWEST_WORDS
        or len(pair.shown.split()) < _FEWEST_TRANSLATED
    )
    if here is None or there is None or short:
        return
    first, second = here[1], there[1]
    if not (_is_plain(first) and _is_plain(second)) or first.casefold() == second.casefold():
        return
    if _goes_on(here) or _goes_on(there) or _has_word(pair.source_shown, second):
        return
    if (here.start(1) > 0) != (there.start(1) > 0):
        return
    if first[0].isupper() and second[0].islower():
        explanation = "The source begins with a capital letter, the translation with a small one."
    elif first[0].islower() and second[0].isupper() and pair.language not in _NOUNS_UPPER:
        explanation = "The source begins with a small letter, the translation with a capital."
    else:
        return
    yield finding(Severity.MINOR, "fluency/spelling/capitalisation", second, explanation)


def _goes_on(match: regex.Match[str]) -> bool:
    """Whether a first word is a part of a name: `I/O`, `max_size`, `open()`."""
    return match.string[match.end() : match.end() + 1] in ("_", "/", "(")


def _has_word(text: str, word: str) -> bool:
    if word not in text:
        return False
    return regex.search(rf"(?<!\w){regex.escape(word)}(?!\w)", text) is not None


def _is_plain(word: str) -> bool:
    """Whether a word is no name with a case of its own, as `iPhone`, `x86` and `GPU` are."""
    rest = unicodedata.normalize("NFC", word)[1:]
    return STAND_IN not in word and all(not sign.isupper() and not sign.isdigit() for sign in rest)
