"""Reading one job, wherever its rows lie, while others commit, fold, seal and sweep.

The order makes it sound: the manifest first; a job that is sealed is read from its sealed files,
any other from its live folder. A live folder goes long after the manifest says it is replaced. A
reader that loses a race all the same finds a file missing and begins again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domain.errors import LakeError
from domain.job.job import Job
from domain.usage import TokenUsage
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.live.listing import FileGone
from storage.readmodel.diagnosis import diagnosed, unreadable
from storage.readmodel.sealed_jobs import SealedJobs
from storage.readmodel.sealed_once import Rows, SealedOnce
from storage.tables.database import Database, literal_paths, retried
from storage.tables.records import EVERYTHING, Columns, JobRecord
from storage.tables.rows import decoded, records
from storage.tables.tables import TABLES

if TYPE_CHECKING:
    from storage.readmodel.live_rows import LiveRows


class _Anothers(Exception):
    """The job is not the owner's whose it has to be."""


class Reading:
    """Reads jobs of one lake; safe for threads.

    Args:
        live_bytes: what is kept in memory of live jobs, for readers who come again, about.
        once: whether one job is looked for, by a process that ends then: what answers soonest
            takes long to import.
    """

    def __init__(
        self,
        layout: Layout,
        manifest: ManifestFile,
        database: Database,
        live_bytes: int = 0,
        *,
        once: bool = False,
    ) -> None:
        self._layout = layout
        self._manifest = manifest
        self._groups = SealedJobs(layout, manifest)
        self._rows: Rows = SealedOnce(layout, database) if once else _sealed_rows(layout)
        self._live_bytes = live_bytes
        self._database = database

    @cached_property
    def _live_rows(self) -> LiveRows:
        from storage.readmodel.live_rows import LiveRows

        return LiveRows(self._live_bytes)

    def record(
        self,
        job_id: str,
        columns: Mapping[str, Columns] = EVERYTHING,
        owner: str | None = None,
    ) -> JobRecord | None:
        """One job as last committed; None where there is none, or the id can't be one.

        Args:
            columns: what is wanted of a sealed job, by table; the rows of other tables are not
                read, and a field whose column is not wanted is None or its default.
            owner: whose job it has to be, anybody's where None; another's is None after as
                little reading as one that is not there, however large it is.

        Raises:
            LakeError: its files can't be read.
        """
        if not is_job_id(job_id):
            return None

        def look() -> JobRecord | None:
            try:
                return self._looked_up(job_id, columns, owner)
            except _Anothers:
                return None
            except FileGone:
                raise
            except FileNotFoundError:
                if self._groups.group_of(job_id) is None:
                    return None
                raise

        try:
            return retried(look)
        except unreadable() as error:
            raise self._fault(job_id, columns, error) from error

    def _looked_up(
        self, job_id: str, columns: Mapping[str, Columns], owner: str | None
    ) -> JobRecord:
        group = self._groups.likely(job_id)
        try:
            sealed = group and self._sealed(group, job_id, columns, owner)
        except unreadable():
            # A damaged file may be of the group in whose range a live job lies by its id alone.
            if not self._is_live(job_id):
                raise
            sealed = None
        return sealed or self._live_one(job_id, owner)

    def _is_live(self, job_id: str) -> bool:
        replaced = self._manifest.read().replaced
        return job_id not in replaced and bool(self._layout.folders.present([job_id]))

    def _fault(self, job_id: str, columns: Iterable[str], error: Exception) -> LakeError:
        """The error for a job that can't be read: it names the file at fault."""
        live = (one for one in [job_id] if self._is_live(one))
        sealed = (group for one in [job_id] if (group := self._groups.likely(one)))
        return diagnosed(self._layout, error, live, sealed, list(columns))

    def warmed(self, columns: Mapping[str, Columns]) -> Iterator[None]:
        """Read what can be kept of sealed jobs, the newest first, until no more can be kept.

        It goes in steps of a few milliseconds, so that whoever asks meanwhile need not wait. Of a
        lake that is elsewhere nothing is read: its files would all have to be fetched.
        """
        if self._layout.files.is_far:
            return
        for group in reversed(self._manifest.read().groups):
            for table, wanted in columns.items():
                try:
                    for has_room in self._rows.warmed(table, group.files[table], wanted):
                        yield
                        if not has_room:
                            return
                except unreadable():
                    continue  # gone or damaged: whoever asks for it is told

    def records(self, job_ids: Sequence[str]) -> dict[str, JobRecord]:
        """Some jobs as last committed, by id, those that are not sealed at once.

        Raises:
            LakeError: files can't be read.
        """
        found: dict[str, JobRecord] = {}
        try:
            unsealed = self._groups.unsealed(job_ids)
            found = self._live(unsealed, self._layout.folders.paths(unsealed))
        except unreadable():
            found = {}  # each is looked for by itself
        singly = {i: self.record(i) for i in job_ids if i not in found}
        return found | {i: record for i, record in singly.items() if record is not None}

    def live_jobs(self, job_ids: Sequence[str] | None = None) -> list[Job]:
        """The rows of jobs that are not sealed, as last committed, in order of submission.

        Args:
            job_ids: of which; all of them by default.

        Raises:
            LakeError: their files can't be read.
        """

        def wanted() -> Iterator[str]:
            yield from self.live_ids() if job_ids is None else job_ids

        try:
            return retried(lambda: self._live_jobs(self._manifest.read(), job_ids))
        except unreadable() as error:
            raise diagnosed(self._layout, error, wanted(), ()) from error

    def live_ids(self) -> list[str]:
        """The ids of all jobs that are not sealed, in order of submission.

        Raises:
            OSError: they can't be listed.
        """
        return self._layout.live_ids(self._manifest.read().replaced)

    def _sealed(
        self, group: Group, job_id: str, columns: Mapping[str, Columns], owner: str | None
    ) -> JobRecord | None:
        found: dict[str, tuple[Any, ...]] = dict.fromkeys(TABLES, ())
        for table in columns:
            rows = self._rows.rows(table, group.files[table], job_id, columns[table])
            if table == "jobs" and not rows:
                return None
            found[table] = records(table, rows)
            if table == "jobs" and owner not in (None, found[table][0].owner):
                raise _Anothers
        return _record(found)

    def _live_one(self, job_id: str, owner: str | None) -> JobRecord:
        files = self._layout.folders.paths([job_id])
        if owner is not None:
            # The oldest file is the one with which the job was entered: one row, of the job.
            for row in self._live_rows.newest(files[:1]):
                if row.kind == "jobs" and row.record.owner != owner:
                    raise _Anothers
        return self._live([job_id], files)[job_id]

    def _live(self, job_ids: Sequence[str], files: Sequence[str]) -> dict[str, JobRecord]:
        found: dict[str, dict[str, list[Any]]] = {i: {t: [] for t in TABLES} for i in job_ids}
        for row in self._live_rows.newest(files):
            found[row.job_id][row.kind].append(row.record)
        return {job_id: _live_record(tables) for job_id, tables in found.items()}

    def _live_jobs(self, manifest: Manifest, wanted: Sequence[str] | None) -> list[Job]:
        job_ids = self._layout.live_ids(manifest.replaced)
        if wanted is not None:
            job_ids = sorted(set(job_ids).intersection(wanted))
        if not job_ids:
            return []
        files = literal_paths(self._layout.folders.paths(job_ids))
        rows = self._database.ask("live_jobs", files=files)
        return [decoded("jobs", json.loads(row["body"])) for row in rows]


def _sealed_rows(layout: Layout) -> Rows:
    from storage.readmodel.sealed_rows import SealedRows

    return SealedRows(layout)


def _record(found: dict[str, tuple[Any, ...]]) -> JobRecord:
    job, *_ = found.pop("jobs")
    return JobRecord(job, **found)


def _live_record(found: dict[str, list[Any]]) -> JobRecord:
    found["segments"].sort(key=lambda segment: segment.segment_id)
    found["notes"] = [note for note in found["notes"] if not note.retracted]
    return _summed(_record({table: tuple(rows) for table, rows in found.items()}))


def _summed(record: JobRecord) -> JobRecord:
    """The record with its job's tokens and cost as its calls give them.

    A job that a rehearsal took up says so itself; one of an earlier version, by its calls.
    """
    calls = record.calls
    job = replace(
        record.job,
        usage=sum((call.usage for call in calls), TokenUsage()),
        cost_eur=sum((call.cost_eur for call in calls), Decimal(0)),
        simulated=record.job.simulated or any(call.simulated for call in calls),
    )
    return replace(record, job=job)
