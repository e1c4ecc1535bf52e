"""Who works on which job: leases, with a fence that rises each time a job changes hands.

In an object store a lease never passes from a run to another, or to nobody, before the series of
files that the run may be writing is closed: see `storage.live.remote_folders`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.errors import LeaseLost
from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Values
from storage.control.holders import FREE, Holders, LeaseHolders, ListedHolders
from storage.files.home import Home, RemoteHome
from storage.files.processes import is_ended, is_running, own_mark

HEARTBEAT_LAPSE_S = 60.0
"""Seconds without a heartbeat after which a run counts as dead, on whatever machine.

Here a run whose process is gone is dead at once. One whose process is there but silent is stopped,
or hangs, and would hold its jobs for good if the process alone counted; should it wake up, the
fence keeps it from writing.
"""

_LEASES = Kind("leases", "job_id", ("fence", "run_id", "tip", "kills"))
_RUNS = Kind("runs", "run_id", ("host", "pid", "process", "heartbeat", "closed"), is_counted=True)


class Leases(Store):
    """The leases of one home; safe for threads and processes. Times are passed in, with their zone.

    A run on another machine lives by the clocks of both. Where they differ by much, it may be taken
    for dead: then it loses its jobs, and what it had in flight is asked again.
    """

    def __init__(self, home: Home, *, host: str | None = None) -> None:
        super().__init__(home)
        self._leases: Entries[str] = self.entries(_LEASES)
        self._runs: Entries[str] = self.entries(_RUNS)
        self._holders: Holders = (
            ListedHolders(home)
            if isinstance(home, RemoteHome)
            else LeaseHolders(self._leases, self._runs)
        )
        self._host = host or socket.gethostname()

    def open_run(self, run_id: str, now: datetime) -> None:
        """Enter this process as a run that may hold jobs."""
        if not self._holders.can_be(run_id):
            raise ValueError(f"{run_id!r} can't be a run's name")
        process = {"host": self._host, "pid": os.getpid(), "process": own_mark()}
        run = {**process, "closed": False, "heartbeat": now.timestamp()}
        self._runs.put({run_id: run})

    def heartbeat(self, run_id: str, now: datetime) -> None:
        """Say that a run lives; due well within `HEARTBEAT_LAPSE_S`."""
        self._runs.update(run_id, {"heartbeat": now.timestamp()})

    def dead(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this home which have ended, in whatever way."""
        return {name for name, run in self._known(run_ids).items() if not self._lives(run, now)}

    def closed(self, run_ids: Iterable[str]) -> set[str]:
        """Those of some names that are runs of this home which ended by themselves."""
        return {name for name, run in self._known(run_ids).items() if run["closed"]}

    def living(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this home at work."""
        return {name for name, run in self._known(run_ids).items() if self._lives(run, now)}

    def close_run(self, run_id: str) -> None:
        """End a run: all jobs it holds are free."""
        self._runs.update(run_id, {"closed": True})
        self._holders.free(run_id)

    def take(self, job_id: str, run_id: str, now: datetime) -> int | None:
        """Take a job for a run.

        Returns:
            The fence to write with, higher than any before; None where a living run has the job.
        """
        fence, before = 0, None

        def taken(_: str, lease: Values | None) -> Values | None:
            nonlocal fence, before
            lease = lease or {"fence": 0, **FREE}
            before, kills = lease["run_id"], lease.get("kills") or 0
            if before is not None:
                run = self._runs.read([before]).get(before)
                if run is not None and self._lives(run, now):
                    return None
                kills = 0 if run is not None and run["closed"] else kills + 1
            if lease["fence"]:
                self._holders.shut_out(job_id, lease["fence"])
            fence = lease["fence"] + 1
            return {**lease, "fence": fence, "run_id": run_id, "kills": kills}

        if not self._leases.change([job_id], taken):
            return None
        self._holders.passed(job_id, before, run_id)
        return fence

    def note_tip(self, job_id: str, fence: int, name: str) -> None:
        """Enter the newest live file of a job that is let go of: it is missed if it goes.

        In an object store nothing is entered: it would take a request more for each job.
        """
        if self._holders.are_looked_up:
            self._leases.update(job_id, {"tip": name}, fence=fence)

    def tip(self, job_id: str) -> str | None:
        """The newest live file of a job when it was let go of last; None where none is entered."""
        lease = self._leases.read([job_id]).get(job_id) if self._holders.are_looked_up else None
        return None if lease is None else lease["tip"]

    def tips(self) -> dict[str, str]:
        """The newest live file of each job that was let go of, by job, where it is entered."""
        leases = self._leases.read() if self._holders.are_looked_up else {}
        return {job_id: lease["tip"] for job_id, lease in leases.items() if lease["tip"]}

    def kills(self, job_ids: Iterable[str], now: datetime) -> dict[str, int]:
        """The kills that some jobs were under way at, without a commit between; those with any."""
        held = job_ids if self._holders.are_looked_up else self._holders.of(job_ids)
        leases = self._leases.read(held)
        runs = self._known(lease["run_id"] for lease in leases.values() if lease["run_id"])
        died = {name: not self._lives(run, now) for name, run in runs.items() if not run["closed"]}
        counted = {
            job_id: (lease.get("kills") or 0) + died[lease["run_id"]]
            for job_id, lease in leases.items()
            if lease["run_id"] in died
        }
        return {job_id: kills for job_id, kills in counted.items() if kills}

    def progressed(self, job_id: str, run_id: str) -> None:
        """A job that was under way at kills has committed something: they count no more."""
        self._leases.update(job_id, {"kills": 0}, run_id=run_id)

    def was_killed(self, run_id: str, now: datetime) -> bool:
        """Whether the run before this one was killed."""
        before = self._known(self._holders.before(run_id)).values()
        return any(not run["closed"] and not self._lives(run, now) for run in before)

    def release(self, job_id: str, run_id: str) -> None:
        """Give a job back, if that run still has it; it writes no more to it."""
        self._leases.update(job_id, FREE, run_id=run_id)
        self._holders.passed(job_id, run_id, None)

    def held(self, job_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of the jobs that a living run has."""
        holders = self._holders.of(job_ids)
        living = self.living(holders.values(), now)
        return {job_id for job_id, run_id in holders.items() if run_id in living}

    def check(self, job_id: str, fence: int) -> None:
        """See that no one took the job since this fence was given out.

        Raises:
            LeaseLost: someone did.
        """
        lease = self._leases.read([job_id]).get(job_id)
        if lease is None or lease["fence"] != fence:
            raise LeaseLost(job_id)

    def before_commit(self, job_id: str, fence: int) -> None:
        """The same, before each commit of a job, where one that comes too late would count."""
        if self._holders.are_looked_up:
            self.check(job_id, fence)

    def withdraw(self, job_ids: Sequence[str]) -> None:
        """Take jobs from whoever holds them; no fence given out before is good any more.

        In an object store one that its owner gave back is left: it writes no more.
        """

        def withdrawn(job_id: str, lease: Values | None) -> Values | None:
            lease = lease or {"fence": 0, "run_id": None}
            if lease["run_id"] is None and not self._holders.are_looked_up:
                return None
            self._holders.shut_out(job_id, lease["fence"])
            return {**lease, "fence": lease["fence"] + 1, "run_id": None}

        self._leases.change(job_ids, withdrawn)

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop the leases of jobs whose live folder is gone for good."""
        self._leases.delete(job_ids)

    def job_ids(self) -> set[str]:
        """The jobs that have a lease, whoever holds it."""
        return self._leases.fields()

    def _known(self, run_ids: Iterable[str]) -> dict[str, Values]:
        """The runs of some names, by name, as far as they are runs of this home."""
        return self._runs.read(name for name in sorted(set(run_ids)) if self._holders.can_be(name))

    def _lives(self, run: Values, now: datetime) -> bool:
        if run["closed"] or now.timestamp() - run["heartbeat"] >= HEARTBEAT_LAPSE_S:
            return False
        if run["host"] != self._host:
            return True
        # Runs of an earlier Nightdesk lack a mark.
        pid, mark = run["pid"], run.get("process")
        return not is_ended(pid) if mark is None else is_running(pid, mark)
