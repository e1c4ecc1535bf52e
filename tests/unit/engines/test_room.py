"""Output tokens a request may take."""

from __future__ import annotations

import pytest

from domain.settings import Effort
from engines.output_tokens import output_room


@pytest.mark.parametrize(
    ("task", "texts", "tokens"),
    [
        ("translate", ["Das Lager ist voll."], 1024),
        ("translate", ["x" * 2000], 4450),
        ("translate", ["語" * 1000], 6450),
        ("correct", ["x" * 2000], 4450),
        ("assess", ["x" * 1000, "y" * 1000], 3300),
        ("review_source", ["x" * 1000], 1900),
        ("brief", ["x" * 100_000], 4096),
        ("translate", ["x" * 5_000_000], 21_333),
    ],
)
def test_room(task: str, texts: list[str], tokens: int) -> None:
    """Room grows with the text and stops at what the API takes without streaming."""
    assert tokens == output_room(task, texts)


@pytest.mark.parametrize(
    ("effort", "tokens"), [("off", 4_450), ("low", 6_450), ("medium", 10_450), ("high", 16_450)]
)
def test_room_for_thinking(effort: Effort, tokens: int) -> None:
    """What may be thought before the answer comes on top of it."""
    assert tokens == output_room("translate", ["x" * 2000], effort)
