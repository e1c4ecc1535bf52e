"""Glossaries: what they say for a language pair, and which of several counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary.concepts import Concept, entries_of
from domain.language_choice import fitting


@dataclass(frozen=True, slots=True)
class Glossary:
    """A glossary that was read.

    Attributes:
        entries: those that hold for every source language.
        concepts: those that have terms in several languages, to be translated from any of them.
    """

    entries: tuple[GlossaryEntry, ...] = ()
    concepts: tuple[Concept, ...] = ()

    def for_pair(self, source_lang: str, target_lang: str) -> tuple[GlossaryEntry, ...]:
        """All entries that it has for a job between two languages, BCP-47.

        Raises:
            ValueError: one of them is no language.
        """
        found = (
            entry
            for concept in self.concepts
            for entry in entries_of(concept, source_lang, target_lang)
        )
        return (*self.entries, *found)


def target_of(entry: GlossaryEntry, target_lang: str) -> str | None:
    """What a term must become in a language; an entry for `de` also serves `de-AT`."""
    code = fitting([code for code, text in entry.translations.items() if text], target_lang)
    return None if code is None else entry.translations[code]


def prevailing(
    glossaries: Iterable[Iterable[GlossaryEntry]], target_lang: str
) -> tuple[GlossaryEntry, ...]:
    """The entries of several glossaries, of which an earlier one goes before a later.

    An entry is left out where an earlier glossary has another translation for the same term and
    sense, or forbids this one; and it forbids nothing that an earlier one asks for. Two entries
    for a term have the same sense unless both have a context, or a domain, and these differ.
    Within one glossary nothing is left out.

    Args:
        target_lang: BCP-47; translations into other languages do not count.
    """
    kept: list[GlossaryEntry] = []
    earlier: defaultdict[str, list[GlossaryEntry]] = defaultdict(list)
    for glossary in glossaries:
        fresh = []
        for entry in glossary:
            before = [e for e in earlier[entry.term.casefold()] if _same_sense(e, entry)]
            if (left := _left_of(entry, before, target_lang)) is not None:
                fresh.append(left)
        kept += fresh
        for entry in fresh:
            if entry.status is not TermStatus.DEPRECATED:
                earlier[entry.term.casefold()].append(entry)
    return tuple(kept)


def wanted(entry: GlossaryEntry, target_lang: str) -> str | None:
    """What must stand for a term in a translation; None where its entry does not say."""
    return entry.term if entry.do_not_translate else target_of(entry, target_lang)


def _same_sense(one: GlossaryEntry, other: GlossaryEntry) -> bool:
    if (one.case_sensitive or other.case_sensitive) and one.term != other.term:
        return False
    told_apart = (
        one.context and other.context and one.context != other.context,
        one.domain and other.domain and one.domain != other.domain,
    )
    return not any(told_apart)


def _left_of(
    entry: GlossaryEntry, before: Iterable[GlossaryEntry], target_lang: str
) -> GlossaryEntry | None:
    target = wanted(entry, target_lang)
    right: set[str] = set()
    for one in before:
        ruled = wanted(one, target_lang)
        if target is not None and ruled is not None and ruled != target:
            return None
        if target in one.forbidden_alternatives:
            return None
        right |= {text for text in (ruled, *one.admitted) if text}
    forbidden = tuple(text for text in entry.forbidden_alternatives if text not in right)
    if forbidden == entry.forbidden_alternatives:
        return entry
    if target is None and not forbidden:
        return None
    return entry.model_copy(update={"forbidden_alternatives": forbidden})
