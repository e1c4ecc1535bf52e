"""A sample of the trial of damage."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.damage import tried


def test_a_harmed_file_is_named_and_comes_back(tmp_path: Path) -> None:
    """Whatever becomes of one file, it is named, nothing makes it worse, and it can be restored."""
    outcomes = tried(tmp_path, flips=20, seed=1717, each=2, most=8)

    assert sum(outcomes.values()) == 8
    assert {seen for _, _, seen in outcomes} <= {"named, unharmed, restored", "changes nothing"}
    assert any(seen == "named, unharmed, restored" for _, _, seen in outcomes)
