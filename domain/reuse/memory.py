"""The translation memory's rules: what makes two segments the same, and what a unit holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.briefing import Briefing, GlossaryEntry
from domain.glossary.glossaries import target_of
from domain.placeholders.masking import Masked, differences, mask, restore
from domain.placeholders.protection import UNPROTECTED, Protection

MEMORY_ORIGIN = "translation_memory"
"""The `origin` of a segment whose translation was there already."""

REVIEWED_ORIGIN = "reviewed_translation"
"""The `origin` of a segment whose translation a person wrote or approved before."""

RECALLED = frozenset({MEMORY_ORIGIN, REVIEWED_ORIGIN})
"""The origins of what was not asked for."""

_PLACEHOLDER = re.compile("⟦([^⟦⟧]*)⟧")
_SHAPING = ("domain", "tone", "text_type", "instructions", "style_reference", "constraints")


@dataclass(frozen=True, slots=True)
class Unit:
    """A translation that was there before it was asked for.

    Attributes:
        answer: the translation with its placeholders.
        score: 0 to 100, as QA gave it; None where nobody has assessed it, as in an import.
        findings: the errors behind the score, a JSON list of `domain.checks.quality.Finding`.
        origin: where it is from: an engine, or the file it was imported from.
        doubts: what the translator was unsure of, a sentence each.
        proven: whether the job that it is from has ended; before, a verdict may be due on the
            model that scored it.
        reviewed: whether a person wrote or approved it.
    """

    answer: str
    score: float | None
    findings: str | None
    origin: str
    doubts: tuple[str, ...] = ()
    proven: bool = field(default=True, compare=False)
    reviewed: bool = False


def memory_context(briefing: Briefing, owner: str) -> str:
    """All of a job that shapes its translations, as a SHA-256 in hex.

    That is its owner, its languages, what its briefing says of the translation and its glossary,
    each by content: of glossary entries only what they say for the target language counts, and
    not their order.
    """
    told = briefing.model_dump(mode="json", include=set(_SHAPING))
    terms = sorted(_canonical(_term(e, briefing.target_lang)) for e in briefing.glossary)
    return _hash([owner, briefing.source_lang, briefing.target_lang, told, terms])


def memory_key(
    context: str,
    masked_source: str,
    *,
    note: str = "",
    max_chars: int | None = None,
    text_context: str = "",
) -> str:
    """A segment's key: equal keys have one translation. A SHA-256 in hex.

    Args:
        context: its job's, as `memory_context` gives it.
        masked_source: its text with placeholders; what they stand for makes no difference.
        note: what the document says of it to translators.
        max_chars: characters that its translation may have.
        text_context: what tells it from the same text elsewhere in its document.
    """
    own = [note, max_chars] if note or max_chars is not None or text_context else []
    # One without a context has the key that it had before there were any.
    return _hash([context, masked_source, *own, *_given(text_context)])


def import_key(
    owner: str, source_lang: str, target_lang: str, masked_source: str, text_context: str = ""
) -> str:
    """The key of a unit that came without a briefing, such as an imported one's.

    Args:
        owner: whose the unit is.
        source_lang: BCP-47, in its standard form.
        target_lang: BCP-47, in its standard form.
        masked_source: the text with placeholders.
        text_context: what tells it from the same text elsewhere; empty where nothing does.
    """
    return _hash([owner, source_lang, target_lang, masked_source, *_given(text_context)])


def masked_alike(source: str, target: str, protection: Protection = UNPROTECTED) -> tuple[str, str]:
    """Both texts of a unit with their markup masked, the target's under the source's names.

    Markup that is the same in both, letter by letter, gets one name. What only the target has
    gets a name with a plus, which no source has.

    Args:
        source: as it stands in its document.
        target: the same of its translation.
        protection: what is a variable in both beside those that are in any text.
    """
    ours, theirs = mask(source, protection), mask(target, protection)
    free: defaultdict[tuple[str, str | None], deque[str]] = defaultdict(deque)
    for name in _first_names(ours):
        free[_literal(ours, name)].append(name)
    renamed = {name: f"⟦+{name}⟧" for name in theirs.table}
    for name in _first_names(theirs):
        if same := free[_literal(theirs, name)]:
            renamed[name] = f"⟦{same[0]}⟧"
            if f"/{name}" in renamed:
                renamed[f"/{name}"] = f"⟦/{same[0]}⟧"
            same.popleft()
    return ours.text, restore(theirs.text, Masked(theirs.text, renamed))


def under_protection(source: str, answer: str, protection: Protection) -> str:
    """A translation that came without a job, with the placeholders that its source has in one.

    Args:
        source: as it stands in the job's document.
        answer: its translation, with the placeholders of markup and variables alone.
        protection: the job's.
    """
    return masked_alike(source, restore(answer, mask(source)), protection)[1]


def same_markup(source: str, target: str) -> bool:
    """Whether a masked target has its masked source's placeholders, each in its place."""
    table = dict.fromkeys(_PLACEHOLDER.findall(source), "")
    return not differences(Masked(source, table), target)


def _first_names(masked: Masked) -> list[str]:
    """The names of its placeholders, of a pair only the first."""
    return [name for name in masked.table if not name.startswith("/")]


def _literal(masked: Masked, name: str) -> tuple[str, str | None]:
    """What a placeholder, or a pair, stands for."""
    return masked.table[name], masked.table.get(f"/{name}")


def _term(entry: GlossaryEntry, target_lang: str) -> dict[str, Any]:
    fields = entry.model_dump(mode="json", exclude={"translations"})
    # An entry without any translation only forbids; one without this language's says nothing.
    return {**fields, "target": target_of(entry, target_lang), "any": bool(entry.translations)}


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _hash(parts: Sequence[Any]) -> str:
    return hashlib.sha256(_canonical(list(parts)).encode()).hexdigest()
