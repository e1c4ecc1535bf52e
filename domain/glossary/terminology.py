"""Whether a translation keeps to the glossary."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import regex

from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary.glossaries import wanted
from domain.glossary.term_index import occurring
from domain.text.literals import Span
from domain.text.phrases import Passage, Phrase

_CASED = regex.compile(r"[\p{Lu}\p{Ll}\p{N}]{2}")
_SPACES = regex.compile(r"\s+")


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
    phrases = (phrase for entry in present for phrase in _phrases(entry, target_lang))
    passage = Passage(translation, phrases, target_lang)
    followed = {
        entry.term.casefold()
        for entry in present
        if _followed(entry, translation, passage, target_lang)
    }
    found = (
        _deviation(entry, passage, target_lang, missed=entry.term.casefold() not in followed)
        for entry in present
    )
    return tuple(deviation for deviation in found if deviation is not None)


def _phrases(entry: GlossaryEntry, target_lang: str) -> Iterator[Phrase]:
    """All that is looked for in a translation for an entry's sake."""
    for text in _right(entry, target_lang):
        yield Phrase(text)
        yield Phrase(text, entry.case_sensitive)
    for text in entry.forbidden_alternatives:
        yield Phrase(text, entry.case_sensitive)


def _deviation(
    entry: GlossaryEntry, passage: Passage, target_lang: str, *, missed: bool
) -> Deviation | None:
    forbidden = _forbidden(entry, passage, target_lang)
    if forbidden is None and not missed:
        return None
    return Deviation(entry, wanted(entry, target_lang), forbidden)


def _followed(entry: GlossaryEntry, translation: str, passage: Passage, target_lang: str) -> bool:
    if entry.do_not_translate:
        return _stands(entry.term, translation, case_sensitive=entry.case_sensitive)
    right = _right(entry, target_lang)
    return not right or any(passage.uses(Phrase(text, entry.case_sensitive)) for text in right)


def _right(entry: GlossaryEntry, target_lang: str) -> tuple[str, ...]:
    """What may stand for a term; nothing where its entry does not say."""
    target = wanted(entry, target_lang)
    return () if target is None else (target, *entry.admitted)


def _stands(term: str, translation: str, *, case_sensitive: bool) -> bool:
    """Whether a term stands there as it is; an ending may be written onto it."""
    here, there = _plain(term), _plain(translation)
    if _standing(here, there, ending=True):
        return True
    return not case_sensitive and _standing(here.casefold(), there.casefold(), ending=False)


def _standing(term: str, text: str, *, ending: bool) -> bool:
    at = text.find(term)
    while at >= 0:
        last = at + len(term)
        if not _goes_on(text, at, term[:1]) and (ending or not _goes_on(text, last, term[-1:])):
            return True
        at = text.find(term, at + 1)
    return False


def _goes_on(text: str, at: int, edge: str) -> bool:
    """Whether one cased word lies on both sides of a place."""
    around = text[max(at - 1, 0) : at + 1]
    return len(around) == 2 and edge.isalnum() and bool(_CASED.fullmatch(around))


@lru_cache(maxsize=1_024)
def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).replace("’", "'")


def _forbidden(entry: GlossaryEntry, passage: Passage, target_lang: str) -> str | None:
    """The first forbidden alternative that stands outside the right terms."""
    if not entry.forbidden_alternatives:
        return None
    right = _Stretches(
        span for text in _right(entry, target_lang) for span in passage.find(Phrase(text))
    )
    for alternative in entry.forbidden_alternatives:
        spans = passage.find(Phrase(alternative, entry.case_sensitive))
        if any(not right.hold(span) for span in spans):
            return alternative
    return None


class _Stretches:
    """Stretches of a text."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))

    def hold(self, span: Span) -> bool:
        """Whether one of them holds all of another."""
        before = bisect_right(self._starts, span[0])
        return before > 0 and self._furthest[before - 1] >= span[1]
