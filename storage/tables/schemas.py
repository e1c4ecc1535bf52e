"""The tables' columns in Arrow's types, Arrow's tables as Parquet, and how Arrow is set up."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
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


class _Without(MetaPathFinder):
    """Finds no module for one name: whoever imports it is told that it is not there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == self._name:
            raise ModuleNotFoundError(fullname)


def _set_up() -> None:
    """Keep Arrow from what a lake has no use for.

    Its own allocator keeps what it was given: a seal of 250 jobs leaves 40 MB behind. And where it
    can, it imports pandas with the first array, 60 MB, to know data frames; who asks for one gets
    it all the same.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    finder = _Without("pandas")
    sys.meta_path.insert(0, finder)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(finder)


_set_up()


def sealed_schema(table: str) -> pa.Schema:
    """The Arrow schema of a sealed file."""
    return pa.schema([(name, _ARROW[kind]) for name, kind in sealed_columns(table).items()])


def parquet_bytes(table: pa.Table, *, compression: str = "zstd", **options: Any) -> bytes:
    """A table as Parquet, with checksums of its pages: only so does a flipped bit show for sure."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression, write_page_checksum=True, **options)
    return bytes(sink.getvalue())


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A small Parquet file; pyarrow's own `read_table` imports what reads whole folders.

    Args:
        path: where it is.
        columns: those wanted; None for all.

    Raises:
        OSError: it can't be read.
        pyarrow.ArrowException: it is damaged.
    """
    with pq.ParquetFile(path) as file:
        return file.read(columns=columns, use_threads=False)
