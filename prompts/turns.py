"""The user turns: one JSON object a task, as the wire format has them.

Ids stand with their texts, never in an order that has to be kept; what would be empty is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.checks.quality import Finding
from domain.requests.numbered import Numbered, unnumbered
from prompts.json_text import turn


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document says of a segment beside its text.

    Attributes:
        place: where it stands, such as `heading`; None: in running text.
        note: its author's; empty where there is none.
        max_chars: the most characters that its translation may have; None: no limit.
    """

    place: str | None = None
    note: str = ""
    max_chars: int | None = None


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
            "segments": _numbered(segments),
        }
    )


def translate_turn(
    source_lang: str,
    target_lang: str,
    segments: Mapping[int, str],
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    surroundings: Mapping[int, Surroundings] | None = None,
) -> str:
    """The turn that asks for translations.

    Args:
        source_lang: BCP-47.
        target_lang: BCP-47.
        segments: texts by id, with placeholders.
        before: source texts that come right before, for context only.
        after: source texts that come right after, for context only.
        surroundings: by id, what the document says of a segment beside its text.
    """
    known = surroundings or {}
    plain = Surroundings()
    said = {
        "task": "translate",
        "source_lang": source_lang,
        "target_lang": target_lang,
        "author_notes": _numbered(
            {i: known[i].note for i in segments if i in known and known[i].note}
        ),
        "segments": [
            *map(unnumbered, before),
            *(
                str(Numbered(number, text, around.place, around.max_chars))
                for number, text in segments.items()
                for around in (known.get(number, plain),)
            ),
            *map(unnumbered, after),
        ],
    }
    return turn({name: value for name, value in said.items() if value})


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


def _numbered(texts: Mapping[int, str]) -> list[str]:
    return [str(Numbered(number, text)) for number, text in texts.items()]


def _error(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "category": finding.category,
        "span": finding.span,
        "explanation": finding.explanation,
    }
