"""Whether a translation keeps to the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary import occurring, target_of
from domain.inflection import find, uses


@dataclass(frozen=True, slots=True)
class Deviation:
    """A glossary entry that a translation does not follow.

    Attributes:
        entry: the entry.
        target: what should stand in the translation; None where the entry only forbids.
        forbidden: the forbidden alternative that stands there; None where the term is just missed.
    """

    entry: GlossaryEntry
    target: str | None
    forbidden: str | None

    @property
    def binding(self) -> bool:
        """Whether the entry is enforced, and not only suggested."""
        return self.entry.status is TermStatus.APPROVED

    @property
    def message(self) -> str:
        """What is wrong, in a sentence for people and for the corrector."""
        term = self.entry.term
        if self.forbidden is not None:
            instead = f"; use {self.target!r}" if self.target else ""
            return f"{self.forbidden!r} must not stand for the term {term!r}{instead}."
        if self.entry.do_not_translate:
            return f"The term {term!r} must stay as it is, but the translation does not hold it."
        return f"The term {term!r} should be {self.target!r}, but the translation does not hold it."


def deviations(
    entries: Iterable[GlossaryEntry],
    source: str,
    translation: str,
    *,
    source_lang: str,
    target_lang: str,
) -> tuple[Deviation, ...]:
    """Where a translation leaves the glossary, one an entry at most.

    Entries that do not occur in the source are passed over. Where a term has several entries, for
    its several senses, following one of them is enough.
    """
    present = occurring(entries, source, source_lang, target_lang)
    followed = {
        entry.term.casefold() for entry in present if _followed(entry, translation, target_lang)
    }
    found = (
        _deviation(entry, translation, target_lang, missed=entry.term.casefold() not in followed)
        for entry in present
    )
    return tuple(deviation for deviation in found if deviation is not None)


def _deviation(
    entry: GlossaryEntry, translation: str, target_lang: str, *, missed: bool
) -> Deviation | None:
    target = entry.term if entry.do_not_translate else target_of(entry, target_lang)
    forbidden = _forbidden(entry, target, translation, target_lang)
    if forbidden is None and not missed:
        return None
    return Deviation(entry, target, forbidden)


def _followed(entry: GlossaryEntry, translation: str, target_lang: str) -> bool:
    if entry.do_not_translate:
        return _stands(entry.term, translation, case_sensitive=entry.case_sensitive)
    target = target_of(entry, target_lang)
    if target is None:
        return True
    return uses(target, translation, target_lang, case_sensitive=entry.case_sensitive)


def _stands(term: str, translation: str, *, case_sensitive: bool) -> bool:
    if case_sensitive:
        return term in translation
    return term.casefold() in translation.casefold()


def _forbidden(
    entry: GlossaryEntry, target: str | None, translation: str, target_lang: str
) -> str | None:
    """The first forbidden alternative that stands outside the right term."""
    right = find(target, translation, target_lang) if target else ()
    for alternative in entry.forbidden_alternatives:
        spans = find(alternative, translation, target_lang, case_sensitive=entry.case_sensitive)
        if any(not _within(span, right) for span in spans):
            return alternative
    return None


def _within(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in others)
