"""Texts behind their numbers, as requests and answers have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.requests.numbered import Numbered, number_of, read_numbered, renumbered, unnumbered

PLACES = st.none() | st.from_regex("[a-z_]+", fullmatch=True).filter(lambda word: word != "max")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4|Press ⟦1⟧Save⟦/1⟧.", Numbered(4, "Press ⟦1⟧Save⟦/1⟧.")),
        ("0|a|b", Numbered(0, "a|b")),
        ("5 button|Save", Numbered(5, "Save", "button")),
        ("5 button max 20|Save", Numbered(5, "Save", "button", 20)),
        ("5 max 20|Save", Numbered(5, "Save", None, 20)),
        ("6|", Numbered(6, "")),
    ],
)
def test_written(written: str, meant: Numbered) -> None:
    """What is said before the bar is read back, and all behind it is text."""
    assert str(meant) == written
    assert read_numbered(written) == meant


@given(st.integers(0, 10**9 - 1), st.text(), PLACES, st.none() | st.integers(0, 10**9 - 1))
def test_read_back(number: int, text: str, place: str | None, limit: int | None) -> None:
    """Whatever the text is."""
    assert read_numbered(str(Numbered(number, text, place, limit))) == Numbered(
        number, text, place, limit
    )


@given(st.text())
def test_around(text: str) -> None:
    """A text without a number never passes for one with a number, and keeps its place."""
    entry = unnumbered(text)
    assert read_numbered(entry) is None
    assert number_of(entry) is None
    assert renumbered(entry, 3) == entry


@pytest.mark.parametrize("entry", [" 4 |t", {"id": 4, "text": "t", "place": "label"}])
def test_what_models_make_of_it(entry: object) -> None:
    """White space around the number does no harm, nor does an object where a string was asked."""
    assert read_numbered(entry) == Numbered(4, "t")


def test_other_entries() -> None:
    """Objects and bare numbers have a number too."""
    assert [number_of(entry) for entry in ({"id": 4}, 4, {"id": "4"}, True, None)] == [
        *(4, 4),
        *(None, None, None),
    ]
    assert renumbered({"id": 4, "span": "x"}, 7) == {"id": 7, "span": "x"}
    assert renumbered(4, 7) == 7
