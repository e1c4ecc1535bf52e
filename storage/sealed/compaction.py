"""Compaction: the groups that a day's jobs were sealed in become parts, sorted by job.

A part's range holds no job of another part, so that a job is looked up in one file a table however
many nights it took to end its day, and the manifest need not list its jobs. The order is that of
sealing: new files, then the manifest, then the catalog; the files they replace are retired, and
go after a grace period. What is broken off is safe to repeat.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import duckdb
import pyarrow as pa

from domain.errors import LakeError
from storage.files.faults import told
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.layout.soundness import check_columns, check_sealed
from storage.readmodel.catalog import publish_catalog
from storage.readmodel.views import sealed_paths
from storage.sealed.sealed_files import remove_sealed, sorted_rows, write_sealed
from storage.tables.database import LEAN, statement
from storage.tables.literals import written
from storage.tables.tables import TABLES

PART_JOBS = 5_000
PART_SEGMENTS = 100_000
"""What a part holds at most: it bounds the memory that compaction takes, and what looking up a job
reads of a file's index. A job with more segments has a part of its own."""

SMALL = 0.5
"""How full a part may be, at most, to be merged with what comes later."""


class Span(NamedTuple):
    """The first and the last job of a part to be."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Compacted:
    """What compaction did.

    Attributes:
        days: those that changed.
        groups: how many of them there were before, parts included.
        parts: how many there are in their place.
    """

    days: int = 0
    groups: int = 0
    parts: int = 0

    def and_day(self, groups: int, parts: int) -> Compacted:
        """One more day."""
        return Compacted(self.days + 1, self.groups + groups, self.parts + parts)


@dataclass(frozen=True, slots=True)
class Compactor:
    """Compacts one lake.

    Attributes:
        part_jobs: jobs a part holds at most.
        part_segments: segments it holds at most.
    """

    layout: Layout
    manifests: ManifestFile
    part_jobs: int = PART_JOBS
    part_segments: int = PART_SEGMENTS

    def compact(self, now: datetime) -> Compacted:
        """Make parts of all groups that are none yet.

        Another compaction at the same time may do some of it instead.

        Args:
            now: the present time, with its zone.

        Raises:
            LakeDamaged: the manifest, or a file that is to be gathered, which stays.
            LakeTooNew: a newer Nightdesk has written one.
            LakeError: files can't be read or written, or hold something else than was sealed.
        """
        done = Compacted()
        try:
            with told("the lake can't be compacted", duckdb.Error, pa.ArrowException):
                for groups, left in due(self.manifests.read(), self.part_jobs):
                    check_sealed(self.layout, groups)
                    check_columns(self.layout, groups)
                    parts = list(self._written(groups, [part.min_job_id for part in left]))
                    if self._count(parts, groups, now):
                        done = done.and_day(len(groups), len(parts))
                    else:
                        for part in parts:
                            remove_sealed(self.layout, part)
        finally:
            if done.days:
                publish_catalog(self.layout)
        return done

    def _written(self, groups: Sequence[Group], breaks: Sequence[str]) -> Iterator[Group]:
        """The parts of a day's groups, their files durable, none of them counting yet."""
        day = groups[0].day
        config = {**LEAN, "memory_limit": "512MB", "temp_directory": str(self.layout.staging)}
        with duckdb.connect(config=config) as connection:
            rows = dict.fromkeys(TABLES, 0)
            for span in self._spans(connection, groups, breaks):
                within = [group for group in groups if group.reaches(span.first, span.last)]
                tables = {table: self._rows(connection, table, span, within) for table in TABLES}
                for table, found in tables.items():
                    rows[table] += found.num_rows
                yield replace(write_sealed(self.layout, day, tables), part=True)
        before = {t: sum(group.files[t].rows for group in groups) for t in TABLES}
        if rows != before:
            raise LakeError(f"the files of {day} hold {rows} rows, and {before} were sealed")

    def _spans(
        self, connection: duckdb.DuckDBPyConnection, groups: Sequence[Group], breaks: Sequence[str]
    ) -> list[Span]:
        files = self._files("jobs", groups)
        asked = written(statement("compaction/job_sizes"), {"files": files})
        sizes = connection.execute(asked).fetchall()
        return list(spans(sizes, self.part_jobs, self.part_segments, breaks))

    def _rows(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: str,
        span: Span,
        groups: Sequence[Group],
    ) -> pa.Table:
        wanted = {"first": span.first, "last": span.last, "files": self._files(table, groups)}
        return sorted_rows(connection, table, statement("compaction/rows"), wanted)

    def _files(self, table: str, groups: Iterable[Group]) -> list[str]:
        paths = [group.files[table].path for group in groups]
        self.layout.files.fetch(self.layout.home / path for path in paths)
        return sealed_paths(self.layout, table, paths)

    def _count(self, parts: Sequence[Group], groups: Sequence[Group], now: datetime) -> bool:
        """Let parts count for groups; False, and nothing done, if some of these count no more."""
        replaced = {group.group_id for group in groups}

        def counted(manifest: Manifest) -> Manifest | None:
            present = [group for group in manifest.groups if group.group_id in replaced]
            if len(present) < len(replaced):
                return None
            listed = [_listing(part, present) for part in parts]
            return manifest.with_parts(listed, replaced, now)

        return self.manifests.change(counted)


def due(manifest: Manifest, part_jobs: int) -> Iterator[tuple[list[Group], list[Group]]]:
    """The groups to make parts of, and the parts that stay, for each day that has any to make.

    Along with groups that are no part go the parts into whose range one of them reaches, and those
    that are small.

    Args:
        part_jobs: jobs a part holds at most.
    """
    ordered = sorted(manifest.groups, key=lambda group: group.day)
    for _, of_day in groupby(ordered, key=lambda group: group.day):
        groups = list(of_day)
        fresh = [group for group in groups if not group.part]
        if fresh:
            left = [g for g in groups if g.part and not _is_merged(g, fresh, part_jobs)]
            yield [group for group in groups if group not in left], left


def _is_merged(part: Group, fresh: Sequence[Group], part_jobs: int) -> bool:
    return part.files["jobs"].rows < SMALL * part_jobs or any(
        part.reaches(group.min_job_id, group.max_job_id) for group in fresh
    )


def spans(
    sizes: Iterable[tuple[str, int]], most_jobs: int, most_segments: int, breaks: Sequence[str]
) -> Iterator[Span]:
    """How jobs are cut into parts.

    Args:
        sizes: the ids of jobs, in order, and their segments.
        most_jobs: jobs of a part at most.
        most_segments: segments of a part at most, unless a job has more.
        breaks: the first jobs of other parts, in order; no span goes on past one.
    """
    first = last = ""
    jobs = held = 0
    for job_id, segments in sizes:
        is_full = jobs == most_jobs or held + segments > most_segments
        if jobs and (is_full or bisect(breaks, last) != bisect(breaks, job_id)):
            yield Span(first, last)
            jobs = held = 0
        first = first if jobs else job_id
        last = job_id
        jobs += 1
        held += segments
    if jobs:
        yield Span(first, last)


def _listing(part: Group, groups: Sequence[Group]) -> Group:
    """The part with those of its jobs whose live folders may be there."""
    left = sorted(
        job_id
        for group in groups
        if not group.swept
        for job_id in group.job_ids
        if part.reaches(job_id, job_id)
    )
    return replace(part, job_ids=tuple(left), swept=not left)
