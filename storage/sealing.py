"""Sealing: the live files of jobs that ended become one sorted, typed file a table.

Sealed files first, then the manifest, then the catalog; live folders go after a grace period
longer than the longest query. A seal that is broken off is safe to repeat: until the manifest
names them, its files don't count, and sweeping takes them away.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import uuid_utils

from domain.errors import LakeError
from domain.job import JobStatus
from storage.catalog import catalog_version, write_catalog
from storage.control import Control
from storage.database import LEAN
from storage.durable import TEMPORARY, sync_folder, write_file
from storage.layout import Layout
from storage.leases import Leases
from storage.manifest import Group, ManifestFile, SealedFile
from storage.reading import Reading
from storage.tables import ROW_GROUP, SORTED_BY, TABLES, sealed_columns, sealed_schema
from storage.views import create_live_views, gather_live

DICTIONARY = ["job_id", "owner", "batch_id", "status", "stage", "task", "engine", "model"]
"""Columns with few values in many rows; for others a dictionary is one more page to read."""

JOBS_A_GROUP = 250
"""Jobs sealed together at most; it bounds the memory a seal takes."""


class Sealer:
    """Seals and sweeps one lake."""

    def __init__(
        self,
        layout: Layout,
        manifests: ManifestFile,
        control: Control,
        leases: Leases,
        reading: Reading,
    ) -> None:
        self._layout = layout
        self._manifests = manifests
        self._control = control
        self._leases = leases
        self._reading = reading

    def seal(self, job_ids: Iterable[str]) -> None:
        """Seal jobs that ended. Those that are sealed already are left as they are.

        Raises:
            LakeError: a job has not ended, or files can't be read or written.
        """
        wanted = sorted(set(job_ids))
        changed = False
        try:
            for at in range(0, len(wanted), JOBS_A_GROUP):
                changed |= self._seal_together(wanted[at : at + JOBS_A_GROUP])
        except (OSError, duckdb.Error, pa.ArrowException) as error:
            raise LakeError(f"jobs can't be sealed: {error}") from error
        if changed:
            write_catalog(self._layout.home)

    def _seal_together(self, wanted: Sequence[str]) -> bool:
        changed = False
        while job_ids := self._unsealed(wanted):
            tables = self._all_there_will_be(job_ids)
            groups = [
                self._write_group(day, ids, tables) for day, ids in _by_day(tables["jobs"]).items()
            ]
            if self._count(groups):
                changed = True
            else:
                for file in (file for group in groups for file in group.files.values()):
                    (self._layout.home / file.path).unlink()
        return changed

    def _unsealed(self, wanted: Iterable[str]) -> list[str]:
        manifest = self._manifests.read()
        return [
            job_id
            for job_id in wanted
            if manifest.group_of(job_id) is None and self._layout.job(job_id).is_dir()
        ]

    def _all_there_will_be(self, job_ids: Sequence[str]) -> dict[str, pa.Table]:
        """The rows of jobs that ended, by table, once nobody can write them any more."""
        files = self._reading.files(job_ids)
        while True:
            tables = self._tables(files)
            self._leases.withdraw(job_ids)
            before, files = files, self._reading.files(job_ids)
            if files == before:
                return tables

    def _tables(self, files: list[str]) -> dict[str, pa.Table]:
        """The rows of live files by table, sorted.

        Raises:
            LakeError: a job has not ended.
        """
        with duckdb.connect(config=LEAN) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            create_live_views(connection, self._layout)
            gather_live(connection, self._layout, files, TABLES)
            tables = {
                table: _sorted(connection, table).cast(sealed_schema(table)) for table in TABLES
            }
        ended = {status.value for status in JobStatus if status.is_terminal}
        for row in tables["jobs"].select(["job_id", "status"]).to_pylist():
            if row["status"] not in ended:
                raise LakeError(f"job {row['job_id']} is {row['status']} and can't be sealed")
        return tables

    def _write_group(self, day: str, job_ids: list[str], tables: dict[str, pa.Table]) -> Group:
        folder = self._layout.sealed / day
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)
        group_id = str(uuid_utils.uuid7())
        wanted = pa.array(job_ids, pa.string())
        files = {}
        for table, rows in tables.items():
            path = folder / f"{table}-{group_id}.parquet"
            own = rows.filter(pa.compute.is_in(rows["job_id"], wanted))
            write_file(path, _sealed_bytes(table, own))
            files[table] = SealedFile(
                path.relative_to(self._layout.home).as_posix(),
                own.num_rows,
                len(sealed_columns(table)),
            )
        return Group(group_id, day, job_ids[0], job_ids[-1], tuple(job_ids), False, files)

    def _count(self, groups: Sequence[Group]) -> bool:
        """Let groups count; False, and nothing done, if another sealer has sealed any of it."""
        with self._control.exclusive():
            manifest = self._manifests.read()
            for group in groups:
                if any(manifest.group_of(job_id) is not None for job_id in group.job_ids):
                    return False
                manifest = manifest.with_group(group)
            self._manifests.publish(manifest)
        return True

    def sweep(self, grace: timedelta, now: datetime) -> None:
        """Take away what is replaced or was left behind, if it is older than a grace period.

        Live folders of jobs that were sealed, sealed files that no manifest names, and what
        broken-off work left in the staging folder.

        Raises:
            LakeError: the manifest is damaged, or files can't be removed.
        """
        before = (now - grace).timestamp()
        try:
            if catalog_version(self._layout) != self._manifests.read().version:
                # Whoever opens the catalog must first be able to see where the jobs went.
                write_catalog(self._layout.home)
            else:
                self._sweep_live(before)
            self._sweep_orphans(before)
        except OSError as error:
            raise LakeError(f"the lake can't be swept: {error}") from error

    def _sweep_live(self, before: float) -> None:
        old = [
            group
            for group in self._manifests.read().groups
            if not group.swept and self._written(group) < before
        ]
        for group in old:
            for job_id in group.job_ids:
                self._remove(self._layout.job(job_id))
            self._leases.forget(group.job_ids)
        if old:
            with self._control.exclusive():
                manifest = self._manifests.read()
                self._manifests.publish(manifest.with_swept(group.group_id for group in old))
            write_catalog(self._layout.home)

    def _written(self, group: Group) -> float:
        return (self._layout.home / group.files["jobs"].path).stat().st_mtime

    def _remove(self, folder: Path) -> None:
        # Moved away at once, so that nobody who lists finds half of it.
        aside = self._layout.staging / f"{folder.name}.{uuid_utils.uuid7()}{TEMPORARY}"
        try:
            folder.rename(aside)
        except FileNotFoundError:
            return
        shutil.rmtree(aside)

    def _sweep_orphans(self, before: float) -> None:
        manifest = self._manifests.read()
        counting = {self._layout.home / path for t in TABLES for path in manifest.paths(t)}
        for path in self._layout.sealed.glob("[0-9]*/*"):
            if path not in counting and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        for path in self._layout.staging.iterdir():
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
        for path in (
            *self._layout.home.glob(f"*{TEMPORARY}"),
            *self._layout.documents.glob(f"*/*{TEMPORARY}"),
        ):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


def _sorted(connection: duckdb.DuckDBPyConnection, table: str) -> pa.Table:
    columns = ", ".join(sealed_columns(table))
    order = ", ".join(SORTED_BY[table])
    return connection.execute(
        f"SELECT {columns} FROM lake.live_{table} ORDER BY {order}"  # noqa: S608 - our own names
    ).to_arrow_table()


def _sealed_bytes(table: str, rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(
        rows,
        sink,
        compression="zstd",
        use_dictionary=DICTIONARY,
        row_group_size=ROW_GROUP[table],
    )
    return bytes(sink.getvalue())


def _by_day(jobs: pa.Table) -> dict[str, list[str]]:
    """The ids of jobs by the day they were submitted."""
    days: dict[str, list[str]] = {}
    for row in jobs.select(["job_id", "created_at"]).to_pylist():
        day = row["created_at"].astimezone(UTC).date().isoformat()
        days.setdefault(day, []).append(row["job_id"])
    return days
