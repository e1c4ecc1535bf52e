"""Values written into DuckDB's SQL come out as they went in."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from storage.tables.literals import given, literal

MOMENT = datetime(2026, 3, 6, 10, 0, 0, 250, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        "",
        "it's",
        "''; DROP TABLE jobs --",
        "日本\n\\n",
        [],
        ["a", "b'c"],
        MOMENT,
    ],
)
def test_a_value_comes_back(value: object) -> None:
    """What is written stands for the very value, whatever it holds."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(f"SELECT {literal(value)}").fetchone()

    assert (value,) == found


def test_parameters_are_given_by_name() -> None:
    """Those of a prepared statement, and none where it has none."""
    assert "(by := ['day']::VARCHAR[], status := NULL)" == given({"by": ["day"], "status": None})
    assert "" == given({})


def test_what_can_not_be_written_is_refused() -> None:
    """A text with a NUL, and what nobody asks by."""
    with pytest.raises(ValueError, match="NUL"):
        literal("a\0b")
    with pytest.raises(TypeError, match="bytes"):
        literal(b"")
