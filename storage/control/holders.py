"""Who holds which jobs, beside their leases, and how an owner before is kept from writing.

What knows a store is imported where a home is in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from storage.control.entries import Entries, Values
from storage.control.json_entries import FOLDER
from storage.files.faults import told
from storage.files.home import RemoteHome, folder_of, objects_of

FREE: Values = {"run_id": None, "kills": 0}
"""A lease that nobody has."""

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_HELD = f"{FOLDER}/held"

_told = partial(told, "the leases can't be used")


class Holders(Protocol):
    """The runs that hold jobs.

    Attributes:
        are_looked_up: whether each commit looks at the job's lease. Where none does, an owner is
            shut out before its lease passes on.
    """

    are_looked_up: bool

    def can_be(self, run_id: str) -> bool:
        """Whether a run can have this name."""

    def of(self, job_ids: Iterable[str]) -> dict[str, str]:
        """The run that has a lease, by job; it may have ended."""

    def before(self, run_id: str) -> set[str]:
        """The run that beat last before another, or those that still seem to hold jobs."""

    def shut_out(self, job_id: str, fence: int) -> None:
        """See that the owner with this fence can't write any more; all it wrote is there."""

    def passed(self, job_id: str, before: str | None, now: str | None) -> None:
        """Enter that a job has passed from a run to another; None: from or to nobody."""

    def free(self, run_id: str) -> None:
        """Free all jobs of a run that has ended."""


class LeaseHolders:
    """Of a home in a folder: the leases themselves tell, and each commit looks at its own."""

    are_looked_up = True

    def __init__(self, leases: Entries[str], runs: Entries[str]) -> None:
        self._leases = leases
        self._runs = runs

    def can_be(self, run_id: str) -> bool:
        return True

    def of(self, job_ids: Iterable[str]) -> dict[str, str]:
        leases = self._leases.read(job_ids).items()
        return {job_id: lease["run_id"] for job_id, lease in leases if lease["run_id"] is not None}

    def before(self, run_id: str) -> set[str]:
        beats = {name: run["heartbeat"] for name, run in self._runs.read().items()}
        beats.pop(run_id, None)
        return {max(beats, key=beats.__getitem__)} if beats else set()

    def shut_out(self, job_id: str, fence: int) -> None:
        pass

    def passed(self, job_id: str, before: str | None, now: str | None) -> None:
        pass

    def free(self, run_id: str) -> None:
        self._leases.update(None, FREE, run_id=run_id)


class ListedHolders:
    """Of a home in an object store: an object without content tells that a run holds a job.

    So one listing tells of all.
    """

    are_looked_up = False

    def __init__(self, home: RemoteHome) -> None:
        from storage.files.cached import Cached
        from storage.live.remote_folders import RemoteFolders

        self._objects = objects_of(home)
        self._folders = RemoteFolders(Cached(folder_of(home), self._objects))

    def can_be(self, run_id: str) -> bool:
        return _RUN.fullmatch(run_id) is not None

    def of(self, job_ids: Iterable[str]) -> dict[str, str]:
        wanted = set(job_ids)
        return {job_id: run_id for run_id, job_id in self._listed() if job_id in wanted}

    def before(self, run_id: str) -> set[str]:
        return {name for name, _ in self._listed()} - {run_id}

    def shut_out(self, job_id: str, fence: int) -> None:
        self._folders.close(job_id, fence)

    def passed(self, job_id: str, before: str | None, now: str | None) -> None:
        with _told():
            if before is not None:
                self._objects.delete([_held(before, job_id)])
            if now is not None:
                self._objects.put(_held(now, job_id), b"")

    def free(self, run_id: str) -> None:
        with _told():
            self._objects.delete([e.key for e in self._objects.list(f"{_HELD}/{run_id}")])

    def _listed(self) -> list[list[str]]:
        """Runs and jobs they hold."""
        with _told():
            return [entry.key.split("/")[2:] for entry in self._objects.list(_HELD)]


def _held(run_id: str, job_id: str) -> str:
    return f"{_HELD}/{run_id}/{job_id}"
