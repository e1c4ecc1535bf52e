"""The tables' columns in Arrow's types, and Arrow's tables as Parquet."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from storage.tables.tables import MONEY_SCALE, SqlType, sealed_columns

_ARROW: dict[str, pa.DataType] = {
    SqlType.TEXT: pa.string(),
    SqlType.NUMBER: pa.int64(),
    SqlType.NUMBERS: pa.list_(pa.int64()),
    SqlType.REAL: pa.float64(),
    SqlType.FLAG: pa.bool_(),
    SqlType.MOMENT: pa.timestamp("us", tz="UTC"),
    SqlType.MONEY: pa.decimal128(38, MONEY_SCALE),
}


def sealed_schema(table: str) -> pa.Schema:
    """The Arrow schema of a sealed file."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in sealed_columns(table).items()])


def parquet_bytes(table: pa.Table, *, compression: str = "zstd", **options: Any) -> bytes:
    """A table as Parquet, with checksums of its pages: only so does a flipped bit show for sure."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression, write_page_checksum=True, **options)
    return bytes(sink.getvalue())
