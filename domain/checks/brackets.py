"""Brackets and quotes that are opened and not closed, or the reverse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.checks.pair import Pair, punctuation
from domain.checks.quality import Finding

_BRACKETS = (
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("（", "）"),
    ("「", "」"),
    ("『", "』"),
    ("【", "】"),
)
_ALONE = re.compile(r"(?:(?:^|(?<=\s))(?:\d{1,3}|[^\W\d_]{1,2})|[:;=]-?)\Z")
_EYES = (":", ";", "=")
_NO_QUOTE = re.compile(r"(?<=\d)[\"”]|(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])")
"""The sign of inches, and the one within Hebrew abbreviations."""


_QUOTES = {"curly": "“”„‟", "straight": '"', "angle": "«»"}
_AT_AN_END = r"(?=[\"”»)\]]{0,2}(?:\s++(?:[^\W\d_a-zà-ÿ]|[¿¡«“\"(])|\s*+\Z))"
_ASKED = re.compile(rf"[^\W_]\s?\?{_AT_AN_END}")
_EXCLAIMED = re.compile(rf"[^\W_]\s?!{_AT_AN_END}")


def unbalanced(pair: Pair) -> Iterator[Finding]:
    """A bracket or quote without its partner, where the source's have theirs.

    Spanish sentences must open their question and exclamation marks as well. A text without a
    letter or digit, such as a quotation mark alone, is none of this.
    """
    here, there = _bare(pair.source_shown), _bare(pair.shown)
    if not any(map(str.isalnum, there)):
        return
    for opening, closing in _BRACKETS:
        if _matched(here, opening, closing) and not _matched(there, opening, closing):
            sign = opening if there.count(opening) > there.count(closing) else closing
            yield punctuation("brackets", sign, f"A {sign} has no partner.")
    odd = _odd_quotes(there) & _odd_quotes(pair.shown)  # `5"` or `"base64"`
    if odd and not _odd_quotes(here) & _odd_quotes(pair.source_shown):
        signs = next(signs for kind, signs in _QUOTES.items() if kind in odd)
        sign = next(sign for sign in there if sign in signs)
        yield punctuation("brackets", sign, f"A quotation mark has no partner: {sign}")
    if pair.language in ("es", "ast"):
        yield from _unopened(there)


def _bare(text: str) -> str:
    return _NO_QUOTE.sub("", text)


def _matched(text: str, opening: str, closing: str) -> bool:
    """Whether each bracket has its partner; `a)` before an item and `:)` need none."""
    if opening not in text and closing not in text:
        return True
    depth = faces = 0
    for place, sign in enumerate(text):
        if sign == opening:
            depth += 1
            faces += text[max(0, place - 1) : place] in _EYES
        elif sign == closing and depth:
            depth -= 1
        elif sign == closing and not _ALONE.search(text[max(0, place - 4) : place]):
            return False
    return depth <= faces


def _odd_quotes(text: str) -> set[str]:
    return {kind for kind, signs in _QUOTES.items() if sum(map(text.count, signs)) % 2}


def _unopened(text: str) -> Iterator[Finding]:
    for sign, opening, ends in (("?", "¿", _ASKED), ("!", "¡", _EXCLAIMED)):
        if ends.search(text) and opening not in text:
            explanation = f"Spanish opens with {opening} what ends with {sign}."
            yield punctuation("brackets", sign, explanation)
