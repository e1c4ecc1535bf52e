"""Sealing: the live files of jobs that ended become one sorted, typed file a table.

Sealed files first, then the manifest, then the catalog; live folders go after a grace period
longer than the longest query. A seal that is broken off is safe to repeat: until the manifest
names them, its files don't count, and sweeping takes them away.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC

import duckdb
import pyarrow as pa

from domain.errors import LakeError
from domain.job.job import JobStatus
from storage.control.leases import Leases
from storage.files.faults import is_of_home
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.layout.soundness import check_field
from storage.live.file_sums import opened
from storage.live.live_chain import missing
from storage.readmodel.catalog import publish_catalog
from storage.readmodel.diagnosis import live_damage
from storage.readmodel.sealed_jobs import SealedJobs
from storage.readmodel.views import create_live_views, gather_live
from storage.sealed.sealed_files import remove_sealed, sorted_rows, write_sealed
from storage.tables.database import LEAN, statement
from storage.tables.tables import TABLES

JOBS_A_GROUP = 250
"""Jobs sealed together at most; it bounds the memory a seal takes."""

_log = logging.getLogger("nightdesk.lake")


class Sealer:
    """Seals jobs of one lake."""

    def __init__(self, layout: Layout, manifests: ManifestFile, leases: Leases) -> None:
        self._layout = layout
        self._manifests = manifests
        self._sealed = SealedJobs(layout, manifests)
        self._leases = leases

    def seal(self, job_ids: Iterable[str]) -> None:
        """Seal jobs that ended. Those that are sealed already are left as they are.

        Raises:
            LakeTooNew: a newer Nightdesk has written a job.
            LakeError: a job has not ended, or files can't be read or written.
        """
        wanted = sorted(set(job_ids))
        changed = False
        try:
            for at in range(0, len(wanted), JOBS_A_GROUP):
                changed |= self._seal_together(wanted[at : at + JOBS_A_GROUP])
        except (OSError, duckdb.Error, pa.ArrowException) as error:
            unexplained = LakeError(f"jobs can't be sealed: {error}")
            suspects = () if is_of_home(error) else wanted
            raise next(live_damage(self._layout, suspects), unexplained) from error
        if changed:
            self._show()

    def _show(self) -> None:
        """Have the catalog show what was sealed; the jobs are sealed whether it can or not.

        Until it does, no live folder that it shows is swept, and each sweep tries again.
        """
        try:
            publish_catalog(self._layout)
        except LakeError as error:
            if is_of_home(error):
                raise
            _log.error("the catalog does not show what was sealed: %s", error)

    def _seal_together(self, wanted: Sequence[str]) -> bool:
        changed = False
        while job_ids := self._layout.folders.present(self._sealed.unsealed(wanted)):
            tables = self._all_there_will_be(job_ids)
            groups = [
                write_sealed(self._layout, day, _of(ids, tables))
                for day, ids in _by_day(tables["jobs"]).items()
            ]
            if self._count(groups):
                changed = True
            else:
                for group in groups:
                    remove_sealed(self._layout, group)
        return changed

    def _all_there_will_be(self, job_ids: Sequence[str]) -> dict[str, pa.Table]:
        """The rows of jobs that ended, by table, once nobody can write them any more."""
        files = self._layout.folders.paths(job_ids)
        while True:
            tables = self._tables(files)
            self._leases.withdraw(job_ids)
            before, files = files, self._layout.folders.paths(job_ids)
            if files == before:
                return tables

    def _tables(self, files: list[str]) -> dict[str, pa.Table]:
        """The rows of live files by table, sorted.

        Raises:
            LakeError: a job has not ended.
        """
        # What flipped in one of them, or is gone, must not become what was sealed.
        if (gone := missing((path, opened(path)[1].before) for path in files)) is not None:
            raise FileNotFoundError(errno.ENOENT, "another live file was written after it", gone)
        with duckdb.connect(config=LEAN) as connection:
            create_live_views(connection, self._layout)
            gather_live(connection, self._layout, files, TABLES)
            for table, field in connection.execute(statement("lake/fields")).fetchall():
                check_field("live rows", table, field)
            tables = {t: sorted_rows(connection, t, f"FROM lake.live_{t}") for t in TABLES}
        ended = {status.value for status in JobStatus if status.is_terminal}
        for row in tables["jobs"].select(["job_id", "status"]).to_pylist():
            if row["status"] not in ended:
                raise LakeError(f"job {row['job_id']} is {row['status']} and can't be sealed")
        return tables

    def _count(self, groups: Sequence[Group]) -> bool:
        """Let groups count; False, and nothing done, if another sealer has sealed any of it."""

        def counted(manifest: Manifest) -> Manifest | None:
            for group in groups:
                if any(self._sealed.group_in(manifest, job_id) for job_id in group.job_ids):
                    return None
                manifest = manifest.with_group(group)
            return manifest

        return self._manifests.change(counted)


def _of(job_ids: Sequence[str], tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The rows of some jobs."""
    wanted = pa.array(job_ids, pa.string())
    return {t: rows.filter(pa.compute.is_in(rows["job_id"], wanted)) for t, rows in tables.items()}


def _by_day(jobs: pa.Table) -> dict[str, list[str]]:
    """The ids of jobs by the day they were submitted."""
    days: dict[str, list[str]] = {}
    for row in jobs.select(["job_id", "created_at"]).to_pylist():
        day = row["created_at"].astimezone(UTC).date().isoformat()
        days.setdefault(day, []).append(row["job_id"])
    return days
