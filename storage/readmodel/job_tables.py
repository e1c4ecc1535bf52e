"""The jobs of a lake, and its nights, as tables of a DuckDB in memory, kept as the lake changes.

Sealed files never change, so each is read once; of live folders those are read anew that have
another file than before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from storage.control.leases import Leases
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.layout.night_names import night_files
from storage.readmodel.live_jobs import LiveJobs, jobs_of
from storage.readmodel.views import no_nights, sealed_paths
from storage.tables.database import (
    LEAN,
    arrow_table,
    insert,
    literal_paths,
    statement,
    transaction,
)
from storage.tables.schemas import read_parquet

_SEALED = jobs_of(
    "read_parquet($jobs, union_by_name = true)", "read_parquet($calls, union_by_name = true)"
)


@dataclass(eq=False)
class JobTables:
    """What lists are asked of: `listed`, `night_jobs` and `lake.nights`. Many threads may ask.

    Attributes:
        connection: to ask over; by a cursor, of each thread its own.
    """

    layout: Layout
    manifests: ManifestFile
    leases: Leases
    clock: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._version: int | None = None
        self._files: dict[str, str] = {}
        self._nights: set[Path] = set()
        self._live = LiveJobs(self.layout, self.leases, self.clock)
        self.connection = duckdb.connect(config={**LEAN, "memory_limit": "1GB"})
        create = statement("index/sealed").format(rows=f"({_SEALED})")
        self.connection.execute(create, self._sources())
        for name in ("live", "listed"):
            self.connection.execute(statement(f"index/{name}"))
        self._create_nights()

    def close(self) -> None:
        """Let go of memory and files."""
        self.connection.close()

    def _create_nights(self) -> None:
        """The views of nights, over the jobs that are listed."""
        nothing = literal_paths([str(no_nights(self.layout))])
        self.connection.execute(statement("index/nights"), {"files": nothing})
        self.connection.execute("CREATE SCHEMA lake")
        self.connection.execute("CREATE VIEW lake.jobs AS FROM listed")
        for name in ("newest_nights", "asked_of_jobs"):
            self.connection.execute(statement(f"index/{name}"))
        for name, source in (("lake.asked", "lake/asked"), ("night_jobs", "views/night_jobs")):
            self.connection.execute(f"CREATE VIEW {name} AS {statement(source)}")

    def _sources(self, jobs: str | None = None, calls: str | None = None) -> dict[str, list[str]]:
        """The files that a group's jobs are read from; those of older versions lack columns."""
        return {
            table: sealed_paths(self.layout, table, () if path is None else (path,))
            for table, path in (("jobs", jobs), ("calls", calls))
        }

    def renew(self) -> None:
        """Take in what changed since the last time, all at once for who asks meanwhile.

        Raises:
            LakeError: files can't be read.
            OSError: the same.
        """
        manifest = self.manifests.read()
        files = _sealed_files(manifest)
        nights = set(night_files(self.layout))
        with self.connection.cursor() as cursor, transaction(cursor):
            if manifest.version != self._version:
                self._take_sealed(cursor, files, self._files.keys() - files.keys())
            self._take_nights(cursor, sorted(nights - self._nights))
            self._take_live(cursor, manifest)
        # Only what was taken in as a whole counts as known.
        self._files, self._version, self._nights = files, manifest.version, nights

    def _take_sealed(
        self, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, str], gone: Collection[str]
    ) -> None:
        new = sorted(files.keys() - self._files.keys())
        if gone:
            cursor.execute("DELETE FROM sealed WHERE list_contains($gone, file)", {"gone": [*gone]})
        wanted = [self.layout.home / one for path in new for one in (path, files[path])]
        self.layout.files.fetch(wanted)
        for path in new:
            cursor.execute(
                f"INSERT INTO sealed BY NAME SELECT *, $path AS file FROM ({_SEALED})",  # noqa: S608 - our own
                {"path": path, **self._sources(path, files[path])},
            )

    def _take_live(self, cursor: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
        gone, rows = self._live.changed(manifest.replaced)
        if not gone and not rows:
            return
        changed = [*gone, *(row["job_id"] for row in rows)]
        cursor.execute("DELETE FROM live WHERE list_contains($ids, job_id)", {"ids": changed})
        if rows:
            shape = arrow_table(cursor, "FROM live LIMIT 0").schema
            insert(cursor, "live", pa.Table.from_pylist(rows, schema=shape))

    def _take_nights(self, cursor: duckdb.DuckDBPyConnection, new: Sequence[Path]) -> None:
        """Read what nights were entered, and see which of them have not ended and live no more."""
        self.layout.files.fetch(new)
        rows = []
        for path in new:
            # Of one that is damaged, its jobs and calls are told all the same.
            with suppress(pa.ArrowException):
                rows.append(read_parquet(path))
        if rows:
            insert(cursor, "night_rows", pa.concat_tables(rows, promote_options="default"))
        cursor.execute("SELECT batch_id FROM lake.nights WHERE ended_as IS NULL")
        under_way = [name for (name,) in cursor.fetchall()]
        living = self.leases.living(under_way, self.clock())
        dead = [name for name in under_way if name not in living]
        if dead:
            cursor.execute(
                "UPDATE night_rows SET dead = TRUE WHERE list_contains($dead, batch_id)",
                {"dead": dead},
            )


def _sealed_files(manifest: Manifest) -> dict[str, str]:
    """The files of jobs, each with that of their calls."""
    groups = (group.files for group in manifest.groups if group.files["jobs"].rows)
    return {files["jobs"].path: files["calls"].path for files in groups}
