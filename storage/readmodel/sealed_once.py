"""Single jobs' rows out of sealed files, for a process that asks once.

`sealed_rows` is quick to answer, and takes long to import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from storage.layout.digests import sha256_of
from storage.layout.layout import Layout
from storage.layout.manifest import SealedFile
from storage.tables.database import Database, literal_paths, rows_by_name, statement
from storage.tables.literals import text, texts
from storage.tables.tables import sealed_columns

WHOLE_BYTES = 16 * 2**20
"""The most of a file of which all is read, to see that it is what was sealed: 10 to 40 ms."""


class Rows(Protocol):
    """What reads single jobs' rows; `storage.readmodel.sealed_rows` says what is given."""

    def rows(
        self, table: str, file: SealedFile, job_id: str, columns: Sequence[str] | None = None
    ) -> list[dict[str, Any]]: ...

    def warmed(
        self, table: str, file: SealedFile, columns: Sequence[str] | None = None
    ) -> Iterator[bool]: ...


class SealedOnce:
    """Reads single jobs' rows through DuckDB, which looks at no checksums of pages.

    So it is asked only about a file that is, as a whole, what was sealed. What is large, damaged
    or of an older version is read as by all others.
    """

    def __init__(self, layout: Layout, database: Database) -> None:
        self._layout = layout
        self._database = database

    @cached_property
    def _others(self) -> Rows:
        from storage.readmodel.sealed_rows import SealedRows

        return SealedRows(self._layout)

    def rows(
        self, table: str, file: SealedFile, job_id: str, columns: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """A job's rows in a file, as `SealedRows.rows` gives them."""
        if not file.rows:
            return []
        path = self._layout.home / file.path
        self._layout.files.fetch([path])
        if not _is_simple(table, file, path):
            return self._others.rows(table, file, job_id, columns)
        wanted = "*" if columns is None else ", ".join(f'"{name}"' for name in columns)
        query = statement("lake/sealed_of_job").format(
            columns=wanted, files=texts(literal_paths([str(path)])), job_id=text(job_id)
        )
        rows = rows_by_name(self._database.cursor.execute(query))
        return [{"job_id": job_id, **row} for row in rows]

    def warmed(
        self, table: str, file: SealedFile, columns: Sequence[str] | None = None
    ) -> Iterator[bool]:
        """As `SealedRows.warmed`."""
        return self._others.warmed(table, file, columns)


def _is_simple(table: str, file: SealedFile, path: Path) -> bool:
    """Whether a file is small, has all columns of this version, and is what was sealed."""
    return (
        file.columns == len(sealed_columns(table))
        and path.stat().st_size <= WHOLE_BYTES
        and sha256_of(path) == file.sha256
    )
