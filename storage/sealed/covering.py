"""Choosing sets that hold each thing exactly once, of sets that overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

_STEPS = 100_000
"""Choices tried at most; files of a real lake need about as many as there are sets."""


class Unclear(Exception):
    """There is no such choice, or none was found in reasonable time.

    Args:
        names: of sets that are in each other's way.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        super().__init__(", ".join(sorted(names)))


def exact_cover(sets: Mapping[str, frozenset[str]]) -> set[str]:
    """Names of sets that together hold each thing of all of them exactly once.

    Where there is a choice, names that sort last are tried first.

    Raises:
        Unclear: there is no such choice.
    """
    holders: dict[str, set[str]] = defaultdict(set)
    for name, things in sets.items():
        for thing in things:
            holders[thing].add(name)
    # Things that lie in the same sets are one.
    kinds = {frozenset(names) for names in holders.values()}
    chosen: set[str] = set()
    for part in _parts(kinds):
        found = _covered(part)
        if found is None:
            raise Unclear(frozenset(name for kind in part for name in kind))
        chosen |= found
    return chosen


def _parts(kinds: set[frozenset[str]]) -> list[list[frozenset[str]]]:
    """Kinds of things, apart where no set has any of two parts."""
    of: dict[str, str] = {}

    def root(name: str) -> str:
        while of.setdefault(name, name) != name:
            of[name] = of[of[name]]
            name = of[name]
        return name

    for kind in kinds:
        first = min(kind)
        for name in kind:
            of[root(name)] = root(first)
    parts: dict[str, list[frozenset[str]]] = defaultdict(list)
    for kind in sorted(kinds, key=sorted):
        parts[root(min(kind))].append(kind)
    return list(parts.values())


def _covered(kinds: list[frozenset[str]]) -> set[str] | None:
    """Names such that each kind has exactly one of them; None where none are found."""
    tried = 0
    # Each with the names chosen, and those that are not to be had any more.
    waiting: list[tuple[frozenset[str], frozenset[str]]] = [(frozenset(), frozenset())]
    while waiting and tried < _STEPS:
        tried += 1
        chosen, barred = waiting.pop()
        left = [kind - barred for kind in kinds if chosen.isdisjoint(kind)]
        if not left:
            return set(chosen)
        fewest = min(left, key=len)
        for name in sorted(fewest):
            overlapping = frozenset().union(*(kind for kind in kinds if name in kind))
            waiting.append((chosen | {name}, barred | overlapping))
    return None
