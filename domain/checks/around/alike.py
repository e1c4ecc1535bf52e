"""One translation for several sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from domain.checks.around.rows import Row, Rows
from domain.checks.pair import finding
from domain.checks.quality import Finding, Severity

WITHIN = 40
"""Segments within which the same translation is compared."""

NEAR = 2
"""Segments within which one word alone is too."""

_MANY = 3
_ALIKE = 0.6
_SHORTEST = 4
_SHARED = 3
"""One in so many words of the shorter text may stand in both: `the`, `this`."""

_LONGEST_COMPARED = 200
_MOST_ALIKE = 30


def alike(rows: Rows) -> Iterator[tuple[int, Finding]]:
    """The segments whose translation is that of another text nearby, each with a finding.

    Texts that have a word in common or are spelled alike may well be translated alike; so may two
    single words some way apart, and abbreviations. Which of the two is wrong can't be told.
    """
    by_translation: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.said and row.words:
            by_translation[row.said].append(row)
    for same in by_translation.values():
        if len(same) > 1:
            yield from _told(same)


def _told(same: list[Row]) -> Iterator[tuple[int, Finding]]:
    for row, other in _accused(same):
        span = other.before.strip()
        explanation = f"It has the translation of another text: {span[:80]!r}."
        told = finding(
            Severity.MAJOR, "accuracy/mistranslation/same", row.after.strip(), explanation
        )
        yield row.number, told


def _accused(same: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Those of some segments with one translation that have another text, with one such."""
    distinct = {row.words: row for row in reversed(same)}
    if len(distinct) == 1:
        return
    several = _unlike(list(distinct.values())) if len(distinct) >= _MANY else []
    if len(several) >= _MANY and several[-1].number - several[0].number <= WITHIN:
        for row in several:
            yield row, several[0] if row is not several[0] else several[1]
        return
    found: dict[int, tuple[Row, Row]] = {}
    for one, other in pairwise(same):
        apart = other.number - one.number
        few = min(len(one.words), len(other.words)) < 2
        if apart <= (NEAR if few else WITHIN) and _differ(one, other):
            found[one.number], found[other.number] = (one, other), (other, one)
    yield from found.values()


def _unlike(rows: list[Row]) -> list[Row]:
    """Those of some that are unlike each other, in order."""
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: row.number)[:_MOST_ALIKE]:
        if all(_differ(row, other) for other in kept):
            kept.append(row)
    return kept


def _differ(one: Row, other: Row) -> bool:
    """Whether two texts are so unlike that they can't have one translation."""
    here, there = " ".join(one.words), " ".join(other.words)
    shared = set(one.words) & set(other.words)
    fewest = min(len(set(one.words)), len(set(other.words)))
    if min(len(here), len(there)) < _SHORTEST or _SHARED * len(shared) > fewest:
        return False
    matcher = SequenceMatcher(
        None, here[:_LONGEST_COMPARED], there[:_LONGEST_COMPARED], autojunk=False
    )
    return matcher.quick_ratio() <= _ALIKE or matcher.ratio() <= _ALIKE
