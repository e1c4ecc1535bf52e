"""The read-model: what programs and people ask of a lake, in as many processes as they like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from domain.errors import FileDamaged, InputError, NightdeskError
from domain.job.job import Job, JobStatus
from storage.control.leases import Leases
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.documents import Documents
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import ManifestFile
from storage.layout.night_names import name_of, night_files
from storage.readmodel.views import opened_views, put_sentinels
from storage.tables.database import Database, ask_written, retried
from storage.tables.records import EVERYTHING, Columns, JobRecord
from storage.tables.rows import records
from storage.tables.tables import TABLES

if TYPE_CHECKING:
    from storage.readmodel.reading import Reading


class Dimension(StrEnum):
    """What sums tell apart."""

    DAY = "day"
    MODEL = "model"
    SOURCE_LANG = "source_lang"
    TARGET_LANG = "target_lang"
    STAGE = "stage"
    JOB = "job"
    NIGHT = "batch_id"
    SIMULATED = "simulated"


COST_DIMENSIONS = tuple(dimension.value for dimension in Dimension)


_JOB = tuple(
    name for name in TABLES["jobs"] if name not in ("brief", "briefing", "document", "content_key")
)
_STATE = (
    "segment_id",
    "status",
    "words",
    "qa_score",
    "retry_count",
    "settled",
    "reviewed",
    "error",
)
STATUS: Mapping[str, Columns] = {"jobs": _JOB, "segments": _STATE, "errors": None}
"""What tells a job's status: no texts."""
RESULT: Mapping[str, Columns] = {
    "jobs": _JOB,
    "segments": (*_STATE, "source", "translation"),
    "notes": None,
}
"""What makes a job's result, beside its document."""
REMARKS: Mapping[str, Columns] = {
    "jobs": _JOB,
    "segments": (*_STATE, "findings"),
    "notes": None,
    "errors": None,
}
"""What a person should know of a job: why segments are not done, notes and errors."""

LIVE_BYTES = 64 * 2**20
"""What is kept in memory of live jobs: some hundred that are asked for again and again."""

_LISTED = ("jobs", "calls")
"""Tables that are read of all jobs at once."""

_TRIES = 5

R = TypeVar("R")

_system_time = partial(datetime.now, UTC)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Content that only rehearsals have worked on: its newest job, and the ids of all."""

    job: Job
    job_ids: frozenset[str]


class ReadModel:
    """Reads one lake while others write it; safe for threads, takes no lock.

    Args:
        home: the lake's; one that is not there yet is empty.
        clock: gives the present time, which tells whether a run elsewhere still lives.
        once: whether one job is looked for, by a process that ends then.
    """

    def __init__(
        self, home: Home, clock: Callable[[], datetime] = _system_time, *, once: bool = False
    ) -> None:
        self._layout = Layout.of(home)
        self._clock = clock
        self._once = once
        self._layout.make()
        put_sentinels(self._layout)
        self._manifests = ManifestFile(self._layout)
        self._database = Database()
        self._documents = Documents(home)
        self._leases = Leases(home)

    @cached_property
    def _reading(self) -> Reading:
        """What reads single jobs; who lists and sums them all does without."""
        from storage.readmodel.reading import Reading

        return Reading(self._layout, self._manifests, self._database, LIVE_BYTES, once=self._once)

    def close(self) -> None:
        """Let go of memory and files."""
        self._database.close()
        self._leases.close()

    def record(
        self,
        job_id: str,
        columns: Mapping[str, Columns] = EVERYTHING,
        owner: str | None = None,
    ) -> JobRecord | None:
        """One job as last committed; None where there is none, or the id can't be one.

        Args:
            columns: what is wanted of a sealed job, by table, such as `STATUS`; the rows of other
                tables are not read, and a field whose column is not wanted is None or its default.
            owner: whose job it has to be, anybody's where None; another's is None.

        Raises:
            LakeError: its files can't be read.
        """
        return self._reading.record(job_id, columns, owner)

    def warmed(self) -> Iterator[None]:
        """Keep in memory, in small steps, what tells the status of sealed jobs, newest first."""
        return self._reading.warmed(STATUS)

    def output(self, job: Job) -> bytes | None:
        """The document a job's translation was assembled into; None before.

        Raises:
            LakeError: it is missing or damaged.
        """
        return None if job.output is None else self._documents.get(job.output)

    def held(self, job_id: str) -> bool:
        """Whether a living run has the job."""
        return is_job_id(job_id) and job_id in self.held_of([job_id])

    def held_of(self, job_ids: Sequence[str]) -> set[str]:
        """Those of the jobs that a living run has."""
        return self._leases.held(job_ids, self._clock())

    def jobs(self, status: JobStatus | None = None) -> list[Job]:
        """All jobs, sealed and live, as last committed, in the order of submission.

        Args:
            status: only those whose last committed status this is.

        Raises:
            LakeError: files can't be read.
        """
        return self._ask("all_jobs", _jobs, status=status)

    def sound_jobs(self) -> tuple[list[Job], list[FileDamaged]]:
        """All jobs whose files can be read, and the files at fault of those that can't.

        Raises:
            LakeError: files can't be read, and none of them is at fault.
        """
        try:
            return self.jobs(), []
        except FileDamaged:
            damage = self._damage()
        return self._ask("all_jobs", _jobs, damage, status=None), damage

    def _damage(self) -> list[FileDamaged]:
        from storage.readmodel.diagnosis import live_damage, sealed_damage

        manifest = self._manifests.read()
        live = self._layout.live_ids(manifest.replaced)
        return [
            *live_damage(self._layout, live),
            *sealed_damage(self._layout, manifest.groups, _LISTED),
        ]

    def rehearsed(self) -> list[Rehearsed]:
        """What only rehearsals have worked on, in the order of submission.

        Raises:
            LakeError: files can't be read.
        """
        return self._ask("rehearsed", _rehearsed)

    def costs(
        self,
        by: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        owner: str | None = None,
        simulated: bool | None = None,
    ) -> list[dict[str, Any]]:
        """Sums over the ledger; who shows them tells rehearsals apart.

        Args:
            by: what to tell apart, of `COST_DIMENSIONS`; nothing gives one sum.
            since: the first day, in UTC; all days by default.
            until: the last.
            owner: whose jobs; those of all by default.
            simulated: whether rehearsals, or what models answered; both by default.

        Returns:
            Rows with the columns of `by`, then `calls`, `input_tokens`, `output_tokens`,
            `cache_read_tokens`, `cache_write_tokens`, `cost_usd` and `cost_eur` (Decimal), in
            the order of `by`; no row where no request was made.

        Raises:
            InputError: something else was to be told apart.
            LakeError: files can't be read.
        """
        for name in by:
            if name not in COST_DIMENSIONS:
                known = ", ".join(COST_DIMENSIONS)
                raise InputError(f"{name!r} is not known; known are {known}", field="--by")
        # By moments and not by days: they let files without any be passed over.
        rows = self._ask(
            "costs",
            list,
            by=list(by),
            since=None if since is None else datetime.combine(since, time(), UTC),
            until=None if until is None else datetime.combine(until, time.max, UTC),
            owner=owner,
            simulated=simulated,
            nights=sorted(self._nights() if Dimension.NIGHT in by else ()),
        )
        left_out = set(COST_DIMENSIONS) - set(by)
        shown = [{name: row[name] for name in (*by, *row) if name not in left_out} for row in rows]
        return sorted(shown, key=lambda row: [str(row[name]) for name in by])

    def _nights(self) -> set[str]:
        """The names of the nights that are recorded."""
        with told("the nights can't be listed"):
            return {name_of(path) for path in night_files(self._layout)}

    def _ask(
        self,
        name: str,
        made: Callable[[list[dict[str, Any]]], list[R]],
        damage: Collection[FileDamaged] = (),
        **parameters: Any,
    ) -> list[R]:
        """What is made of the rows a statement gives over the schema `lake`, as it is now.

        Args:
            damage: files whose jobs are left out.
        """

        def look() -> list[R]:
            manifest = self._manifests.read().without({one.file for one in damage})
            left_out = manifest.replaced | {one.job_id for one in damage if one.job_id}
            with opened_views(self._layout, manifest, _LISTED, left_out) as connection:
                return made(ask_written(connection, name, parameters))

        try:
            return retried(look, _TRIES)
        except NightdeskError:
            raise
        except Exception as error:
            from storage.readmodel.diagnosis import diagnosed_whole

            manifest = self._manifests.read()
            raise diagnosed_whole(self._layout, error, manifest, _LISTED) from error


def _jobs(rows: list[dict[str, Any]]) -> list[Job]:
    return list(records("jobs", rows))


def _rehearsed(rows: list[dict[str, Any]]) -> list[Rehearsed]:
    found = zip(_jobs(rows), rows, strict=True)
    return [Rehearsed(job, frozenset(row["job_ids"])) for job, row in found]
