"""From units to segments and back."""

from __future__ import annotations

import pytest

from domain.document.plan import PlannedSegment, Unit, plan
from domain.errors import DocumentError

UNITS = (
    Unit("Titel", role="heading"),
    Unit("Eins ist da. Zwei auch."),
    Unit("***"),
    Unit("Drei ist hier. Vier auch.", role="label", whole=True),
)


def test_segments_are_numbered_in_reading_order() -> None:
    """Each segment knows its unit and role; a unit without prose has none."""
    assert plan(UNITS, "de", "en").segments == (
        PlannedSegment(0, 0, "Titel", "heading"),
        PlannedSegment(1, 1, "Eins ist da.", "paragraph"),
        PlannedSegment(2, 1, "Zwei auch.", "paragraph"),
        PlannedSegment(3, 3, "Drei ist hier. Vier auch.", "label"),
    )


def test_what_nothing_can_store_is_refused() -> None:
    """A text with half a surrogate pair, as an escape in YAML may name one, is told by its path."""
    with pytest.raises(DocumentError, match=r"menu\.open: it holds half a surrogate pair"):
        plan([Unit("Eins."), Unit("Zwei \ud800.", path="menu.open")], "de", "en")


def test_units_never_join() -> None:
    """A heading without a full stop is not drawn into the paragraph after it."""
    sources = [
        s.source for s in plan([Unit("Kapitel"), Unit("eins geht los.")], "de", "en").segments
    ]
    assert sources == ["Kapitel", "eins geht los."]


def test_translations_are_put_in_place() -> None:
    """A segment without a translation keeps its source."""
    translations = {0: "Title", 2: "Two as well.", 3: "Three."}
    assert plan(UNITS, "de", "en").units(translations) == (
        "Title",
        "Eins ist da. Two as well.",
        "***",
        "Three.",
    )


def test_no_translations() -> None:
    """Without translations every unit is as it was."""
    assert plan(UNITS, "de", "en").units({}) == tuple(unit.text for unit in UNITS)


def test_empty_document() -> None:
    """A document without units has no segments."""
    empty = plan((), "de", "en")
    assert empty.segments == ()
    assert empty.units({}) == ()


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ((), ["menu.open", "menu.note", "title", ""]),
        (("menu.*",), ["menu.open", "menu.note", ""]),
        (("menu.*", "!*.note"), ["menu.open", ""]),
        (("!menu.*",), ["title", ""]),
        (("nothing",), [""]),
    ],
)
def test_paths_say_what_is_translated(patterns: tuple[str, ...], expected: list[str]) -> None:
    """Units that the patterns leave out have no segments, and keep their text."""
    paths = ["menu.open", "menu.note", "title", ""]
    units = tuple(Unit(f"Hier steht {path or 'nichts'}.", path=path) for path in paths)
    planned = plan(units, "de", "en", patterns)
    assert [paths[segment.unit] for segment in planned.segments] == expected
    assert planned.units({}) == tuple(unit.text for unit in units)


def test_a_unit_with_a_limit_is_one_segment() -> None:
    """A limit holds for the whole unit, so that it is not split."""
    (segment,) = plan(
        [Unit("Eins ist da. Zwei auch.", note="Knopf", max_chars=30)], "de", "en"
    ).segments
    assert (segment.source, segment.note, segment.max_chars) == (
        "Eins ist da. Zwei auch.",
        "Knopf",
        30,
    )


def test_units_that_are_not_wholly_translated_are_told() -> None:
    """A unit is undone where a segment of it has no translation."""
    assert plan(UNITS, "de", "en").undone([0, 1]) == {1, 3}
