"""Spaces that are missing, or where none should be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import regex

from domain.checks.pair import Pair, around, few, punctuation
from domain.checks.quality import Finding
from domain.text.inflection import UNSPACED
from domain.text.prose import STAND_IN

_SPACE = r"[ \t\u00a0\u202f\u2009]"
_DOUBLE = regex.compile(rf"(?<=\S){_SPACE}{{2}}(?=\S)")
_BEFORE_SIGN = regex.compile(
    rf"(?<=[\p{{L}}\p{{M}}\p{{N}})\]\"”»{STAND_IN}]){_SPACE}++(?:[,;!?،؟؛]|[.:](?!\w))(?=\s|\Z)"
    r"|(?<=[\p{L}\p{N}])[ \u00a0]++[、。，！？；：]"
)
_INSIDE = regex.compile(
    rf"[(\[]{_SPACE}++(?=[\p{{L}}\p{{N}}])|(?<=[\p{{L}}\p{{N}}]){_SPACE}++[)\]]"
)
_SPACED_SIGNS = frozenset({"fr", "br"})
"""Languages that set a space before some punctuation."""

_FRENCH_TIGHT = regex.compile(r"[\p{L}\p{M}][;!?:](?=\s|\Z)|«(?=\p{L})|(?<=\p{L})»")
_FRENCH_BREAKING = regex.compile(r"(?<=\S) [;!?:»](?=\s|[.,)]|\Z)|« (?=\S)")
_CANADIAN_TIGHT = regex.compile(r"[\p{L}\p{M}]:(?=\s|\Z)|«(?=\p{L})|(?<=\p{L})»")
_LONGEST_NAME = 40
_MOST_LOOKED_AT = 50
_FRENCH_START = regex.compile(r"[\u00a0\u202f][;!?:»]")
_FRENCH_COMMA = regex.compile(rf"(?<=[\p{{L}}\p{{N}}]){_SPACE}++(?:,|\.(?!\w))(?=\s|\Z)")


def misplaced(pair: Pair) -> Iterator[Finding]:
    """Spaces at the ends unlike the source's, two in a row, before punctuation, within brackets.

    What the source does itself is not reported; three spaces or more set columns.
    """
    yield from _at_ends(pair)
    language = pair.language
    patterns = [(_DOUBLE, "Two spaces stand in a row")] if language not in UNSPACED else []
    before = _FRENCH_COMMA if language in _SPACED_SIGNS else _BEFORE_SIGN
    patterns.append((before, "A space stands before punctuation"))
    patterns.append((_INSIDE, "A space stands inside a bracket"))
    for pattern, explanation in patterns:
        if pattern.search(pair.source_shown):
            continue
        text = pair.translation if pattern is _DOUBLE else pair.shown
        spans = (around(text, *match.span()) for match in pattern.finditer(text))
        for span in few(spans):
            yield punctuation("spacing", span, f"{explanation}: {span!r}.")


def in_french(pair: Pair) -> Iterator[Finding]:
    """French punctuation without the no-break space that it needs.

    U+202F, or U+00A0, before `; ! ? :` and inside « »; in Canada only before `:` and inside « ».
    """
    if pair.language != "fr":
        return
    canadian = "CA" in pair.target_lang.split("-")
    text = pair.shown
    tight = _CANADIAN_TIGHT if canadian else _FRENCH_TIGHT
    spans = [
        around(text, *match.span())
        for match in islice(tight.finditer(text), _MOST_LOOKED_AT)
        if _word_to(text, match.end()) not in pair.source_shown
    ]
    if spans:
        explanation = f"French sets a no-break space here: {spans[0]!r}."
        yield punctuation("french-spacing", spans[0], explanation)
    spans = [around(text, *match.span()) for match in _FRENCH_BREAKING.finditer(text)]
    if spans:
        explanation = f"A line may break before this punctuation; use U+202F: {spans[0]!r}."
        yield punctuation("french-spacing", spans[0], explanation)


def _word_to(text: str, end: int) -> str:
    """The word that ends at a place, with the sign after it: a name such as `Content-Type:`."""
    return text[max(0, end - _LONGEST_NAME) : end].split()[-1]


def _at_ends(pair: Pair) -> Iterator[Finding]:
    unspaced = pair.language in UNSPACED
    for side, of in (("begins", slice(1)), ("ends", slice(-1, None))):
        here, there = pair.source[of].isspace(), pair.translation[of].isspace()
        if here == there or (here and unspaced) or _FRENCH_START.match(pair.translation):
            continue
        without = "without a space that the source has" if here else "with a space"
        explanation = f"The translation {side} {without}."
        yield punctuation("spacing", "", explanation)
