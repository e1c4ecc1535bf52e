"""Who works on which job of a home in an object store, as `storage.leases.Leases` has it.

A lease is one JSON object a job, changed only if nobody else did since it was read; a run is one
that its heartbeat puts anew. That a run holds a job is told by an object without content as well,
so that one listing tells of all. A lease never passes from a run to another, or to nobody, before
the series of files that the run may be writing is closed: see `storage.remote_folders`.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from domain.errors import LakeError, LeaseLost
from storage.cached import Cached
from storage.home import RemoteHome, folder_of, objects_of
from storage.json_objects import JsonObject, Values
from storage.leases import is_alive
from storage.processes import own_mark
from storage.remote_folders import RemoteFolders

LEASES = "control/leases"
_RUNS = "control/runs"
_HELD = "control/held"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class RemoteLeases:
    """The leases of a home in an object store; safe for threads and processes.

    Whether a run lives is told by the clocks of two machines, its own and the one that asks. Where
    they differ by much, a living run may be taken for dead: then it loses its jobs, and what it had
    in flight is asked again.
    """

    def __init__(self, home: RemoteHome, *, host: str | None = None) -> None:
        self._objects = objects_of(home)
        self._folders = RemoteFolders(Cached(folder_of(home), self._objects))
        self._host = host or socket.gethostname()

    def close(self) -> None:
        """Nothing is open; what is leased stays leased."""

    def open_run(self, run_id: str, now: datetime) -> None:
        """Enter this process as a run that may hold jobs."""
        process = {"host": self._host, "pid": os.getpid(), "process": own_mark()}
        with _told():
            self._run(run_id).write({**process, "closed": False, "heartbeat": now.timestamp()})

    def heartbeat(self, run_id: str, now: datetime) -> None:
        """Say that a run lives; due well within `storage.leases.HEARTBEAT_LAPSE_S`."""
        self._change_run(run_id, heartbeat=now.timestamp())

    def dead(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this home which have ended, in whatever way."""
        return {name for name, run in self._runs(run_ids).items() if not self._lives(run, now)}

    def closed(self, run_ids: Iterable[str]) -> set[str]:
        """Those of some names that are runs of this home which ended by themselves."""
        return {name for name, run in self._runs(run_ids).items() if run["closed"]}

    def living(self, run_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of some names that are runs of this home at work."""
        return {name for name, run in self._runs(run_ids).items() if self._lives(run, now)}

    def close_run(self, run_id: str) -> None:
        """End a run: all jobs it holds are free."""
        with _told():
            self._change_run(run_id, closed=True)
            self._objects.delete([e.key for e in self._objects.list(f"{_HELD}/{run_id}")])

    def take(self, job_id: str, run_id: str, now: datetime) -> int | None:
        """Take a job for a run.

        Returns:
            The fence to write with, higher than any before; None where a living run has the job.
        """
        given, before = 0, None

        def taken(lease: Values | None) -> Values | None:
            nonlocal given, before
            fence, before = (0, None) if lease is None else (lease["fence"], lease["run_id"])
            kills = 0 if lease is None else lease.get("kills", 0)
            if before is not None:
                run = self._runs({before}).get(before)
                if run is not None and self._lives(run, now):
                    return None
                kills = 0 if run is not None and run["closed"] else kills + 1
            if lease is not None:
                self._folders.close(job_id, fence)
            given = fence + 1
            return {"fence": given, "run_id": run_id, **({"kills": kills} if kills else {})}

        with _told():
            if not self._lease(job_id).change(taken):
                return None
            if before is not None:
                self._objects.delete([_held(before, job_id)])
            self._objects.put(_held(run_id, job_id), b"")
        return given

    def note_tip(self, job_id: str, fence: int, name: str) -> None:
        """Nothing is entered: it would take a request more for each job."""

    def tip(self, job_id: str) -> str | None:
        """None is entered."""
        return None

    def tips(self) -> dict[str, str]:
        """None are entered."""
        return {}

    def release(self, job_id: str, run_id: str) -> None:
        """Give a job back, if that run still has it; it writes no more to it."""

        def released(lease: Values | None) -> Values | None:
            is_own = lease is not None and lease["run_id"] == run_id
            free = {"run_id": None, "kills": 0}
            return {**lease, **free} if lease is not None and is_own else None

        with _told():
            self._lease(job_id).change(released)
            self._objects.delete([_held(run_id, job_id)])

    def kills(self, job_ids: Iterable[str], now: datetime) -> dict[str, int]:
        """The kills that some jobs were under way at, without a commit between; those with any."""
        wanted = set(job_ids)
        with _told():
            pairs = [entry.key.split("/")[2:] for entry in self._objects.list(_HELD)]
            runs = self._runs(run_id for run_id, _ in pairs)
            names = [i for run_id, i in pairs if i in wanted and run_id in runs]
            leases = self._objects.each(lambda job_id: self._lease(job_id).read(), names)
        counted: dict[str, int] = {}
        for job_id, lease in zip(names, leases, strict=True):
            run = runs.get(lease["run_id"] or "") if lease is not None else None
            if lease is not None and run is not None and not run["closed"]:
                counted[job_id] = lease.get("kills", 0) + (not self._lives(run, now))
        return {job_id: kills for job_id, kills in counted.items() if kills}

    def progressed(self, job_id: str, run_id: str) -> None:
        """A job that was under way at kills has committed something: they count no more."""

        def progressed(lease: Values | None) -> Values | None:
            is_own = lease is not None and lease["run_id"] == run_id
            return {**lease, "kills": 0} if lease is not None and is_own else None

        with _told():
            self._lease(job_id).change(progressed)

    def was_killed(self, run_id: str, now: datetime) -> bool:
        """Whether a run that was killed still seems to hold jobs."""
        with _told():
            names = {entry.key.split("/")[2] for entry in self._objects.list(_HELD)} - {run_id}
            runs = self._runs(names)
        return any(not run["closed"] and not self._lives(run, now) for run in runs.values())

    def held(self, job_ids: Iterable[str], now: datetime) -> set[str]:
        """Those of the jobs that a living run has."""
        wanted = set(job_ids)
        with _told():
            pairs = [entry.key.split("/")[2:] for entry in self._objects.list(_HELD)]
        holders = {job_id: run_id for run_id, job_id in pairs if job_id in wanted}
        living = self.living(holders.values(), now)
        return {job_id for job_id, run_id in holders.items() if run_id in living}

    def check(self, job_id: str, fence: int) -> None:
        """See that no one took the job since this fence was given out.

        Raises:
            LeaseLost: someone did.
        """
        with _told():
            lease = self._lease(job_id).read()
        if lease is None or lease["fence"] != fence:
            raise LeaseLost(job_id)

    def before_commit(self, job_id: str, fence: int) -> None:
        """Nothing: a commit that comes too late finds its place taken."""

    def withdraw(self, job_ids: Sequence[str]) -> None:
        """Take jobs from whoever holds them: from now on that run can't write to them."""

        def withdraw(job_id: str) -> None:
            def withdrawn(lease: Values | None) -> Values | None:
                if lease is None or lease["run_id"] is None:
                    return None
                self._folders.close(job_id, lease["fence"])
                return {"fence": lease["fence"] + 1, "run_id": None}

            self._lease(job_id).change(withdrawn)

        with _told():
            self._objects.each(withdraw, job_ids)

    def forget(self, job_ids: Sequence[str]) -> None:
        """Drop the leases of jobs whose live folder is gone for good."""
        with _told():
            self._objects.delete([f"{LEASES}/{job_id}.json" for job_id in job_ids])

    def job_ids(self) -> set[str]:
        """The jobs that have a lease, whoever holds it."""
        with _told():
            keys = [entry.key for entry in self._objects.list(LEASES)]
        return {key.removeprefix(f"{LEASES}/").removesuffix(".json") for key in keys}

    def faults(self) -> list[str]:
        """Nothing: the store answers for its objects."""
        return []

    def _lease(self, job_id: str) -> JsonObject:
        return JsonObject(self._objects, f"{LEASES}/{job_id}.json")

    def _run(self, run_id: str) -> JsonObject:
        if not _RUN.fullmatch(run_id):
            raise ValueError(f"{run_id!r} can't be a run's name")
        return JsonObject(self._objects, f"{_RUNS}/{run_id}.json")

    def _change_run(self, run_id: str, **values: object) -> None:
        with _told():
            self._run(run_id).change(lambda run: None if run is None else {**run, **values})

    def _runs(self, run_ids: Iterable[str]) -> dict[str, Values]:
        """The runs of some names, by name, as far as they are runs of this home."""
        names = [name for name in sorted(set(run_ids)) if _RUN.fullmatch(name)]
        with _told():
            found = self._objects.each(lambda name: self._run(name).read(), names)
        return {name: run for name, run in zip(names, found, strict=True) if run is not None}

    def _lives(self, run: Values, now: datetime) -> bool:
        process = (run["pid"], run.get("process")) if run["host"] == self._host else None
        return not run["closed"] and is_alive(run["heartbeat"], now, process)


def _held(run_id: str, job_id: str) -> str:
    return f"{_HELD}/{run_id}/{job_id}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the leases can't be used: {error}") from error
