"""All jobs of a lake without their segments, kept in memory: for lists and sums of many.

Sealed files never change, so each is read once; of live folders those are read anew that have
another file than before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from domain.contract.listings import BatchSummary, JobSummary
from domain.errors import LakeError
from domain.job.job import JobStatus
from storage.control.leases import Leases
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.layout.night_names import night_files
from storage.readmodel.diagnosis import diagnosed_whole, unreadable
from storage.readmodel.live_jobs import LiveJobs, Row, jobs_of
from storage.readmodel.views import no_nights, put_sentinels, sealed_paths
from storage.tables.database import (
    LEAN,
    arrow_table,
    ask,
    insert,
    literal_paths,
    retried,
    statement,
    transaction,
)

FRESH_S = 1.0
"""Seconds for which what was read serves further questions."""

_TRIES = 5

R = TypeVar("R")

_system_time = partial(datetime.now, UTC)

_SEALED = jobs_of(
    "read_parquet($jobs, union_by_name = true)", "read_parquet($calls, union_by_name = true)"
)


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
        self._clock, self._timer = clock, timer
        self._manifests = ManifestFile(self._layout)
        self._leases = Leases(home)
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._version: int | None = None
        self._files: dict[str, str] = {}
        self._nights: set[Path] = set()
        self._live = LiveJobs(self._layout, self._leases, clock)
        self._connection = duckdb.connect(config={**LEAN, "memory_limit": "1GB"})
        create = statement("index/sealed").format(rows=f"({_SEALED})")
        self._connection.execute(create, self._sources())
        for name in ("live", "listed"):
            self._connection.execute(statement(f"index/{name}"))
        self._create_nights()

    def _create_nights(self) -> None:
        """The views of nights, over the jobs that are listed."""
        nothing = literal_paths([str(no_nights(self._layout))])
        self._connection.execute(statement("index/nights"), {"files": nothing})
        self._connection.execute("CREATE SCHEMA lake")
        self._connection.execute("CREATE VIEW lake.jobs AS FROM listed")
        for name in ("newest_nights", "asked_of_jobs"):
            self._connection.execute(statement(f"index/{name}"))
        for name, source in (("lake.asked", "lake/asked"), ("night_jobs", "views/night_jobs")):
            self._connection.execute(f"CREATE VIEW {name} AS {statement(source)}")

    def _sources(self, jobs: str | None = None, calls: str | None = None) -> dict[str, list[str]]:
        """The files that a group's jobs are read from; those of older versions lack columns."""
        return {
            table: sealed_paths(self._layout, table, () if path is None else (path,))
            for table, path in (("jobs", jobs), ("calls", calls))
        }

    def close(self) -> None:
        """Let go of memory and files."""
        self._connection.close()
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

    def _ask(self, name: str, made: Callable[[Row], R], **parameters: Any) -> list[R]:
        """What is made of each row that a statement gives."""

        def look() -> list[R]:
            self._look()
            with self._connection.cursor() as cursor:
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
                self._look_again()
                self._read_at = self._timer()
        except LakeError:
            # Until it can be read again, nobody is to take what there was.
            self._read_at = None
            raise
        finally:
            self._lock.release()

    def _look_again(self) -> None:
        manifest = self._manifests.read()
        files = _sealed_files(manifest)
        nights = set(night_files(self._layout))
        with self._connection.cursor() as cursor, transaction(cursor):
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
        wanted = [self._layout.home / one for path in new for one in (path, files[path])]
        self._layout.files.fetch(wanted)
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
        self._layout.files.fetch(new)
        rows = [table for path in new if (table := _night(path)) is not None]
        if rows:
            insert(cursor, "night_rows", pa.concat_tables(rows, promote_options="default"))
        cursor.execute("SELECT batch_id FROM lake.nights WHERE ended_as IS NULL")
        under_way = [name for (name,) in cursor.fetchall()]
        living = self._leases.living(under_way, self._clock())
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


def _night(path: Path) -> pa.Table | None:
    """A night's row; None where its file is damaged: its jobs and calls are told all the same."""
    try:
        return pq.read_table(path)
    except pa.ArrowException:
        return None
