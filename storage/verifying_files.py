"""Reading files to their end, to see that they are whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from storage.documents import is_document_name
from storage.layout import Layout
from storage.manifest import Manifest, SealedFile
from storage.sweeping import half_written, orphans

SETTLING = timedelta(hours=1)
"""How old a file that nothing names must be to be left over: longer than any writing takes."""

BATCH = 10_000


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
    except (OSError, pa.ArrowException) as error:
        return f"it can't be read: {error}"
    return None


def sealed_fault(home: Path, file: SealedFile) -> str | None:
    """What is wrong with a sealed file, beside what the manifest says of it; None if nothing."""
    path = home / file.path
    try:
        fault = parquet_fault(path)
        if fault is not None:
            return fault
        found = pq.read_metadata(path)
    except FileNotFoundError:
        return "it is not there"
    if found.num_rows != file.rows:
        return f"it has {found.num_rows:,} rows, and the manifest says {file.rows:,}"
    # A list's column has its items' name below its own; names at the root are the columns.
    columns = len(pq.read_schema(path).names)
    if columns != file.columns:
        return f"it has {columns} columns, and the manifest says {file.columns}"
    return None


def document_fault(path: Path) -> tuple[str, str] | None:
    """What is wrong with a document, as a kind of finding and in words; None if nothing."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing document", "it is not there"
    except OSError as error:
        return "damaged document", f"it can't be read: {error}"
    if digest != path.name:
        return "damaged document", f"its content has the hash {digest}"
    return None


def old_documents(layout: Layout, before: datetime) -> Iterator[str]:
    """The names of the documents that were written before a moment."""
    for path, written in layout.files.below(layout.documents):
        if is_document_name(path.name) and written < before.timestamp():
            yield path.name


def left_files(layout: Layout, manifest: Manifest, before: datetime) -> Iterator[tuple[str, Path]]:
    """What writing left behind before a moment, each with its kind of finding."""
    for path, written in orphans(layout, manifest):
        if written < before.timestamp():
            yield "unnamed sealed file", path
    staged = layout.staging.iterdir() if layout.staging.is_dir() else ()
    for path in (*half_written(layout), *staged, *layout.live.glob("*/*.tmp")):
        if _is_older(path, before):
            yield "temporary file", path


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
