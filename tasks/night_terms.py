"""What the terms of a night's documents became, so that their translations can be compared."""

from __future__ import annotations

from typing import NamedTuple

KEPT = 100_000
"""Terms kept in memory; those that came first go first."""


class TermKey(NamedTuple):
    """What must be the same for a term to be the same; the term without its case."""

    owner: str
    source_lang: str
    target_lang: str
    domain: str
    term: str


class Use(NamedTuple):
    """A term's translation, and the document that has it."""

    translation: str
    document: str


class NightTerms:
    """The first translation of each term, for one night and one process.

    Args:
        kept: terms kept at most.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._uses: dict[TermKey, Use] = {}

    def settle(self, key: TermKey, use: Use) -> Use | None:
        """The use that came before, where it is another translation; the first one stays."""
        first = self._uses.setdefault(key, use)
        while len(self._uses) > self._kept:
            del self._uses[next(iter(self._uses))]
        return first if first.translation.casefold() != use.translation.casefold() else None
