"""The lake: every change to a job goes through here, and is durable when it returns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack

from domain.cost.call import Call
from domain.errors import JobNotFound, LeaseLost
from domain.job.job import Job
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment
from storage.control.leases import Leases
from storage.files.faults import told
from storage.files.home import Home
from storage.files.io_executor import Disk
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.live.commits import JobWriter
from storage.live.file_sums import signed
from storage.live.folding import FOLD_AT
from storage.live.listing import LiveFile
from storage.live.live_bytes import live_bytes
from storage.live.live_chain import GONE
from storage.readmodel.catalog import publish_catalog
from storage.readmodel.diagnosis import live_file_damaged
from storage.readmodel.reading import Reading
from storage.readmodel.sealed_jobs import SealedJobs
from storage.readmodel.views import put_sentinels
from storage.sealed.compaction import Compacted, Compactor
from storage.sealed.sealing import Sealer
from storage.sealed.steps import carry_over
from storage.sealed.sweeping import Sweeper
from storage.tables.database import Database
from storage.tables.records import JobRecord
from storage.tables.rows import LiveRow, encoded

T = TypeVar("T")

THREADS = 8
"""Files written at once on a slow disk: they mostly wait for it."""


class Changes(TypedDict, total=False):
    """What is to be written of a job; where nothing is given, nothing changed."""

    job: Job | None
    segments: Iterable[Segment]
    calls: Iterable[Call]
    notes: Iterable[Note]
    errors: Iterable[LoggedError]


class Lake:
    """One lake. Asynchronous methods belong to one event loop; the others may be called anywhere.

    A job's rows are written by whoever holds its lease: take it, `hold` the job with the fence
    the lease gave, and `let_go` of it before the lease is released.

    Args:
        home: where it lies; `Lake.create` makes it.
        ticks: seconds of a clock that never goes back.
        fold_at: live files of a job, from which on they are folded.

    Attributes:
        disk: where small work on files is done.
    """

    def __init__(
        self,
        home: Home,
        *,
        ticks: Callable[[], float] = time.monotonic,
        fold_at: int = FOLD_AT,
    ) -> None:
        self._layout = Layout.of(home)
        self._ticks = ticks
        self._fold_at = fold_at
        self._database = Database()
        self._manifests = ManifestFile(self._layout)
        self._sealed = SealedJobs(self._layout, self._manifests)
        self._reading = Reading(self._layout, self._manifests, self._database)
        self._leases = Leases(home)
        self._sealer = Sealer(self._layout, self._manifests, self._leases)
        self._compactor = Compactor(self._layout, self._manifests)
        self._sweeper = Sweeper(self._layout, self._manifests, self._leases)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lake")
        self.disk = Disk(self._threads, is_far=self._layout.files.is_far)
        self._writers: dict[str, JobWriter] = {}

    @classmethod
    def create(
        cls,
        home: Home,
        *,
        ticks: Callable[[], float] = time.monotonic,
        fold_at: int = FOLD_AT,
    ) -> Lake:
        """The lake of that home, with what it needs put there if it is missing.

        One of an older format is carried over to that of this version.

        Raises:
            LakeDamaged: its manifest is missing, an older one, or not whole.
            LakeTooNew: a newer Nightdesk has written it.
            LakeError: it can't be put there.
        """
        layout = Layout.of(home)
        with told(f"no lake can be made in {layout.home}"):
            layout.make()
            put_sentinels(layout)
            carry_over(layout)
        if not layout.catalog.exists():
            publish_catalog(layout)
        return cls(home, ticks=ticks, fold_at=fold_at)

    def close(self) -> None:
        """Let go of threads and files; `settle` first."""
        self._threads.shutdown()
        self._database.close()
        self._leases.close()

    # Writing

    def submit(self, jobs: Sequence[Job]) -> list[str]:
        """Enter new jobs; durable on return. Each appears whole or not at all.

        Returns:
            The ids of those that are new; a job that is there already stays as it is.

        Raises:
            LakeError: they can't be written.
        """
        with told("jobs can't be entered"):
            unsealed = set(self._sealed.unsealed(job.job_id for job in jobs))
            new = [job for job in jobs if job.job_id in unsealed]
            added = list(self._threads.map(self._add, new))
            self._layout.folders.entered()
        return [job.job_id for job, is_added in zip(new, added, strict=True) if is_added]

    def hold(self, job_id: str, fence: int) -> None:
        """Begin to write a job under the fence its lease gave.

        Raises:
            JobNotFound: there is no such job.
            LeaseLost: it was sealed, or the fence is not good any more.
            FileDamaged: its newest file is gone; what is written now would hide that.
            LakeError: the job can't be looked at.
        """
        if self._sealed.group_of(job_id) is not None:
            raise LeaseLost(job_id)
        with told(f"job {job_id} can't be looked at"):
            if not self._layout.folders.present([job_id]):
                raise JobNotFound(job_id)
            self._leases.check(job_id, fence)
            opened = self._layout.folders.opened(job_id, fence)
            tip = LiveFile.named(self._leases.tip(job_id) or "")
        if tip is not None and not opened.comes_after(tip):
            raise live_file_damaged(job_id, tip.name, GONE)
        self._writers[job_id] = JobWriter(
            job_id,
            self._layout.folders,
            fence,
            opened=opened,
            fold_at=self._fold_at,
            check=self._leases.before_commit,
            disk=self.disk,
            threads=self._threads,
            database=self._database,
            ticks=self._ticks,
        )

    async def commit(self, job_id: str, **changes: Unpack[Changes]) -> None:
        """Write what changed, all of it or nothing; return once it is durable.

        Raises:
            LeaseLost: the job is not held, or another run has taken it.
            LakeError: it can't be written, such as on a full disk.
        """
        await self._writer(job_id).commit(_rows(**changes))

    def jot(self, job_id: str, **changes: Unpack[Changes]) -> None:
        """Write what changed along with the next commit, or soon; for what a crash may lose.

        Raises:
            LeaseLost: the job is not held.
        """
        self._writer(job_id).jot(_rows(**changes))

    async def settle(self) -> None:
        """Return once all that was committed or jotted is durable.

        Raises:
            LakeError: something jotted could not be written.
        """
        for writer in list(self._writers.values()):
            await writer.settle()

    async def let_go(self, job_id: str) -> None:
        """Stop writing a job, with all that was jotted durable.

        Raises:
            LakeError: something jotted could not be written.
        """
        writer = self._writers.get(job_id)
        if writer is not None:
            try:
                await writer.settle()
            finally:
                self._writers.pop(job_id, None)
            if writer.tip is not None:
                tip = writer.tip.name
                await self.disk.run(lambda: self._leases.note_tip(job_id, writer.fence, tip))

    def each(self, work: Callable[[str], T], job_ids: Sequence[str]) -> list[T]:
        """What some work returns for each of some jobs; side by side where the home is far away.

        Raises:
            Exception: what the work raises first.
        """
        return list((self._threads.map if self.disk.is_far else map)(work, job_ids))

    def leave(self, job_id: str) -> None:
        """Stop writing a job to which nothing was written."""
        self._writers.pop(job_id, None)

    def lost(self) -> set[str]:
        """The jobs held whose fence is not good any more: another has taken them."""
        lost = set()
        for job_id, writer in list(self._writers.items()):
            try:
                self._leases.check(job_id, writer.fence)
            except LeaseLost:
                lost.add(job_id)
        return lost

    # Reading

    def load(self, job_id: str) -> JobRecord:
        """One job as last committed.

        Raises:
            JobNotFound: there is none.
            LakeError: its files can't be read.
        """
        record = self._reading.record(job_id)
        if record is None:
            raise JobNotFound(job_id)
        return record

    def load_all(self, job_ids: Sequence[str]) -> list[JobRecord]:
        """Some jobs as last committed; costs little more than one.

        Raises:
            JobNotFound: there is one of them not.
            LakeError: files can't be read.
        """
        found = self._reading.records(job_ids)
        for job_id in job_ids:
            if job_id not in found:
                raise JobNotFound(job_id)
        return [found[job_id] for job_id in job_ids]

    def live_jobs(self, job_ids: Sequence[str] | None = None) -> list[Job]:
        """The rows of all jobs that are not sealed, or of some, in the order of submission."""
        return self._reading.live_jobs(job_ids)

    def live_ids(self) -> list[str]:
        """The ids of all jobs that are not sealed, in the order of submission."""
        return self._reading.live_ids()

    # Maintenance

    def seal(self, job_ids: Iterable[str]) -> None:
        """Turn the live files of jobs that ended into sealed ones, and publish that.

        Nobody writes these jobs afterwards, whoever held them. Those that are sealed already are
        left as they are, so that a seal that was broken off can be repeated.

        Raises:
            LakeError: a job has not ended, or files can't be read or written.
        """
        self._sealer.seal(job_ids)

    def sweep(self, grace: timedelta, now: datetime) -> None:
        """Take away what is replaced or left behind, if it is older than a grace period.

        Args:
            grace: longer than the longest query.
            now: the present time, with its zone.

        Raises:
            LakeError: files can't be removed.
        """
        self._sweeper.sweep(grace, now)

    def compact(self, now: datetime) -> Compacted:
        """Make parts, sorted by job, of the groups in which each day's jobs were sealed.

        Args:
            now: the present time, with its zone.

        Raises:
            LakeError: files can't be read or written, or hold something else than was sealed.
        """
        return self._compactor.compact(now)

    def _writer(self, job_id: str) -> JobWriter:
        try:
            return self._writers[job_id]
        except KeyError:
            raise LeaseLost(job_id) from None

    def _add(self, job: Job) -> bool:
        content = signed(live_bytes(job.job_id, [(1, encoded(job))]), None)
        return self._layout.folders.enter(job.job_id, content)


def _rows(
    job: Job | None = None,
    segments: Iterable[Segment] = (),
    calls: Iterable[Call] = (),
    notes: Iterable[Note] = (),
    errors: Iterable[LoggedError] = (),
) -> list[LiveRow]:
    first = () if job is None else (job,)
    return [encoded(record) for record in (*first, *segments, *calls, *notes, *errors)]
