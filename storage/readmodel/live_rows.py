"""The rows of live jobs that count, as records, out of the files of their folders."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from cachetools import LRUCache, cached

from storage.layout.soundness import check_field
from storage.live.file_sums import opened
from storage.live.listing import FileGone
from storage.live.live_bytes import SCHEMA
from storage.live.live_chain import missing
from storage.tables.rows import decoded
from storage.tables.tables import TABLES

_ROW_BYTES = 700
"""What a row takes in memory beside its texts, about."""


class LiveRecord(NamedTuple):
    """A record, whose it is, and its place among all that its job's runs wrote."""

    job_id: str
    kind: str
    key: str
    seq: int
    record: Any


class LiveRows:
    """Reads live files; safe for threads.

    They never change, so what is kept of them stays true; a reader who comes again reads only what
    was written since. A question through DuckDB takes several times as long, most of it for
    planning.

    Args:
        kept_bytes: of records that are kept in memory, about; 0 keeps none.
    """

    def __init__(self, kept_bytes: int) -> None:
        kept: LRUCache[Any, _Content] = LRUCache(kept_bytes, getsizeof=_size)
        self._content = cached(kept, lock=threading.Lock())(_read)

    def newest(self, paths: Sequence[str], *, are_all: bool = True) -> list[LiveRecord]:
        """Of each job, table and key the newest row, oldest first.

        Args:
            paths: files of some jobs that count.
            are_all: whether they are all of theirs; then none may be missing among them.

        Raises:
            FileGone: one is not there any more, or another names it as the one before it.
            OSError: one can't be read.
            LakeTooNew: a newer Nightdesk has written one.
            pyarrow.ArrowException: one is damaged.
            NotAsWritten: the same, by its checksum.
        """
        found: dict[tuple[str, str, str], LiveRecord] = {}
        contents = [self._content(path) for path in paths]
        befores = (content.before for content in contents)
        if are_all and (gone := missing(zip(paths, befores, strict=True))) is not None:
            raise FileGone(gone)
        for content in contents:
            for row in content.rows:
                place = (row.job_id, row.kind, row.key)
                before = found.get(place)
                if before is None or before.seq < row.seq:
                    found[place] = row
        return sorted(found.values(), key=lambda row: row.seq)


class _Content(NamedTuple):
    """What is in a file: the name of the one before it, and its rows."""

    before: str
    rows: tuple[LiveRecord, ...]


def _read(path: str) -> _Content:
    try:
        content, told = opened(path)
    except FileNotFoundError as error:
        raise FileGone(path) from error
    with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as file:
        columns = file.read(use_threads=False).to_pydict()
    rows = tuple(
        LiveRecord(job_id, kind, key, seq, _decoded(path, kind, json.loads(body)))
        for job_id, kind, key, seq, body in zip(*(columns[n] for n in SCHEMA.names), strict=True)
    )
    return _Content(told.before, rows)


def _decoded(path: str, kind: str, values: dict[str, Any]) -> Any:
    if not values.keys() <= TABLES.get(kind, {}).keys():
        # Written anew, as this version knows it, the row would lose something.
        place = "/".join(Path(path).parts[-3:])
        unknown = min(values.keys() - TABLES.get(kind, {}).keys())
        check_field(place, kind, unknown)
    return decoded(kind, values)


def _size(content: _Content) -> int:
    rows = content.rows
    texts = sum(
        len(row.record.source) + len(row.record.translation or "")
        for row in rows
        if row.kind == "segments"
    )
    return texts + _ROW_BYTES * len(rows) + 1
