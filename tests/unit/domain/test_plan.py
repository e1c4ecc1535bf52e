"""From units to segments and back."""

from __future__ import annotations

from domain.plan import PlannedSegment, Unit, plan

UNITS = (
    Unit("Titel", role="heading"),
    Unit("Eins ist da. Zwei auch."),
    Unit("***"),
    Unit("Drei ist hier. Vier auch.", role="label", whole=True),
)


def test_segments_are_numbered_in_reading_order() -> None:
    """Each segment knows its unit and role; a unit without prose has none."""
    assert plan(UNITS, "de").segments == (
        PlannedSegment(0, 0, "heading", "Titel"),
        PlannedSegment(1, 1, "paragraph", "Eins ist da."),
        PlannedSegment(2, 1, "paragraph", "Zwei auch."),
        PlannedSegment(3, 3, "label", "Drei ist hier. Vier auch."),
    )


def test_units_never_join() -> None:
    """A heading without a full stop is not drawn into the paragraph after it."""
    sources = [s.source for s in plan([Unit("Kapitel"), Unit("eins geht los.")], "de").segments]
    assert sources == ["Kapitel", "eins geht los."]


def test_translations_are_put_in_place() -> None:
    """A segment without a translation keeps its source."""
    translations = {0: "Title", 2: "Two as well.", 3: "Three."}
    assert plan(UNITS, "de").units(translations) == (
        "Title",
        "Eins ist da. Two as well.",
        "***",
        "Three.",
    )


def test_no_translations() -> None:
    """Without translations every unit is as it was."""
    assert plan(UNITS, "de").units({}) == tuple(unit.text for unit in UNITS)


def test_empty_document() -> None:
    """A document without units has no segments."""
    empty = plan((), "de")
    assert empty.segments == ()
    assert empty.units({}) == ()
