"""Where a phrase stands letter by letter: in languages without spaces, and with signs in it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

from domain.text.inflection import folded

Span = tuple[int, int]
"""Where something stands in a text: characters of its NFC."""

_CLUSTER = regex.compile(r"[\s\S][\uff9e\uff9f]?")
_SEPARATOR = regex.compile(r"[\s\-‐‑・·\u00ad\u200b]")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}\p{N}]")
_KATAKANA = regex.compile(r"[\p{Katakana}ー]")
_LONG_VOWEL = "ー"
_SHORTEST_SHORTENED = 3


class Literal(NamedTuple):
    """A text folded for comparison.

    Attributes:
        text: its characters in NFKC.
        starts: where each of its characters begins in the text's NFC, and that one's length.
        cut: the indexes before which something was left out that parts words.
    """

    text: str
    starts: tuple[int, ...]
    cut: frozenset[int]


@lru_cache(maxsize=4_096)
def literal(text: str, language: str, *, loose: bool, cased: bool = False) -> Literal:
    """A text folded for comparison.

    Args:
        language: the first part of a BCP-47 code.
        loose: leave out what may or may not part words (spaces, hyphens, middle dots), and the
            long vowel at the end of a longer word in Katakana, which many leave unwritten.
        cased: keep the case.
    """
    letters: list[str] = []
    starts: list[int] = []
    cut: set[int] = set()
    plain = unicodedata.normalize("NFC", text)
    for match in _CLUSTER.finditer(plain):
        if loose and _SEPARATOR.match(match.group()):
            cut.add(len(letters))
            continue
        cluster = unicodedata.normalize("NFKC", match.group())
        for letter in cluster if cased else folded(cluster, language):
            letters.append(letter)
            starts.append(match.start())
    if loose:
        letters, starts, cut = _shortened(letters, starts, cut)
    return Literal("".join(letters), (*starts, len(plain)), frozenset(cut))


def find_literal(phrase: Literal, text: Literal, *, bounded: bool) -> tuple[Span, ...]:
    """Where a folded phrase stands in a folded text, not inside a longer word.

    Args:
        bounded: whether a phrase in Katakana must not be part of a longer word in it either.
    """
    found: list[Span] = []
    size = len(phrase.text)
    at = text.text.find(phrase.text) if size else -1
    while at >= 0:
        if _is_free(text, at, bounded=bounded) and _is_free(text, at + size, bounded=bounded):
            found.append((text.starts[at], text.starts[at + size]))
        at = text.text.find(phrase.text, at + 1)
    return tuple(found)


def _is_free(text: Literal, at: int, *, bounded: bool) -> bool:
    """Whether one word may end and another begin before a character."""
    if at in (0, len(text.text)) or at in text.cut:
        return True
    if unicodedata.category(text.text[at]).startswith("M"):
        return False
    kinds = (_CASED, _KATAKANA) if bounded else (_CASED,)
    around = text.text[at - 1], text.text[at]
    return not any(all(kind.match(letter) for letter in around) for kind in kinds)


def _shortened(
    letters: list[str], starts: list[int], cut: set[int]
) -> tuple[list[str], list[int], set[int]]:
    kept: list[int] = []
    moved: set[int] = set()
    run = 0
    for index, letter in enumerate(letters):
        if index in cut:
            moved.add(len(kept))
        is_last = index + 1 == len(letters) or not _KATAKANA.match(letters[index + 1])
        if letter == _LONG_VOWEL and is_last and run >= _SHORTEST_SHORTENED:
            continue
        run = run + 1 if _KATAKANA.match(letter) else 0
        kept.append(index)
    if len(letters) in cut:
        moved.add(len(kept))
    return [letters[i] for i in kept], [starts[i] for i in kept], moved
