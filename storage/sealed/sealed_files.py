"""Writing sealed files: a group of jobs, one typed file a table, sorted by job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa
import uuid_utils

from storage.layout.layout import Layout
from storage.layout.manifest import Group, SealedFile
from storage.tables.database import arrow_table
from storage.tables.schemas import parquet_bytes, sealed_schema
from storage.tables.tables import ROW_GROUP, SORTED_BY, sealed_columns

DICTIONARY = ["job_id", "owner", "batch_id", "status", "stage", "task", "engine", "model"]
"""Columns with few values in many rows; for others a dictionary is one more page to read."""


def sorted_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    parameters: Mapping[str, Any] | None = None,
) -> pa.Table:
    """The rows of a table as its sealed files have them.

    Args:
        source: a query for them, in whatever order.
    """
    columns, order = ", ".join(sealed_columns(table)), ", ".join(SORTED_BY[table])
    query = f"SELECT {columns} FROM ({source}) ORDER BY {order}"  # noqa: S608 - our own names
    return arrow_table(connection, query, parameters).cast(sealed_schema(table))


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
