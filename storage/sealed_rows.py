"""Single jobs' rows out of sealed files: the row groups that hold them, and the columns wanted."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cachetools import LRUCache

from storage.layout import Layout
from storage.manifest import SealedFile

FOOTERS_KNOWN = 1024
"""Files whose footers are kept in memory: 0.1 MB each at most, of 100,000 segments."""

KEPT_BYTES = 128 * 2**20
"""Row groups that are kept in memory: 150,000 jobs with their notes and errors."""

KEPT = ("jobs", "notes", "errors")
"""Tables of which row groups are kept. Those of segments are too many, and would push out all
others; of them a read takes few columns."""


@dataclass(frozen=True, slots=True)
class _Footer:
    """What a file says of its row groups, in order.

    Attributes:
        firsts: the first job in each.
        lasts: the last.
    """

    metadata: pq.FileMetaData
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]

    def around(self, job_id: str) -> range:
        """The row groups that may have rows of a job."""
        return range(bisect_left(self.lasts, job_id), bisect_right(self.firsts, job_id))


class SealedRows:
    """Reads single jobs' rows; safe for threads.

    Files never change, so what is kept of them stays true. A question through DuckDB takes several
    times as long, most of it for planning.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._footers = lru_cache(FOOTERS_KNOWN)(_footer)
        self._kept: LRUCache[tuple[Any, ...], pa.Table] = LRUCache(
            KEPT_BYTES, getsizeof=lambda rows: rows.nbytes
        )
        self._lock = threading.Lock()

    def rows(
        self, table: str, file: SealedFile, job_id: str, columns: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """A job's rows in a file, in the file's order; none where it has none.

        Args:
            table: what the file holds.
            columns: those wanted, but for what a file of an older version lacks; None for all.

        Raises:
            FileNotFoundError: the file is gone.
            OSError: it can't be read.
            pyarrow.ArrowException: it is damaged.
        """
        if not file.rows:
            return []
        path = self._layout.home / file.path
        self._layout.files.fetch([path])
        groups = self._footers(path).around(job_id)
        found: list[dict[str, Any]] = []
        for group in groups:
            rows = self._group(table, path, group, None if columns is None else tuple(columns))
            found += _of(rows, job_id).to_pylist()
        return found

    def _group(
        self, table: str, path: Path, group: int, columns: tuple[str, ...] | None
    ) -> pa.Table:
        key = (path, group, columns)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None:
            return kept
        with pq.ParquetFile(path, metadata=self._footers(path).metadata) as opened:
            wanted = None if columns is None else ["job_id", *columns]
            rows = opened.read_row_group(group, columns=wanted, use_threads=False)
        if table in KEPT and rows.nbytes <= KEPT_BYTES:
            with self._lock:
                self._kept[key] = rows
        return rows


def _of(rows: pa.Table, job_id: str) -> pa.Table:
    """The rows of a job among rows that are sorted by job."""
    ids = rows["job_id"]
    first = pc.index(ids, job_id).as_py()
    if first < 0:
        return rows.slice(0, 0)
    count = pc.sum(pc.equal(ids, job_id)).as_py()
    return rows.slice(first, count)


def _footer(path: Path) -> _Footer:
    metadata = pq.read_metadata(path)
    at = metadata.schema.names.index("job_id")
    ranges = [
        metadata.row_group(number).column(at).statistics
        for number in range(metadata.num_row_groups)
    ]
    return _Footer(metadata, tuple(s.min for s in ranges), tuple(s.max for s in ranges))
