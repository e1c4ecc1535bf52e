"""Single jobs' rows out of sealed files: the row groups that hold them, and the columns wanted."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cachetools import LRUCache, cached

from storage.layout.layout import Layout
from storage.layout.manifest import SealedFile

FOOTERS_KNOWN = 1024
"""Files whose footers are kept in memory: 0.1 MB each at most, of 100,000 segments."""

KEPT_BYTES = 256 * 2**20
"""Row groups that are kept in memory: all that tells the status of five million segments."""

KEPT = ("jobs", "notes", "errors")
"""Tables of which row groups are kept; of segments they are where no text is wanted."""

TEXTS = {"segments": frozenset({"source", "translation", "findings"})}
"""Columns that make a row group too large to keep, by table."""


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


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of a row group, which are sorted by job, without the job's id.

    Attributes:
        job_ids: the jobs in it, in order.
        ends: where the rows of each end.
    """

    rows: pa.Table
    job_ids: tuple[str, ...]
    ends: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """What it takes in memory, about."""
        return int(self.rows.nbytes) + 200 * len(self.job_ids)

    def span_of(self, job_id: str) -> tuple[int, int]:
        """Where the rows of a job begin, and how many there are."""
        at = bisect_left(self.job_ids, job_id)
        if at == len(self.job_ids) or self.job_ids[at] != job_id:
            return 0, 0
        first = self.ends[at - 1] if at else 0
        return first, self.ends[at] - first


class SealedRows:
    """Reads single jobs' rows; safe for threads.

    Files never change, so what is kept of them stays true. A question through DuckDB takes several
    times as long, most of it for planning.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._footers = lru_cache(FOOTERS_KNOWN)(_footer)
        self._kept: LRUCache[tuple[Any, ...], _Group] = LRUCache(
            KEPT_BYTES, getsizeof=lambda group: group.nbytes
        )
        self._kept_group = cached(self._kept, lock=threading.Lock())(self._compact_group)

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
        long = TEXTS.get(table, frozenset())
        kept = _short(table, columns)
        is_kept = table in KEPT or (table in TEXTS and kept is not None)
        texts = [name for name in columns or () if name in long]
        found: list[dict[str, Any]] = []
        for number in self._footers(path).around(job_id):
            group = (self._kept_group if is_kept else self._group)(path, number, kept)
            first, count = group.span_of(job_id)
            if not count:
                continue
            rows = [{"job_id": job_id, **r} for r in group.rows.slice(first, count).to_pylist()]
            if texts:
                more = self._read(path, number, texts).slice(first, count).to_pylist()
                rows = [row | other for row, other in zip(rows, more, strict=True)]
            found += rows
        return found

    def warmed(
        self, table: str, file: SealedFile, columns: Sequence[str] | None = None
    ) -> Iterator[bool]:
        """Read a file's row groups to keep them, one a step; False once no more can be kept.

        Args:
            columns: those wanted of what can be kept; None for all.

        Raises:
            OSError: the file is gone, or can't be read.
            pyarrow.ArrowException: it is damaged.
        """
        if not file.rows:
            return
        path, kept = self._layout.home / file.path, _short(table, columns)
        for number in range(self._footers(path).metadata.num_row_groups):
            group = self._kept_group(path, number, kept)
            yield self._kept.currsize + 2 * group.nbytes < KEPT_BYTES

    def _compact_group(self, path: Path, number: int, columns: tuple[str, ...] | None) -> _Group:
        group = self._group(path, number, columns)
        return replace(group, rows=_compact(group.rows))

    def _group(self, path: Path, number: int, columns: tuple[str, ...] | None) -> _Group:
        wanted = None if columns is None else ["job_id", *columns]
        rows = self._read(path, number, wanted)
        runs = pc.run_end_encode(rows["job_id"].combine_chunks())
        job_ids, ends = runs.values.to_pylist(), runs.run_ends.to_pylist()
        return _Group(rows.drop_columns("job_id"), tuple(job_ids), tuple(ends))

    def _read(self, path: Path, number: int, columns: list[str] | None) -> pa.Table:
        metadata = self._footers(path).metadata
        with pq.ParquetFile(
            path, metadata=metadata, pre_buffer=False, page_checksum_verification=True
        ) as opened:
            return opened.read_row_group(number, columns=columns, use_threads=False)


def _short(table: str, columns: Sequence[str] | None) -> tuple[str, ...] | None:
    """The columns of which row groups can be kept."""
    if columns is None:
        return None
    return tuple(name for name in columns if name not in TEXTS.get(table, ()))


def _compact(rows: pa.Table) -> pa.Table:
    """The same values in half the memory: small numbers, and texts that recur."""
    return pa.table({name: _smaller(rows[name]) for name in rows.column_names})


def _smaller(column: pa.ChunkedArray) -> pa.ChunkedArray:
    smaller = column
    with suppress(pa.ArrowInvalid):  # a number that is too large for it
        if pa.types.is_int64(column.type):
            smaller = column.cast(pa.int32())
        elif pa.types.is_string(column.type):
            smaller = column.dictionary_encode()
    return smaller if smaller.nbytes < column.nbytes else column


def _footer(path: Path) -> _Footer:
    metadata = pq.read_metadata(path)
    at = metadata.schema.names.index("job_id")
    ranges = [
        metadata.row_group(number).column(at).statistics
        for number in range(metadata.num_row_groups)
    ]
    return _Footer(metadata, tuple(s.min for s in ranges), tuple(s.max for s in ranges))
