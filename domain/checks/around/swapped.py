"""Neighbours that have each other's translation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log

import regex

from domain.checks.around.rows import Row, Rows
from domain.checks.pair import finding
from domain.checks.quality import Finding, Severity
from domain.checks.sentence_ends import Ending, ending
from domain.text.inflection import primary
from domain.text.lengths import ratio, visible_length

_TOKEN = regex.compile(r"\p{N}++(?:[.,:]\p{N}++)*+|\p{L}[\p{L}\p{M}\p{N}]{2,}")
_ENOUGH = 3.0
_OF_A_TOKEN = 1.5
_OF_ENDINGS = 1.0
_MOST_TOKENS = 3


def swapped(rows: Rows, *, source_lang: str, target_lang: str) -> Iterator[tuple[int, Finding]]:
    """The neighbours whose translations fit crosswise, each with a finding.

    Numbers, names and other words that stay as they are must fit crosswise and nowhere straight;
    lengths and ends of sentences add to it.
    """
    for one, other in pairwise(rows):
        if other.number != one.number + 1 or one.said == other.said:
            continue
        if _crosswise(one, other, source_lang, target_lang) >= _ENOUGH:
            for row, neighbour in ((one, other), (other, one)):
                explanation = f"It seems to be the translation of segment {neighbour.number}."
                yield (
                    row.number,
                    finding(
                        Severity.MAJOR,
                        "accuracy/mistranslation/swapped",
                        row.after.strip(),
                        explanation,
                    ),
                )


def _crosswise(one: Row, other: Row, source_lang: str, target_lang: str) -> float:
    """How much better two translations fit crosswise; 0 where something fits straight only."""
    here, there = _tokens(one.before), _tokens(other.before)
    first, second = _tokens(one.after), _tokens(other.after)
    own, others = here - there, there - here
    straight = len(own & first) + len(others & second)
    across = min(len(own & second), _MOST_TOKENS) + min(len(others & first), _MOST_TOKENS)
    if straight or not across:
        return 0.0
    gained = _of_lengths(one, other, ratio(source_lang, target_lang))
    if gained < -_OF_ENDINGS:
        return 0.0
    ends = _of_endings(one, other, primary(source_lang), primary(target_lang))
    return _OF_A_TOKEN * across + gained + ends


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold()))


def _of_lengths(one: Row, other: Row, usual: float) -> float:
    sources = [visible_length(row.before) * usual + 1 for row in (one, other)]
    answers = [visible_length(row.after) + 1 for row in (one, other)]
    return _apart(sources, answers) - _apart(sources, answers[::-1])


def _apart(sources: Sequence[float], answers: Sequence[float]) -> float:
    return sum(abs(log(a / s)) for s, a in zip(sources, answers, strict=True))


def _of_endings(one: Row, other: Row, source: str, target: str) -> float:
    ends = [ending(row.before, source) for row in (one, other)]
    got = [ending(row.after, target) for row in (one, other)]
    if ends[0] is ends[1] or Ending.UNSURE in (*ends, *got):
        return 0.0
    return _OF_ENDINGS if got == ends[::-1] else -_OF_ENDINGS if got == ends else 0.0
