"""The rows of live jobs that count, as records, out of the files of their folders."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from cachetools import LRUCache, cached

from storage.live_sums import checked
from storage.rows import decoded
from storage.soundness import check_field
from storage.tables import TABLES

_ROW_BYTES = 700
"""What a row takes in memory beside its texts, about."""


class FileGone(Exception):
    """A file is no longer where its folder's listing had it: its rows are in another by now."""


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
        kept: LRUCache[Any, tuple[LiveRecord, ...]] = LRUCache(kept_bytes, getsizeof=_size)
        self._rows = cached(kept, lock=threading.Lock())(_read)

    def newest(self, paths: Iterable[str]) -> list[LiveRecord]:
        """Of each job, table and key the newest row, oldest first.

        Args:
            paths: all files of some jobs that count.

        Raises:
            FileGone: one is not there any more.
            OSError: one can't be read.
            LakeTooNew: a newer Nightdesk has written one.
            pyarrow.ArrowException: one is damaged.
        NotAsWritten: the same, by its checksum.
        """
        found: dict[tuple[str, str, str], LiveRecord] = {}
        for path in paths:
            for row in self._rows(path):
                place = (row.job_id, row.kind, row.key)
                before = found.get(place)
                if before is None or before.seq < row.seq:
                    found[place] = row
        return sorted(found.values(), key=lambda row: row.seq)


def _read(path: str) -> tuple[LiveRecord, ...]:
    try:
        content = checked(path)
    except FileNotFoundError as error:
        raise FileGone(path) from error
    with pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as opened:
        columns = opened.read(use_threads=False).to_pydict()
    return tuple(
        LiveRecord(job_id, kind, key, seq, _decoded(path, kind, json.loads(body)))
        for job_id, kind, key, seq, body in zip(
            *(columns[name] for name in ("job_id", "kind", "key", "seq", "body")), strict=True
        )
    )


def _decoded(path: str, kind: str, values: dict[str, Any]) -> Any:
    if not values.keys() <= TABLES.get(kind, {}).keys():
        # Written anew, as this version knows it, the row would lose something.
        place = "/".join(Path(path).parts[-3:])
        unknown = min(values.keys() - TABLES.get(kind, {}).keys())
        check_field(place, kind, unknown)
    return decoded(kind, values)


def _size(rows: tuple[LiveRecord, ...]) -> int:
    texts = sum(
        len(row.record.source) + len(row.record.translation or "")
        for row in rows
        if row.kind == "segments"
    )
    return texts + _ROW_BYTES * len(rows) + 1
