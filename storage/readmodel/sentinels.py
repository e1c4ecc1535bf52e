"""Files without rows, which stand where DuckDB reads."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa

from storage.files.durable import private_folder, sync_folder, write_file
from storage.layout.layout import Layout
from storage.layout.nights import SCHEMA as NIGHT
from storage.layout.trials import SCHEMA as TRIAL
from storage.live.file_sums import signed
from storage.live.live_bytes import SCHEMA
from storage.readmodel.views import no_estimates, no_live, no_nights, no_trials, sealed_sentinel
from storage.tables.schemas import parquet_bytes, sealed_schema
from storage.tables.tables import TABLES


def write_sentinels(layout: Layout) -> None:
    """Write those that are not there."""
    _put(no_live(layout), SCHEMA)
    if not no_estimates(layout).exists():
        write_file(no_estimates(layout), b"{}")
    for table in TABLES:
        _put(sealed_sentinel(layout, table), sealed_schema(table))
    _put(no_nights(layout), NIGHT)
    _put(no_trials(layout), TRIAL)


def _put(path: Path, schema: pa.Schema) -> None:
    if path.exists():
        return
    if not path.parent.exists():
        private_folder(path.parent)
        sync_folder(path.parent.parent)
    write_file(path, _no_rows(schema))


@cache
def _no_rows(schema: pa.Schema) -> bytes:
    return signed(parquet_bytes(schema.empty_table()), None)
