"""The tables' columns in Arrow's types."""

from __future__ import annotations

import pyarrow as pa

from storage.tables.tables import (
    FLAG,
    MOMENT,
    MONEY,
    MONEY_SCALE,
    NUMBER,
    NUMBERS,
    REAL,
    TEXT,
    sealed_columns,
)

_ARROW = {
    TEXT: pa.string(),
    NUMBER: pa.int64(),
    NUMBERS: pa.list_(pa.int64()),
    REAL: pa.float64(),
    FLAG: pa.bool_(),
    MOMENT: pa.timestamp("us", tz="UTC"),
    MONEY: pa.decimal128(38, MONEY_SCALE),
}


def sealed_schema(table: str) -> pa.Schema:
    """The Arrow schema of a sealed file."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in sealed_columns(table).items()])
