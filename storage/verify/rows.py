"""The keys and sums of all rows of a lake, side by side in a DuckDB on disk, to be compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from storage.files.findings import Finding
from storage.tables.database import LEAN, ask, insert, literal_paths, statement, transaction
from storage.tables.tables import TABLES, USAGE, SqlType, json_structure, sealed_columns

COMPARED = (
    "doubled_jobs",
    "doubled_segments",
    "doubled_calls",
    "doubled_rows",
    "without_job",
    "segment_count",
    "ledger",
    "call_segments",
)
"""Statements that give faults, as long as all files of the jobs in them could be read."""

LEFT_OVER = ("unreferenced", "unknown")
"""Statements that give what nothing refers to; they need the rows of all jobs."""

_SUMMED = (*USAGE, "cost_eur")
_KEPT: Mapping[str, Sequence[str]] = {
    "jobs": (
        *("job_id", "supervised", "segment_count", "briefing", "document", "output"),
        *_SUMMED,
    ),
    "segments": ("job_id", "segment_id"),
    "calls": ("job_id", "call_id", "segment_ids", *_SUMMED),
    "notes": ("job_id", "seq"),
    "errors": ("job_id", "seq"),
}
_NAMES = 10_000

LIVE_JOBS = 250
"""Live jobs taken in together."""


class Reference(NamedTuple):
    """A document that jobs refer to: its hash, the first of them, and how many they are."""

    name: str
    job_id: str
    jobs: int


class Rows:
    """What is to be compared; in memory is only what DuckDB needs at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        for table, kept in _KEPT.items():
            types = {"place": SqlType.TEXT, "sealed": SqlType.FLAG, **sealed_columns(table)}
            self._create(table, {name: types[name] for name in ("place", "sealed", *kept)})
        self._create("old_documents", {"name": SqlType.TEXT})
        self._create("entered", {"kind": SqlType.TEXT, "job_id": SqlType.TEXT})

    def _create(self, table: str, types: Mapping[str, str]) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        self._connection.execute(f"CREATE TABLE {table} ({columns})")

    def add_sealed(self, home: Path, table: str, path: str) -> None:
        """Take in one sealed file.

        Args:
            path: from home.
        """
        there = pq.read_schema(home / path).names
        # One that an older version wrote may lack columns.
        columns = ", ".join(name for name in _KEPT[table] if name in there)
        source = statement("verify/sealed").format(table=table, columns=columns)
        files = literal_paths([str(home / path)])
        self._connection.execute(source, {"place": path, "files": files})

    def add_live(self, files: Sequence[str]) -> None:
        """Take in some live jobs, all of their files at once.

        Raises:
            duckdb.Error: a file is not there any more; nothing was taken in.
            duckdb.Error: a row can't be read; nothing was taken in.
        """
        with transaction(self._connection):
            self._connection.execute(statement("verify/live"), {"files": list(files)})
            for table, kept in _KEPT.items():
                columns = ", ".join(name if name == "seq" else f"row.{name}" for name in kept)
                source = statement("verify/live_rows")
                structure = json_structure(table)
                self._connection.execute(
                    source.format(table=table, columns=columns, structure=structure)
                )

    def add_entered(self, kind: str, job_ids: Sequence[str]) -> None:
        """Take in jobs that job control has something entered for."""
        self._insert("entered", {"kind": [kind] * len(job_ids), "job_id": job_ids})

    def add_documents(self, names: Iterator[str]) -> None:
        """Take in the names of documents that may be left over."""
        while batch := [name for _, name in zip(range(_NAMES), names, strict=False)]:
            self._insert("old_documents", {"name": batch})

    def has_documents(self) -> bool:
        """Whether the names of any were taken in."""
        found = self._connection.execute("SELECT count(*) FROM old_documents").fetchone()
        return found is not None and found[0] > 0

    def _insert(self, table: str, columns: Mapping[str, Sequence[str]]) -> None:
        rows = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
        insert(self._connection, table, rows)

    def findings(self, names: Sequence[str]) -> list[Finding]:
        """What the statements of those names find."""
        return [Finding(**row) for n in names for row in ask(self._connection, f"verify/{n}", {})]

    def references(self) -> Iterator[Reference]:
        """All documents that jobs refer to, by name."""
        with self._connection.cursor() as cursor:
            found = cursor.execute(statement("verify/referenced"))
            while rows := found.fetchmany(_NAMES):
                yield from (Reference(*row) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many jobs, segments and calls there are."""
        return ask(self._connection, "verify/counts", {})[0]


@contextmanager
def opened_rows() -> Iterator[Rows]:
    """Rows to be filled, which leave nothing behind."""
    assert _KEPT.keys() == TABLES.keys()
    with tempfile.TemporaryDirectory(prefix="nightdesk-verify-") as folder:
        config = {**LEAN, "memory_limit": "512MB", "temp_directory": folder}
        with duckdb.connect(f"{folder}/rows.duckdb", config=config) as connection:
            connection.execute("SET preserve_insertion_order = FALSE")
            yield Rows(connection)
