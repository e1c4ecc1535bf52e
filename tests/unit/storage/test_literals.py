"""Values written into DuckDB's SQL come out as they went in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest

from storage.tables.literals import literal, written

MOMENT = datetime(2026, 3, 6, 10, 0, 0, 250, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        -7,
        0.5,
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

    assert found is not None
    assert [value] == [float(one) if isinstance(one, Decimal) else one for one in found]


def test_parameters_are_written_by_name() -> None:
    """Each stands where the query names it, as often as it does; a `$` in one names nothing."""
    query = "SELECT $a, $by, $a"

    assert "SELECT '$by', ['day']::VARCHAR[], '$by'" == written(query, {"a": "$by", "by": ["day"]})
    with pytest.raises(KeyError):
        written(query, {"a": 1})


def test_what_can_not_be_written_is_refused() -> None:
    """A text with a NUL, and what nobody asks by."""
    with pytest.raises(ValueError, match="NUL"):
        literal("a\0b")
    with pytest.raises(TypeError, match="bytes"):
        literal(b"")
