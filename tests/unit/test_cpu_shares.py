"""Whose CPU time the bench says it is."""

from __future__ import annotations

import duckdb
import prefect
import pytest

import storage.sealed.sealing
import tasks.run.run_context
from domain.placeholders.masking import mask
from tests.bench.shares import Shares, part_of


@pytest.mark.parametrize(
    ("file", "part"),
    [
        (prefect.__file__, "Prefect"),
        (duckdb.__file__, "storage"),
        (storage.sealed.sealing.__file__, "storage"),
        (tasks.run.run_context.__file__, "ours"),
        (pytest.__file__, None),
        (__file__, None),
    ],
)
def test_parts(file: str, part: str | None) -> None:
    """A file belongs to the part that its top folder names, and to none if that is unknown."""
    assert part_of(file) == part


def test_shares() -> None:
    """What the rules spend is ours."""
    with Shares() as shares:
        for number in range(1_000):
            mask(f"Open `drawer {number}` and <b>take out</b> folder {number}. " * 5)
    assert max(shares.seconds, key=lambda part: shares.seconds[part]) == "ours"
