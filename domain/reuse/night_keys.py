"""What makes two terms, or two texts under different briefings, the same within a night."""

from __future__ import annotations

from collections.abc import Sequence

from domain.briefing import Briefing, GlossaryEntry, TermStatus
from domain.glossary.glossaries import wanted
from domain.placeholders.masking import strip
from domain.reuse.memory import memory_context, memory_key

LONGEST_TEXT = 60
"""Characters, masked, of a text that is compared at most; longer ones hardly come again."""

LONGEST_LABEL = 40
"""Characters of a label, a heading or a cell at most."""

_SENTENCE_ENDS = frozenset(".!?:;。！？؟।")
_VOICE = {
    "tone": None,
    "text_type": None,
    "instructions": None,
    "style_reference": None,
    "constraints": (),
}


class NightKeys:
    """The keys of one job's terms and texts, each a SHA-256 in hex.

    Equal keys have one owner, one pair of languages and one `domain`.

    Args:
        briefing: the job's.
        owner: whose the job is.
    """

    def __init__(self, briefing: Briefing, owner: str) -> None:
        self._briefing = briefing
        self._owner = owner
        self._contexts: dict[tuple[bool, tuple[int, ...]], str] = {}

    def term(self, term: str) -> str:
        """The key of a term, whatever its case."""
        return memory_key(f"term {self._context((), is_label=True)}", term.casefold())

    def text(
        self,
        masked_source: str,
        entries: Sequence[GlossaryEntry],
        *,
        note: str = "",
        max_chars: int | None = None,
        text_context: str = "",
    ) -> str | None:
        """The key of a text; None where it is too long to be compared.

        What shapes the translation by right makes another key: the glossary's entries for it and,
        but for labels, tone, kind of text, instructions, style and constraints. The rest of the
        glossary and of the briefing makes no difference.

        Args:
            masked_source: its text with placeholders.
            entries: of the glossary, those that occur in it.
            note: what the document says of it to translators.
            max_chars: characters that its translation may have by the document.
            text_context: what tells it from the same text elsewhere in its document.
        """
        if len(masked_source) > LONGEST_TEXT:
            return None
        binding = [entry for entry in entries if _binds(entry, self._briefing.target_lang)]
        context = self._context(binding, is_label=_is_label(masked_source))
        return memory_key(
            context, masked_source, note=note, max_chars=max_chars, text_context=text_context
        )

    def _context(self, entries: Sequence[GlossaryEntry], *, is_label: bool) -> str:
        known = is_label, tuple(map(id, entries))
        if known not in self._contexts:
            update = {"glossary": tuple(entries), **(_VOICE if is_label else {})}
            briefing = self._briefing.model_copy(update=update)
            self._contexts[known] = memory_context(briefing, self._owner)
        return self._contexts[known]


def _binds(entry: GlossaryEntry, target_lang: str) -> bool:
    says = wanted(entry, target_lang) is not None or bool(entry.forbidden_alternatives)
    return says and entry.status is not TermStatus.DEPRECATED


def _is_label(text: str) -> bool:
    return len(text) <= LONGEST_LABEL and text == strip(text) and text[-1:] not in _SENTENCE_ENDS
