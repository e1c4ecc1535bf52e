"""The jobs that no sealed file holds, without their segments, as they change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from domain.job.job import JobStatus, present_status
from storage.control.leases import Leases
from storage.layout.layout import Layout, is_job_id
from storage.readmodel.diagnosis import diagnosed
from storage.readmodel.views import create_live_views, gather_live
from storage.tables.database import LEAN, arrow_table, literal_paths, retried, statement

Row = dict[str, Any]
"""A job by the columns of the view `jobs`."""


def jobs_of(jobs: str, calls: str) -> str:
    """The statement of the view `jobs` over other sources of the same rows.

    Each row has besides in `asked` what was asked for the job, by the night its calls name.
    """
    return statement("index/with_asked").format(
        jobs=statement("views/jobs").replace("lake.jobs", jobs),
        asked=statement("lake/asked_of_jobs").replace("lake.calls", calls),
    )


@dataclass(slots=True)
class _Known:
    """A live job as it was read.

    Attributes:
        version: its folder's, before the reading.
        settled: whether the version was the same in the look before: a file that came along with
            the reading need not show in it.
        row: as last committed.
        shown: the same as it was last told.
    """

    version: object
    settled: bool
    row: Row
    shown: Row | None = None


class LiveJobs:
    """Tells which live jobs changed since it was last asked. One thread at a time."""

    def __init__(self, layout: Layout, leases: Leases, clock: Callable[[], datetime]) -> None:
        self._layout = layout
        self._leases = leases
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def changed(self, replaced: Collection[str]) -> tuple[list[str], list[Row]]:
        """The jobs that are live no more, and the rows of those that are new or changed.

        Args:
            replaced: jobs that sealed files hold by now.

        Raises:
            LakeError: files can't be read.
            OSError: the same.
        """
        there = {
            name: version
            for name, version in self._layout.folders.versions().items()
            if is_job_id(name) and name not in replaced
        }
        gone = [name for name in self._known if name not in there]
        for name in gone:
            del self._known[name]
        self._read({name: there[name] for name in there if self._is_due(name, there[name])})
        return gone, self._newly_shown()

    def _is_due(self, name: str, version: object) -> bool:
        known = self._known.get(name)
        return known is None or known.version != version or not known.settled

    def _read(self, due: dict[str, object]) -> None:
        for row in self._rows(list(due)):
            before = self._known.get(row["job_id"])
            version = due[row["job_id"]]
            self._known[row["job_id"]] = _Known(
                version,
                before is not None and before.version == version,
                row,
                before.shown if before else None,
            )

    def _rows(self, job_ids: Sequence[str]) -> list[Row]:
        def look() -> list[Row]:
            there = self._layout.folders.present(job_ids)
            if not there:
                return []
            with duckdb.connect(config=LEAN) as connection:
                create_live_views(connection, self._layout)
                files = literal_paths(self._layout.folders.paths(there))
                gather_live(connection, self._layout, files, ("jobs", "calls"))
                asked = jobs_of("lake.live_jobs", "lake.live_calls")
                return list(arrow_table(connection, asked).to_pylist())

        try:
            return retried(look)
        except (OSError, duckdb.Error) as error:
            raise diagnosed(self._layout, error, job_ids, ()) from error

    def _newly_shown(self) -> list[Row]:
        """The rows that are to be told otherwise than before, as they stand now."""
        open_jobs = [
            name
            for name, known in self._known.items()
            if not JobStatus(known.row["status"]).is_terminal
        ]
        held = self._leases.held(open_jobs, self._clock())
        new = []
        for name, known in self._known.items():
            shown = _shown(known.row, name in held)
            if shown != known.shown:
                known.shown = shown
                new.append(shown)
        return new


def _shown(row: Row, held: bool) -> Row:
    status = present_status(JobStatus(row["status"]), held=held)
    return {
        **row,
        "status": status.value,
        "current_step": row["current_step"] if held else None,
    }
