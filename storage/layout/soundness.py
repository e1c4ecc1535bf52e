"""Whether files are what was written: before they are read for good, and those they replace go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from domain.errors import LakeDamaged, LakeTooNew
from storage.layout.digests import sha256_of
from storage.layout.layout import Layout
from storage.layout.manifest import Group, SealedFile
from storage.live.file_sums import told_by
from storage.tables.tables import TABLES, sealed_columns

BATCH = 10_000

_KNOWN = {table: frozenset(sealed_columns(table)) for table in TABLES}

RESTORE = "restore it from a backup"


def parquet_fault(path: Path) -> str | None:
    """What is wrong with a Parquet file, all pages and their checksums read; None if nothing.

    Raises:
        FileNotFoundError: it is not there.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
            for _ in file.iter_batches(BATCH, use_threads=False):
                pass
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever a damaged file makes a library raise is its fault
        return f"it can't be read: {error}"
    return None


def live_fault(path: str | Path) -> str | None:
    """What is wrong with a live file, by its checksum or else by those of its pages.

    Raises:
        FileNotFoundError: it is not there.
    """
    try:
        is_signed = told_by(Path(path).read_bytes()).is_signed
    except FileNotFoundError:
        raise
    except OSError as error:
        return str(error)
    # One of an earlier version has no checksum of its own.
    return None if is_signed else parquet_fault(Path(path))


def sealed_fault(home: Path, file: SealedFile) -> str | None:
    """What is wrong with a sealed file, beside what the manifest says of it; None if nothing."""
    path = home / file.path
    try:
        if file.sha256 is None:
            return parquet_fault(path) or _shape_fault(path, file)
        if (digest := sha256_of(path)) != file.sha256:
            return f"its content has the hash {digest}, and the manifest says {file.sha256}"
        return _shape_fault(path, file)
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"it can't be read: {error}"


def sealed_faults(
    layout: Layout, groups: Iterable[Group], tables: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """What is wrong with the files of groups, each by its path from home and in words.

    Args:
        tables: those whose files are looked at; all where none is named.

    Raises:
        OSError: they can't be fetched.
    """
    for group in groups:
        files = [file for table, file in group.files.items() if not tables or table in tables]
        layout.files.fetch(layout.home / file.path for file in files)
        for file in files:
            if (fault := sealed_fault(layout.home, file)) is not None:
                yield file.path, fault


def check_sealed(layout: Layout, groups: Iterable[Group], tables: Collection[str] = ()) -> None:
    """See to it that the files of groups are what was sealed.

    Args:
        tables: those whose files are wanted; all where none is named.

    Raises:
        LakeDamaged: the first that is not.
        OSError: they can't be fetched.
    """
    for path, fault in sealed_faults(layout, groups, tables):
        raise LakeDamaged(path, f"is not what was sealed: {fault}", RESTORE)


def check_columns(layout: Layout, groups: Iterable[Group]) -> None:
    """See to it that whoever writes the rows of groups anew writes all there is of them.

    Raises:
        LakeTooNew: a file has a column that this version does not know.
        FileNotFoundError: a file is not there.
    """
    for group in groups:
        for table, file in group.files.items():
            for name in pq.read_schema(layout.home / file.path).names:
                check_field(file.path, table, name)


def check_field(where: str, table: str, name: str) -> None:
    """See to it that a column of a table is known; what is not known would be lost in writing.

    Raises:
        LakeTooNew: it is not.
    """
    if name not in _KNOWN.get(table, ()):
        what = f"there is {name!r} in {table}, which this Nightdesk doesn't know"
        raise LakeTooNew(where, what)


def _shape_fault(path: Path, file: SealedFile) -> str | None:
    found = pq.read_metadata(path)
    if found.num_rows != file.rows:
        return f"it has {found.num_rows:,} rows, and the manifest says {file.rows:,}"
    # A list's column has its items' name below its own; names at the root are the columns.
    columns = len(pq.read_schema(path).names)
    if columns != file.columns:
        return f"it has {columns} columns, and the manifest says {file.columns}"
    return None
