"""All jobs of a lake without their segments, kept in memory: for lists and sums of many."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from domain.contract.listings import BatchSummary, JobSummary
from domain.document.coverage import NOT_UNDERSTOOD_SHARE, Coverage, LeftReason
from domain.errors import LakeError
from domain.job.job import JobStatus
from storage.control.leases import Leases
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.diagnosis import diagnosed_whole, unreadable
from storage.readmodel.job_tables import JobTables
from storage.readmodel.live_jobs import Row
from storage.readmodel.views import put_sentinels
from storage.tables.database import ask, retried

FRESH_S = 1.0
"""Seconds for which what was read serves further questions."""

_TRIES = 5

R = TypeVar("R")

_system_time = partial(datetime.now, UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for; None lets all through.

    Attributes:
        owner: whose they are.
        day: when they were submitted, in UTC.
        batch_id: a night that worked on them.
        simulated: whether rehearsals took them up.
    """

    owner: str | None = None
    status: JobStatus | None = None
    source_lang: str | None = None
    target_lang: str | None = None
    day: date | None = None
    batch_id: str | None = None
    simulated: bool | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A job in one night: how that left it, and what it spent on it, in EUR."""

    status: JobStatus
    cost_eur: Decimal


class Patchy(NamedTuple):
    """A job of whose document much prose was not understood.

    Attributes:
        jobs: how many such jobs its night has.
    """

    job_id: str
    source_path: str
    target_lang: str
    coverage: Coverage
    jobs: int


class JobIndex:
    """Lists the jobs of one lake while others write it; safe for threads.

    What it tells is at most `FRESH_S` seconds and one reading old. 100,000 jobs take 60 MB.

    Args:
        home: the lake's; one that is not there yet is empty.
        clock: gives the present time, which tells whether a run elsewhere still lives.
        timer: gives seconds, which tell when to look again.
    """

    def __init__(
        self,
        home: Home,
        clock: Callable[[], datetime] = _system_time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._layout = Layout.of(home)
        self._layout.make()
        put_sentinels(self._layout)
        self._timer = timer
        self._manifests = ManifestFile(self._layout)
        self._leases = Leases(home)
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._tables = JobTables(self._layout, self._manifests, self._leases, clock)

    def close(self) -> None:
        """Let go of memory and files."""
        self._tables.close()
        self._leases.close()

    def page(self, wanted: Wanted, count: int, before: str | None = None) -> list[JobSummary]:
        """Jobs, the latest submitted first.

        Args:
            count: jobs at most.
            before: a job's id; only those submitted before it.

        Raises:
            LakeError: files can't be read.
        """
        return self._ask(
            "index/page",
            JobSummary.of,
            **asdict(wanted),
            before=before,
            count=count,
        )

    def statuses(self) -> dict[tuple[JobStatus, bool], int]:
        """How many jobs stand how, rehearsals' apart; a status that none has is left out.

        Raises:
            LakeError: files can't be read.
        """

        def counted(row: Row) -> tuple[tuple[JobStatus, bool], int]:
            return (JobStatus(row["status"]), row["simulated"]), row["jobs"]

        return dict(self._ask("index/statuses", counted))

    def kinds(self, owner: str | None) -> set[bool]:
        """Whether one owner, or anyone, has jobs of models (False) and of rehearsals (True).

        Raises:
            LakeError: files can't be read.
        """
        return set(self._ask("index/kinds", itemgetter("simulated"), owner=owner))

    def languages(self, owner: str | None) -> list[tuple[str, str]]:
        """The language pairs of one owner's jobs, or of all, in order: source and target.

        Raises:
            LakeError: files can't be read.
        """
        return self._ask("index/languages", itemgetter("source_lang", "target_lang"), owner=owner)

    def batches(
        self,
        owner: str | None,
        count: int,
        before: str | None = None,
        simulated: bool | None = None,
        batch_id: str | None = None,
    ) -> list[BatchSummary]:
        """Nights, the latest first, summed over the jobs of one owner, or of all.

        Args:
            count: nights at most.
            before: a night's id; only those before it.
            simulated: whether rehearsals, or nights with models; both by default.
            batch_id: only this night.

        Raises:
            LakeError: files can't be read.
        """
        return self._ask(
            "index/batches",
            BatchSummary.of,
            owner=owner,
            batch_id=batch_id,
            before=before,
            count=count,
            simulated=simulated,
        )

    def batch(self, owner: str | None, batch_id: str) -> BatchSummary | None:
        """One night; None where it took up no job of the owner.

        Raises:
            LakeError: files can't be read.
        """
        return next(iter(self.batches(owner, 1, batch_id=batch_id)), None)

    def shares(self, batch_id: str, job_ids: Sequence[str]) -> dict[str, Share]:
        """How a night left some of its jobs, and what it spent on them.

        Raises:
            LakeError: files can't be read.
        """

        def shared(row: Row) -> tuple[str, Share]:
            return row["job_id"], Share(JobStatus(row["status"]), row["cost_eur"])

        wanted = list(job_ids)
        return dict(self._ask("index/shares", shared, batch_id=batch_id, job_ids=wanted))

    def patchy(self, owner: str | None, batch_id: str, count: int) -> list[Patchy]:
        """Jobs of a night of whose prose much was not understood, the worst first.

        Args:
            owner: whose; None: anyone's.
            count: jobs at most.

        Raises:
            LakeError: files can't be read.
        """

        def patchy(row: Row) -> Patchy:
            left = {LeftReason.NOT_UNDERSTOOD: row["not_understood_words"]}
            coverage = Coverage(row["source_words"], left)
            return Patchy(
                row["job_id"], row["source_path"], row["target_lang"], coverage, row["jobs"]
            )

        return self._ask(
            "index/patchy",
            patchy,
            owner=owner,
            batch_id=batch_id,
            share=NOT_UNDERSTOOD_SHARE,
            count=count,
        )

    def _ask(self, name: str, made: Callable[[Row], R], **parameters: Any) -> list[R]:
        """What is made of each row that a statement gives."""

        def look() -> list[R]:
            self._look()
            with self._tables.connection.cursor() as cursor:
                return [made(row) for row in ask(cursor, name, parameters)]

        try:
            return retried(look, _TRIES)
        except unreadable() as error:
            manifest = self._manifests.read()
            raise diagnosed_whole(self._layout, error, manifest, ("jobs", "calls")) from error

    def _look(self) -> None:
        """See that what is kept is fresh; who asks while another looks takes what there was."""
        if not self._lock.acquire(blocking=self._read_at is None):
            return
        try:
            if self._read_at is None or self._timer() - self._read_at >= FRESH_S:
                self._tables.renew()
                self._read_at = self._timer()
        except LakeError:
            # Until it can be read again, nobody is to take what there was.
            self._read_at = None
            raise
        finally:
            self._lock.release()
