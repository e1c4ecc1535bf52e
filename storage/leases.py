"""Who works on which job: leases, with a fence that rises each time a job changes hands."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from domain.errors import LeaseLost
from storage.control import Control
from storage.processes import is_ended, is_running, own_mark

HEARTBEAT_LAPSE_S = 60.0
"""Seconds without a heartbeat after which a run counts as dead, on whatever machine.

Here a run whose process is gone is dead at once. One whose process is there but silent is stopped,
or hangs, and would hold its jobs for good if the process alone counted; should it wake up, the
fence keeps it from writing.
"""

_CHUNK = 500


class Leases:
    """The leases of one lake; safe for threads. Times are passed in, with their zone."""

    def __init__(self, home: Path, *, host: str | None = None) -> None:
        self._control = Control(home)
        self._host = host or socket.gethostname()

    def close(self) -> None:
        """Let go of the database; what is leased stays leased."""
        self._control.close()

    def open_run(self, run_id: str, now: datetime) -> None:
        """Enter this process as a run that may hold jobs."""
        with self._control.exclusive():
            self._control.rows(
                "INSERT OR REPLACE INTO runs"
                " (run_id, host, pid, process, heartbeat, closed)"
                " VALUES (?, ?, ?, ?, ?, 0)",
                (run_id, self._host, os.getpid(), own_mark(), now.timestamp()),
            )
            self._control.count()

    def heartbeat(self, run_id: str, now: datetime) -> None:
        """Say that a run lives; due well within `HEARTBEAT_LAPSE_S`."""
        self._control.rows(
            "UPDATE runs SET heartbeat = ? WHERE run_id = ?", (now.timestamp(), run_id)
        )

    def dead(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this lake which have ended, in whatever way."""
        names = set(run_ids)
        known = {
            name
            for name in names
            if self._control.rows("SELECT 1 FROM runs WHERE run_id = ?", (name,))
        }
        return known - self._living(known, now)

    def closed(self, run_ids: Iterable[str]) -> set[str]:
        """Those of some names that are runs of this lake which ended by themselves."""
        mark = "SELECT 1 FROM runs WHERE run_id = ? AND closed = 1"
        return {name for name in set(run_ids) if self._control.rows(mark, (name,))}

    def living(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this lake at work."""
        return self._living(set(run_ids), now)

    def close_run(self, run_id: str) -> None:
        """End a run: all jobs it holds are free."""
        with self._control.exclusive():
            self._control.rows(
                "UPDATE leases SET run_id = NULL, kills = NULL WHERE run_id = ?", (run_id,)
            )
            self._control.rows("UPDATE runs SET closed = 1 WHERE run_id = ?", (run_id,))

    def take(self, job_id: str, run_id: str, now: datetime) -> int | None:
        """Take a job for a run.

        Returns:
            The fence to write with, higher than any before; None where a living run has the job.
        """
        with self._control.exclusive():
            found = self._control.rows(
                "SELECT run_id, fence, kills FROM leases WHERE job_id = ?", (job_id,)
            )
            holder, fence, kills = found[0] if found else (None, 0, None)
            if holder is not None and holder in self._living({holder}, now):
                return None
            if holder is not None:
                kills = (kills or 0) + 1
            self._control.rows(
                "INSERT INTO leases (job_id, fence, run_id, kills) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (job_id) DO UPDATE SET fence = excluded.fence,"
                " run_id = excluded.run_id, kills = excluded.kills",
                (job_id, fence + 1, run_id, kills),
            )
            return int(fence) + 1

    def note_tip(self, job_id: str, fence: int, name: str) -> None:
        """Enter the newest live file of a job that is let go of: it is missed if it goes."""
        self._control.rows(
            "UPDATE leases SET tip = ? WHERE job_id = ? AND fence = ?", (name, job_id, fence)
        )

    def tip(self, job_id: str) -> str | None:
        """The newest live file of a job when it was let go of last; None where none is known."""
        rows = self._control.rows("SELECT tip FROM leases WHERE job_id = ?", (job_id,))
        return rows[0][0] if rows else None

    def tips(self) -> dict[str, str]:
        """The newest live file of each job that was let go of, by job."""
        return dict(self._control.rows("SELECT job_id, tip FROM leases WHERE tip IS NOT NULL"))

    def kills(self, job_ids: Iterable[str], now: datetime) -> dict[str, int]:
        """The kills that some jobs were under way at, without a commit between; those with any."""
        found: dict[str, tuple[str | None, int]] = {}
        for chunk in _chunks(list(job_ids)):
            marks = ", ".join("?" * len(chunk))
            rows = self._control.rows(
                "SELECT job_id, run_id, kills FROM leases"  # noqa: S608 - only marks are put in
                f" WHERE run_id IS NOT NULL AND job_id IN ({marks})",
                chunk,
            )
            found.update((job_id, (run_id, kills or 0)) for job_id, run_id, kills in rows)
        living = self._living({run_id for run_id, _ in found.values() if run_id}, now)
        counted = {i: kills + (run_id not in living) for i, (run_id, kills) in found.items()}
        return {job_id: kills for job_id, kills in counted.items() if kills}

    def progressed(self, job_id: str, run_id: str) -> None:
        """A job that was under way at kills has committed something: they count no more."""
        self._control.rows(
            "UPDATE leases SET kills = NULL WHERE job_id = ? AND run_id = ?", (job_id, run_id)
        )

    def was_killed(self, run_id: str, now: datetime) -> bool:
        """Whether the run that beat last before this one was killed."""
        before = self._control.rows(
            "SELECT run_id, closed FROM runs WHERE run_id <> ? ORDER BY heartbeat DESC LIMIT 1",
            (run_id,),
        )
        return any(not closed and not self._living({name}, now) for name, closed in before)

    def release(self, job_id: str, run_id: str) -> None:
        """Give a job back, if that run still has it."""
        self._control.rows(
            "UPDATE leases SET run_id = NULL, kills = NULL WHERE job_id = ? AND run_id = ?",
            (job_id, run_id),
        )

    def held(self, job_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of the jobs that a living run has."""
        holders: dict[str, str] = {}
        for chunk in _chunks(list(job_ids)):
            marks = ", ".join("?" * len(chunk))
            holders.update(
                self._control.rows(
                    "SELECT job_id, run_id FROM leases"  # noqa: S608 - only marks are put in
                    f" WHERE run_id IS NOT NULL AND job_id IN ({marks})",
                    chunk,
                )
            )
        living = self._living(set(holders.values()), now)
        return {job_id for job_id, run_id in holders.items() if run_id in living}

    def check(self, job_id: str, fence: int) -> None:
        """See that no one took the job since this fence was given out.

        Raises:
            LeaseLost: someone did.
        """
        found = self._control.rows("SELECT fence FROM leases WHERE job_id = ?", (job_id,))
        if not found or found[0][0] != fence:
            raise LeaseLost(job_id)

    def before_commit(self, job_id: str, fence: int) -> None:
        """The same, before each commit of a job."""
        self.check(job_id, fence)

    def withdraw(self, job_ids: Sequence[str]) -> None:
        """Take jobs from whoever holds them; no fence given out before is good any more."""
        self._control.many(
            "INSERT INTO leases (job_id, fence, run_id) VALUES (?, 1, NULL)"
            " ON CONFLICT (job_id) DO UPDATE SET fence = fence + 1, run_id = NULL",
            [(job_id,) for job_id in job_ids],
        )

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop the leases of jobs whose live folder is gone for good."""
        self._control.many("DELETE FROM leases WHERE job_id = ?", [(job_id,) for job_id in job_ids])

    def job_ids(self) -> set[str]:
        """The jobs that have a lease, whoever holds it."""
        return {job_id for (job_id,) in self._control.rows("SELECT job_id FROM leases")}

    def faults(self) -> list[str]:
        """What is wrong with the database, in words."""
        return self._control.faults()

    def _living(self, run_ids: set[str], now: datetime) -> set[str]:
        living = set()
        for run_id in run_ids:
            found = self._control.rows(
                "SELECT host, pid, process, heartbeat, closed FROM runs WHERE run_id = ?",
                (run_id,),
            )
            if not found:
                continue
            host, pid, mark, heartbeat, closed = found[0]
            if closed:
                continue
            if is_alive(heartbeat, now, (pid, mark) if host == self._host else None):
                living.add(run_id)
        return living


def is_alive(heartbeat: float, now: datetime, process: tuple[int, str | None] | None) -> bool:
    """Whether a run that was not closed lives.

    Args:
        heartbeat: its last, in seconds since 1970.
        process: its number and its mark, which runs of an earlier Nightdesk lack; None for one on
            another machine.
    """
    if now.timestamp() - heartbeat >= HEARTBEAT_LAPSE_S:
        return False
    if process is None:
        return True
    pid, mark = process
    return not is_ended(pid) if mark is None else is_running(pid, mark)


def _chunks(job_ids: list[str]) -> Iterable[list[str]]:
    return (job_ids[at : at + _CHUNK] for at in range(0, len(job_ids), _CHUNK))
