"""All jobs of a lake without their segments, kept in memory: for lists and sums of many.

Sealed files never change, so each is read once; of live folders those are read anew that have
another file than before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from domain.errors import LakeError
from domain.job import JobStatus
from domain.listings import BatchSummary, JobSummary
from storage.database import LEAN, ask, literal_paths, statement, went
from storage.home import Home
from storage.layout import Layout
from storage.live_jobs import LiveJobs, jobs_of
from storage.manifest import Manifest, ManifestFile
from storage.opening import leases_of
from storage.views import put_sentinels, sealed_sentinel

FRESH_S = 1.0
"""Seconds for which what was read serves further questions."""

_TRIES = 5

_SEALED = jobs_of("read_parquet($files)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for; None lets all through.

    Attributes:
        owner: whose they are.
        day: when they were submitted, in UTC.
        batch_id: the night that took them up last.
    """

    owner: str | None = None
    status: JobStatus | None = None
    source_lang: str | None = None
    target_lang: str | None = None
    day: date | None = None
    batch_id: str | None = None


def _system_time() -> datetime:
    return datetime.now(UTC)


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
        self._leases = leases_of(home)
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._version: int | None = None
        self._files: frozenset[str] = frozenset()
        self._live = LiveJobs(self._layout, self._leases, clock)
        self._connection = duckdb.connect(config={**LEAN, "memory_limit": "1GB"})
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
        nothing = literal_paths([str(sealed_sentinel(self._layout, "jobs"))])
        create = statement("index/sealed").format(rows=f"({_SEALED})")
        self._connection.execute(create, {"files": nothing})
        for name in ("live", "listed"):
            self._connection.execute(statement(f"index/{name}"))

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
        rows = self._ask(
            "index/page",
            owner=wanted.owner,
            status=wanted.status,
            source_lang=wanted.source_lang,
            target_lang=wanted.target_lang,
            day=wanted.day,
            batch_id=wanted.batch_id,
            before=before,
            count=count,
        )
        return [JobSummary.of(row) for row in rows]

    def statuses(self) -> dict[JobStatus, int]:
        """How many jobs stand how; a status that none has is left out.

        Raises:
            LakeError: files can't be read.
        """
        rows = self._ask("index/statuses")
        return {JobStatus(row["status"]): row["jobs"] for row in rows}

    def languages(self, owner: str | None) -> list[tuple[str, str]]:
        """The language pairs of one owner's jobs, or of all, in order: source and target.

        Raises:
            LakeError: files can't be read.
        """
        rows = self._ask("index/languages", owner=owner)
        return [(row["source_lang"], row["target_lang"]) for row in rows]

    def batches(
        self, owner: str | None, count: int, before: str | None = None
    ) -> list[BatchSummary]:
        """Nights, the latest first, summed over the jobs of one owner, or of all.

        Args:
            count: nights at most.
            before: a night's id; only those before it.

        Raises:
            LakeError: files can't be read.
        """
        rows = self._ask("index/batches", owner=owner, batch_id=None, before=before, count=count)
        return [BatchSummary.of(row) for row in rows]

    def batch(self, owner: str | None, batch_id: str) -> BatchSummary | None:
        """One night; None where it took up no job of the owner.

        Raises:
            LakeError: files can't be read.
        """
        rows = self._ask("index/batches", owner=owner, batch_id=batch_id, before=None, count=1)
        return BatchSummary.of(rows[0]) if rows else None

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        lost: Exception | None = None
        for _ in range(_TRIES):
            try:
                self._look()
                with self._connection.cursor() as cursor:
                    return ask(cursor, name, parameters)
            except (OSError, duckdb.Error) as error:
                if not went(error):
                    raise LakeError(f"the lake can't be read: {error}") from error
                # What replaced it is there, and a later manifest names it.
                lost = error
        raise LakeError(f"the lake can't be read: {lost}")

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
        with self._transaction() as cursor:
            if manifest.version != self._version:
                files = _sealed_files(manifest)
                self._take_sealed(cursor, files - self._files, self._files - files)
                self._files, self._version = files, manifest.version
            self._take_live(cursor, manifest)

    def _take_sealed(
        self, cursor: duckdb.DuckDBPyConnection, new: Collection[str], gone: Collection[str]
    ) -> None:
        if gone:
            cursor.execute("DELETE FROM sealed WHERE list_contains($gone, file)", {"gone": [*gone]})
        self._layout.files.fetch([self._layout.home / path for path in new])
        for path in sorted(new):
            files = literal_paths([str(self._layout.home / path)])
            cursor.execute(
                f"INSERT INTO sealed BY NAME SELECT *, $path AS file FROM ({_SEALED})",  # noqa: S608 - our own
                {"path": path, "files": files},
            )

    def _take_live(self, cursor: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
        gone, rows = self._live.changed(manifest.replaced)
        if not gone and not rows:
            return
        changed = [*gone, *(row["job_id"] for row in rows)]
        cursor.execute("DELETE FROM live WHERE list_contains($ids, job_id)", {"ids": changed})
        if rows:
            found = pa.Table.from_pylist(rows)
            cursor.register("found", found)
            cursor.execute("INSERT INTO live BY NAME FROM found")
            cursor.unregister("found")

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All at once for who reads meanwhile."""
        with self._connection.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            cursor.commit()


def _sealed_files(manifest: Manifest) -> frozenset[str]:
    files = (group.files["jobs"] for group in manifest.groups)
    return frozenset(file.path for file in files if file.rows)
