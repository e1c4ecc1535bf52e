"""The user turns: one JSON object a task, as the wire format has them.

Ids stand with their texts, never in an order that has to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.checks.quality import Finding
from prompts.json_text import turn


def brief_turn(source_lang: str, target_lang: str, document: str) -> str:
    """The turn that asks for a summary and terms of a whole document."""
    return turn(
        {
            "task": "brief",
            "source_lang": source_lang,
            "target_lang": target_lang,
            "document": document,
        }
    )


def review_turn(source_lang: str, segments: Mapping[int, str]) -> str:
    """The turn that asks what is wrong with the source; `segments` are texts by id."""
    return turn(
        {
            "task": "review_source",
            "source_lang": source_lang,
            "segments": [{"id": number, "text": text} for number, text in segments.items()],
        }
    )


def translate_turn(
    source_lang: str,
    target_lang: str,
    segments: Mapping[int, str],
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    places: Mapping[int, Mapping[str, str | int]] | None = None,
) -> str:
    """The turn that asks for translations.

    Args:
        source_lang: BCP-47.
        target_lang: BCP-47.
        segments: texts by id, with placeholders.
        before: source texts that come right before, for context only.
        after: source texts that come right after, for context only.
        places: by id, where a segment stands (`place`), its author's `note` and its `max_chars`.
    """
    return turn(
        {
            "task": "translate",
            "source_lang": source_lang,
            "target_lang": target_lang,
            "before": list(before),
            "after": list(after),
            "segments": [
                {"id": number, "text": text, **(places or {}).get(number, {})}
                for number, text in segments.items()
            ],
        }
    )


def assess_turn(source_lang: str, target_lang: str, segments: Mapping[int, tuple[str, str]]) -> str:
    """The turn that asks for errors; `segments` are source and translation by id."""
    return turn(
        {
            "task": "assess",
            "source_lang": source_lang,
            "target_lang": target_lang,
            "segments": [
                {"id": number, "source": source, "translation": translation}
                for number, (source, translation) in segments.items()
            ],
        }
    )


def correct_turn(
    source_lang: str,
    target_lang: str,
    segments: Mapping[int, tuple[str, str, Sequence[Finding]]],
) -> str:
    """The turn that asks for corrections.

    Args:
        source_lang: BCP-47.
        target_lang: BCP-47.
        segments: source, translation and the errors found in it, by id.
    """
    return turn(
        {
            "task": "correct",
            "source_lang": source_lang,
            "target_lang": target_lang,
            "segments": [
                {
                    "id": number,
                    "source": source,
                    "translation": translation,
                    "errors": [_error(finding) for finding in findings],
                }
                for number, (source, translation, findings) in segments.items()
            ],
        }
    )


def _error(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "category": finding.category,
        "span": finding.span,
        "explanation": finding.explanation,
    }
