"""Files without rows, which stand where DuckDB reads."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from storage.files.durable import private_folder, sync_folder, write_file
from storage.layout.layout import Layout
from storage.layout.nights import SCHEMA as NIGHT
from storage.live.file_sums import signed
from storage.live.live_bytes import SCHEMA, parquet_bytes
from storage.readmodel.views import no_estimates, no_live, no_nights, sealed_sentinel
from storage.tables.schemas import sealed_schema
from storage.tables.tables import TABLES


def write_sentinels(layout: Layout) -> None:
    """Write those that are not there."""
    _put(no_live(layout), SCHEMA)
    if not no_estimates(layout).exists():
        write_file(no_estimates(layout), b"{}")
    for table in TABLES:
        _put(sealed_sentinel(layout, table), sealed_schema(table))
    _put(no_nights(layout), NIGHT)


def _put(path: Path, schema: pa.Schema) -> None:
    if path.exists():
        return
    if not path.parent.exists():
        private_folder(path.parent)
        sync_folder(path.parent.parent)
    if schema is SCHEMA:
        write_file(path, signed(parquet_bytes(schema.empty_table(), compression="none"), None))
    else:
        sink = pa.BufferOutputStream()
        pq.write_table(schema.empty_table(), sink)
        write_file(path, signed(bytes(sink.getvalue()), None))
