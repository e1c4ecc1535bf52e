"""Which of overlapping sets hold each thing exactly once."""

from __future__ import annotations

import pytest

from storage.sealed.covering import Unclear, exact_cover


def sets(**found: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(things) for name, things in found.items()}


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        (sets(), set()),
        (sets(a="12", b="34"), {"a", "b"}),
        # Parts that stand for groups, and those that stand for a part and a group.
        (sets(a="12", b="34", p="13", q="24"), {"p", "q"}),
        (sets(a="12", b="34", p="1234", c="56", q="123456"), {"q"}),
        # Work that was broken off: the first of two parts, and a seal that another was faster in.
        (sets(a="12", b="34", p="13"), {"a", "b"}),
        (sets(a="123", b="34", c="45"), {"a", "c"}),
        (sets(a="12", b="12"), {"b"}),
    ],
)
def test_each_thing_once(found: dict[str, frozenset[str]], chosen: set[str]) -> None:
    """Each thing is in exactly one of the sets chosen, the last of those that can be."""
    assert chosen == exact_cover(found)


def test_where_there_is_no_choice() -> None:
    """Sets that are in each other's way are named; others are not among them."""
    with pytest.raises(Unclear) as raised:
        exact_cover(sets(a="12", b="23", z="9"))
    assert raised.value.names == {"a", "b"}


def test_many_sets() -> None:
    """Thousands of sets that don't overlap are told apart at once."""
    assert 3000 == len(exact_cover({f"{n:05d}": frozenset({str(n)}) for n in range(3000)}))
