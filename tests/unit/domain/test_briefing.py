"""A briefing and its validation."""

from __future__ import annotations

from typing import Any

import pytest

from domain.briefing import GlossaryEntry, TermStatus, read_briefing
from domain.errors import BriefingError

PAIR = {"source_lang": "de", "target_lang": "en"}


def test_least() -> None:
    """Two languages are a briefing; everything else has a default."""
    briefing = read_briefing(PAIR)
    assert (briefing.source_lang, briefing.target_lang) == ("de", "en")
    assert (briefing.glossary, briefing.constraints, briefing.metadata) == ((), (), {})
    assert (briefing.source_review, briefing.max_chars) == (None, None)


def test_all_fields() -> None:
    """Every field is read; languages get their standard form, metadata is left as it is."""
    briefing = read_briefing(
        {
            "source_lang": "DE",
            "target_lang": "pt_br",
            "domain": "Maschinenbau",
            "tone": "formal",
            "text_type": "manual",
            "instructions": "x" * 2000,
            "style_reference": "Short sentences.",
            "glossary": [
                {
                    "term": " Lager ",
                    "translations": {"pt_br": "rolamento"},
                    "context": "machine part",
                    "forbidden_alternatives": ["depósito"],
                    "status": "pending",
                }
            ],
            "constraints": [
                {"type": "max_chars", "value": 100},
                {"type": "max_chars", "value": 80},
            ],
            "source_review": True,
            "metadata": {"ticket": [1, {"a": None}]},
        }
    )
    assert (briefing.source_lang, briefing.target_lang) == ("de", "pt-BR")
    assert briefing.glossary == (
        GlossaryEntry(
            term="Lager",
            translations={"pt-BR": "rolamento"},
            context="machine part",
            forbidden_alternatives=("depósito",),
            status=TermStatus.PENDING,
        ),
    )
    assert briefing.max_chars == 80
    assert briefing.source_review is True
    assert briefing.metadata == {"ticket": [1, {"a": None}]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"source_lang": "de"}, "B.toml: target_lang: Field required"),
        ({**PAIR, "target_lang": "de"}, "B.toml: target_lang: source and target are both 'de'"),
        (
            {**PAIR, "source_lang": "german"},
            "B.toml: source_lang: 'german' is no language code; "
            "write one by BCP-47, such as 'de', 'en' or 'pt-BR'",
        ),
        (
            {**PAIR, "colour": "red"},
            "B.toml: colour: unknown field; known are source_lang, target_lang, domain, tone, "
            "text_type, instructions, style_reference, glossary, constraints, source_review, "
            "alone, dialect, paths, by_key, protect, notes, metadata, glossary_ids",
        ),
        (
            {**PAIR, "instructions": "x" * 2001},
            "B.toml: instructions: String should have at most 2000 characters",
        ),
        (
            {**PAIR, "constraints": [{"type": "max_words", "value": 3}]},
            "B.toml: constraints.0: Input tag 'max_words' found using 'type' does not match any of"
            " the expected tags: 'max_chars', 'formality'",
        ),
        (
            {**PAIR, "constraints": [{"type": "max_chars", "value": 0}]},
            "B.toml: constraints.0.value: Input should be greater than 0",
        ),
        (
            {**PAIR, "glossary": [{"term": "a"}, {"term": "  "}]},
            "B.toml: glossary.1.term: a term can't be blank",
        ),
        (
            {**PAIR, "glossary": [{"term": "a", "translations": {"en": "b", "EN": "c"}}]},
            "B.toml: glossary.0.translations: a language stands there twice",
        ),
    ],
)
def test_bad_fields(fields: dict[str, Any], message: str) -> None:
    """A field that can't be used is named, with its file and what is wrong."""
    with pytest.raises(BriefingError) as raised:
        read_briefing(fields, where="B.toml")
    assert str(raised.value) == message
