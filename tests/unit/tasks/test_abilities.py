"""What a model has shown that it can't do."""

from __future__ import annotations

from domain.named_models import NamedModel
from tasks.run.abilities import Abilities

ONE, OTHER = NamedModel("claude", "a"), NamedModel("openai", "a")


def test_a_task() -> None:
    """What came to nothing three times, and never to anything, is no ability of that model."""
    abilities = Abilities()
    for can in (True, True, True, False):
        assert abilities.can(ONE, "brief") is can
        abilities.failed(ONE, "brief")
    assert abilities.can(OTHER, "brief")
    assert abilities.can(ONE, "translate")


def test_what_it_has_done() -> None:
    """A model that has done a thing once can, however often it fails then."""
    abilities = Abilities()
    abilities.did(ONE, "translate", 1)
    for _ in range(9):
        abilities.failed(ONE, "translate")
    assert abilities.can(ONE, "translate")


def test_all_refused() -> None:
    """A model that refuses even what is harmless can't, until it does."""
    abilities = Abilities()
    abilities.refused_all(ONE, "translate")
    assert not abilities.can(ONE, "translate")
    abilities.did(ONE, "translate", 1)
    assert abilities.can(ONE, "translate")


def test_a_size() -> None:
    """Half of what came to nothing three times is asked, or what has been answered once."""
    abilities = Abilities()
    for most in (100, 100, 100, 30):
        assert abilities.most(ONE, "translate", 100) == most
        abilities.failed_at(ONE, "translate", 60)
    assert abilities.most(ONE, "translate", 20) == 20
    assert abilities.most(ONE, "assess", 100) == 100
    abilities.did(ONE, "translate", 40)
    assert abilities.most(ONE, "translate", 100) == 40
    abilities.did(ONE, "translate", 60)
    assert abilities.most(ONE, "translate", 100) == 100


def test_one_segment() -> None:
    """One segment is always little enough."""
    abilities = Abilities()
    for _ in range(3):
        abilities.failed_at(ONE, "translate", 1)
    assert abilities.most(ONE, "translate", 100) == 1
