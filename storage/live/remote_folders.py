"""Live folders in an object store: each commit one object, put only where none is.

The names make it safe. A fence's owner writes its files in one series, and the name of the next is
known (`storage.live.listing.BLOCK`). Before a job changes hands, or is sealed while somebody holds
it, `close` puts a file without rows in the place of the next one: from then on the owner before
can't add anything, and all it did add is in the listing. So nobody has to look at the lease before
a commit, and nobody's clock counts. For that a series must have no gap: an owner whose place was
taken, or whose commit the store left open, writes no more.

A folder counts as long as its first file is there. So it comes and goes at once, and what a stale
owner might still write to one that was swept long ago, where nothing is left to close, counts
nowhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from storage.files.cached import Cached
from storage.live.folders import FIRST, Opened
from storage.live.listing import LiveFile, agreed, settled
from storage.live.live_bytes import SCHEMA, small_parquet

FOLDER = "live"
FEW = 64
"""Jobs that are listed each by itself, side by side; of more, all that are live."""

_TRIES = 20


class RemoteFolders:
    """The live folders of a home in an object store, as `storage.live.folders.LiveFolders` says."""

    def __init__(self, cached: Cached) -> None:
        self._cached = cached
        self._objects = cached.objects
        self._live = cached.folder / FOLDER
        self._ended: dict[tuple[str, int], OSError] = {}

    def enter(self, job_id: str, data: bytes) -> bool:
        path = self._path(job_id, FIRST)
        try:
            self._objects.create(self._cached.key(path), data)
        except FileExistsError:
            return False
        self._cached.keep(path, data)
        return True

    def entered(self) -> None:
        pass

    def present(self, job_ids: Collection[str]) -> list[str]:
        there = self._objects.each(self._is_present, job_ids)
        return [job_id for job_id, is_there in zip(job_ids, there, strict=True) if is_there]

    def _is_present(self, job_id: str) -> bool:
        try:
            self._objects.modified(self._cached.key(self._path(job_id, FIRST)))
        except FileNotFoundError:
            return False
        return True

    def names(self) -> list[str]:
        return sorted(self._listed(FOLDER))

    def versions(self) -> dict[str, object]:
        return {job_id: frozenset(files) for job_id, files in self._listed(FOLDER).items()}

    def taken_up(self, job_ids: Sequence[str]) -> list[str]:
        there = self._listed(FOLDER)
        return [j for j in job_ids if any(file.fence for file in there.get(j, ()))]

    def opened(self, job_id: str, fence: int) -> Opened:
        return Opened.among(self._of(job_id), fence)

    def append(self, job_id: str, file: LiveFile, data: bytes) -> None:
        series = job_id, file.fence
        if series in self._ended:
            raise self._ended[series]
        path = self._path(job_id, file)
        try:
            self._objects.create(self._cached.key(path), data)
        except FileExistsError as error:
            self._ended[series] = error
            raise
        except OSError as error:
            message = f"an earlier commit was left open, and the next run goes on: {error}"
            self._ended[series] = OSError(message)
            raise
        self._cached.keep(path, data)

    def fold(self, job_id: str, file: LiveFile, data: bytes) -> None:
        self._cached.put(self._path(job_id, file), data)

    def close(self, job_id: str, fence: int) -> None:
        """See that the owner with this fence can't write any more; all it wrote is there.

        An owner that writes on meanwhile can't outrun this: where it was faster, places further
        and further ahead of it are taken, and then those before them, down to its last file.
        """
        ahead = 1
        while files := self._of(job_id):
            series = [file for file in files if file.fence == fence]
            places = [max(series, default=LiveFile(fence, last=0, first=0)).next()]
            while len(places) < ahead:
                places.append(places[-1].next())
            if self._taken(job_id, places):
                return
            ahead *= 4

    def _taken(self, job_id: str, places: Sequence[LiveFile]) -> bool:
        """Take some places from the last to the first that is free; False where the last is not."""
        nothing = small_parquet(SCHEMA.empty_table())
        for place in reversed(places):
            try:
                self._objects.create(self._cached.key(self._path(job_id, place)), nothing)
            except FileExistsError:
                return place != places[-1]
        return True

    def files(self, job_id: str) -> list[LiveFile]:
        found = settled(lambda: self._of(job_id))
        if not found:
            raise FileNotFoundError(f"{self._objects.url}/{FOLDER}/{job_id} is not there")
        return found

    def readable(self, job_id: str, files: Sequence[LiveFile]) -> list[str]:
        return self._fetched({job_id: list(files)})

    def paths(self, job_ids: Sequence[str]) -> list[str]:
        if len(job_ids) <= FEW:
            found = self._objects.each(self.files, job_ids)
            of_job: Mapping[str, list[LiveFile]] = dict(zip(job_ids, found, strict=True))
        else:
            of_job = self._all()
            if missing := [job_id for job_id in job_ids if job_id not in of_job]:
                raise FileNotFoundError(f"{self._objects.url}/{FOLDER}/{missing[0]} is not there")
        return self._fetched({job_id: of_job[job_id] for job_id in job_ids})

    def patterns(self, replaced: Collection[str]) -> list[str]:
        for _ in range(_TRIES):
            kept = list(self._live.glob("[!_]*/*.parquet"))
            of_job = {job: files for job, files in self._all().items() if job not in replaced}
            wanted = {self._path(job, file) for job, files in of_job.items() for file in files}
            for path in kept:
                if path not in wanted:
                    path.unlink(missing_ok=True)
            try:
                return self._fetched(of_job)
            except FileNotFoundError:
                continue  # folded or swept meanwhile
        raise OSError(f"{self._objects.url}/{FOLDER} changes faster than it can be read")

    def drop(self, job_id: str, file: LiveFile) -> None:
        self._cached.remove(self._path(job_id, file))

    def remove(self, job_id: str) -> None:
        self._objects.delete([self._cached.key(self._path(job_id, FIRST))])
        self._objects.delete([e.key for e in self._objects.list(f"{FOLDER}/{job_id}")])
        shutil.rmtree(self._live / job_id, ignore_errors=True)

    def sweep(self, before: float) -> None:
        entries = self._objects.list(FOLDER)
        firsts = {entry.key for entry in entries if entry.key.endswith(f"/{FIRST.name}")}
        old = [
            entry.key
            for entry in entries
            if entry.modified.timestamp() < before
            and f"{entry.key.rpartition('/')[0]}/{FIRST.name}" not in firsts
        ]
        self._objects.delete(old)

    def _path(self, job_id: str, file: LiveFile) -> Path:
        return self._live / job_id / file.name

    def _of(self, job_id: str) -> set[LiveFile]:
        return self._listed(f"{FOLDER}/{job_id}").get(job_id, set())

    def _listed(self, folder: str) -> dict[str, set[LiveFile]]:
        """The files of the folders that count, by job."""
        found: dict[str, set[LiveFile]] = {}
        for entry in self._objects.list(folder):
            _, job_id, *rest = entry.key.split("/")
            file = LiveFile.named("/".join(rest))
            if file is not None:
                found.setdefault(job_id, set()).add(file)
        return {job_id: files for job_id, files in found.items() if FIRST in files}

    def _all(self) -> dict[str, list[LiveFile]]:
        """The files of all folders, those of each as they were at one moment."""
        before, after = self._listed(FOLDER), self._listed(FOLDER)
        found = {}
        for job_id in before.keys() & after.keys():
            files = agreed(before[job_id], after[job_id])
            found[job_id] = self.files(job_id) if files is None else files
        return found

    def _fetched(self, of_job: Mapping[str, list[LiveFile]]) -> list[str]:
        """The paths of files, once all of them are here; those of a job in their order.

        Raises:
            FileNotFoundError: one is gone.
        """

        def fetch(job_id: str) -> None:
            for file in of_job[job_id]:
                self._cached.fetch(self._path(job_id, file))

        jobs = sorted(of_job)
        self._objects.each(fetch, jobs)
        return [str(self._path(j, file)) for j in jobs for file in of_job[j]]
