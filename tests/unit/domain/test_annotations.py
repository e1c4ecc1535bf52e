"""What a briefing says of single texts."""

from __future__ import annotations

from domain.briefing import read_briefing
from domain.document.annotations import annotated
from domain.document.plan import Unit

PAIR = {"source_lang": "en", "target_lang": "de"}
UNITS = (
    Unit("Open", path="menu.open", note="A button.", max_chars=20),
    Unit("Save", path="menu.save"),
    Unit("Prose."),
)


def test_notes_and_limits_by_path() -> None:
    """Notes follow the document's own, the tightest limit counts, prose is as it was."""
    briefing = read_briefing(
        {
            **PAIR,
            "notes": {"menu.*": "Verbs.", "*.save": "To a disk.", "*": "All."},
            "constraints": [
                {"type": "max_chars", "value": 30, "path": "menu.*"},
                {"type": "max_chars", "value": 12, "path": "*.save"},
                {"type": "max_chars", "value": 500},
            ],
        }
    )
    assert briefing.max_chars == 500
    assert [(unit.note, unit.max_chars) for unit in annotated(UNITS, briefing)] == [
        ("A button.; Verbs.; All.", 20),
        ("Verbs.; To a disk.; All.", 12),
        ("", None),
    ]


def test_without_any() -> None:
    """A briefing that says nothing leaves the units as they are, and is stored as it was before."""
    fields = {**PAIR, "constraints": [{"type": "max_chars", "value": 9}]}
    briefing = read_briefing(fields)
    assert annotated(UNITS, briefing) == UNITS
    assert briefing.model_dump(mode="json")["constraints"] == fields["constraints"]


def test_the_last_formality_counts() -> None:
    """One way of address holds for a job."""
    wanted = [{"type": "formality", "value": value} for value in ("formal", "informal")]
    assert read_briefing({**PAIR, "constraints": wanted}).formality == "informal"
    assert read_briefing(PAIR).formality is None
