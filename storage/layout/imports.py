"""Units that came from elsewhere: a Parquet file an import, which never changes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import uuid_utils

from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.noted_files import forget_gone, note

ROW_GROUP = 2_000
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class ImportedUnit:
    """A unit to keep.

    Attributes:
        import_key: as `domain.reuse.memory.import_key` gives it.
        source_lang: BCP-47.
        target_lang: BCP-47.
        source: with placeholders.
        target: with placeholders.
        origin: the file it is from.
    """

    import_key: str
    source_lang: str
    target_lang: str
    source: str
    target: str
    origin: str


_SCHEMA = pa.schema([(field.name, pa.string()) for field in fields(ImportedUnit)])


def imports(layout: Layout) -> list[Path]:
    """The files of all imports, oldest first; they need not be readable here yet."""
    found = (stored.path for stored in layout.files.below(layout.memory))
    return sorted(path for path in found if path.suffix == ".parquet")


def write_import(home: Home, units: Iterable[ImportedUnit]) -> int:
    """Keep units, all of them or, where taking them raises, none; durable on return.

    Returns:
        How many they were.

    Raises:
        LakeError: they can't be written.
    """
    layout = Layout.of(home)
    folder = layout.memory
    with told(f"units can't be kept in {folder}"):
        path = folder / f"{uuid_utils.uuid7()}.parquet"
        with layout.files.writing(path) as file:
            count = _write(file, units)
        note(home, [path])
        # What is not there is in what is taken in now, if it is still wanted.
        forget_gone(home, "memory/")
        return count


def _write(file: BinaryIO, units: Iterable[ImportedUnit]) -> int:
    """Write a batch at a time: a memory may be larger than this machine's."""
    count = 0
    rows = iter(units)
    with pq.ParquetWriter(file, _SCHEMA, compression="zstd", use_dictionary=False) as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            columns = [[getattr(unit, name) for unit in batch] for name in _SCHEMA.names]
            writer.write_table(pa.table(columns, schema=_SCHEMA), row_group_size=ROW_GROUP)
            count += len(batch)
    return count
