"""Which terms of a glossary a text calls for, looked up in many texts."""

from __future__ import annotations

from collections.abc import Iterable

from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary.glossaries import target_of
from domain.text.literals import Span
from domain.text.phrases import Phrase, PhraseIndex


class TermIndex:
    """The entries of a glossary that speak for a language pair.

    Deprecated entries never do, nor those that say nothing for the target language. Making one
    takes some 20 µs an entry, a look some 0.1 ms a sentence, whatever the number of entries.

    Args:
        entries: in the order that `occurring` keeps.
        source_lang: BCP-47.
        target_lang: BCP-47.
    """

    def __init__(
        self, entries: Iterable[GlossaryEntry], source_lang: str, target_lang: str
    ) -> None:
        self._entries = [entry for entry in entries if _speaks(entry, target_lang)]
        phrases = [Phrase(entry.term, entry.case_sensitive) for entry in self._entries]
        self._phrases = PhraseIndex(phrases, source_lang)

    def occurring(self, source: str) -> tuple[GlossaryEntry, ...]:
        """The entries that a text calls for, in the order given.

        A term occurs as `PhraseIndex` finds it, but not where it stands only inside a longer term
        of the glossary (`machine` in `machine learning`).
        """
        found = self._phrases.spans(source)
        longest = _longest(span for spans in found.values() for span in spans)
        present = sorted(number for number, spans in found.items() if not longest.isdisjoint(spans))
        return tuple(self._entries[number] for number in present)


def occurring(
    entries: Iterable[GlossaryEntry], source: str, source_lang: str, target_lang: str
) -> tuple[GlossaryEntry, ...]:
    """The entries that one text calls for, as `TermIndex` finds them."""
    return TermIndex(entries, source_lang, target_lang).occurring(source)


def _speaks(entry: GlossaryEntry, target_lang: str) -> bool:
    if entry.status is TermStatus.DEPRECATED:
        return False
    only_forbids = not entry.translations and bool(entry.forbidden_alternatives)
    return entry.do_not_translate or only_forbids or target_of(entry, target_lang) is not None


def _longest(spans: Iterable[Span]) -> set[Span]:
    """The spans that lie in no longer one."""
    kept: set[Span] = set()
    furthest = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > furthest:
            kept.add((start, end))
            furthest = end
    return kept
