"""Writing sealed files: a group of jobs, one typed file a table, sorted by job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyarrow as pa
import uuid_utils

from storage.layout.layout import Layout
from storage.layout.manifest import Group, SealedFile
from storage.tables.schemas import parquet_bytes
from storage.tables.tables import ROW_GROUP, sealed_columns

DICTIONARY = ["job_id", "owner", "batch_id", "status", "stage", "task", "engine", "model"]
"""Columns with few values in many rows; for others a dictionary is one more page to read."""


def write_sealed(layout: Layout, day: str, tables: Mapping[str, pa.Table]) -> Group:
    """Write a group's files; it doesn't count before a manifest names it.

    Args:
        day: when its jobs were submitted, as `2026-03-06` in UTC.
        tables: by name, each sorted; all of the same jobs.

    Raises:
        OSError: they can't be written.
    """
    folder = layout.sealed / day
    group_id = str(uuid_utils.uuid7())
    files = {}
    for table, rows in tables.items():
        path = folder / f"{table}-{group_id}.parquet"
        size = ROW_GROUP[table]
        content = parquet_bytes(rows, use_dictionary=DICTIONARY, row_group_size=size)
        layout.files.write(path, content)
        files[table] = SealedFile(
            path.relative_to(layout.home).as_posix(),
            rows.num_rows,
            len(sealed_columns(table)),
            hashlib.sha256(content).hexdigest(),
        )
    job_ids = tuple(tables["jobs"]["job_id"].to_pylist())
    return Group(group_id, day, job_ids[0], job_ids[-1], job_ids, False, files)


def remove_sealed(layout: Layout, group: Group) -> None:
    """Take away the files of a group that came to count for nothing."""
    for file in group.files.values():
        layout.files.remove(layout.home / file.path)
