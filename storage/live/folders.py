"""The live folders of jobs: entered, written to, listed and taken away.

A folder counts from the moment its first file is there, the row of a new job, until that one goes.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import uuid_utils

from storage.files.durable import TEMPORARY, private_folder, sync_folder, write_file
from storage.live.listing import LiveFile, listed
from storage.tables.database import literal_paths

FIRST = LiveFile(fence=0, last=1, first=1)
"""The file with which a job is entered."""


class Opened(NamedTuple):
    """Where a writer begins.

    Attributes:
        after: the count after which it does.
        newest: the newest file that is there; None where there is none.
    """

    after: int
    newest: LiveFile | None

    def comes_after(self, file: LiveFile) -> bool:
        """Whether the newest file is one, or gathers it, or was written later."""
        return self.newest is not None and (self.newest >= file or self.newest.gathers(file))

    @staticmethod
    def among(files: Iterable[LiveFile], fence: int) -> Opened:
        """Where a writer with a fence begins, by the files that are there."""
        there = sorted(files)
        after = max((file.last for file in there if file.fence == fence), default=0)
        return Opened(after, there[-1] if there else None)


class LiveFolders(Protocol):
    """The live folders of one lake; safe for threads and processes.

    All methods raise OSError where files can't be read or written.
    """

    def enter(self, job_id: str, data: bytes) -> bool:
        """Enter a job whole, with its first file; False where it is there already."""

    def entered(self) -> None:
        """Make the entering of jobs durable."""

    def present(self, job_ids: Collection[str]) -> list[str]:
        """Those of the jobs that have a folder, in the same order."""

    def names(self) -> list[str]:
        """The names of all folders, in order; not all of them need be a job's."""

    def versions(self) -> dict[str, object]:
        """What is another value once a folder has another file, by name.

        A file that comes within a hundredth of a second of the listing may not show.
        """

    def taken_up(self, job_ids: Sequence[str]) -> list[str]:
        """Those of the jobs that a run has written to.

        Raises:
            FileNotFoundError: a job has no folder.
        """

    def opened(self, job_id: str, fence: int) -> Opened:
        """Where a writer with this fence begins.

        What an owner before left half written goes.
        """

    def append(self, job_id: str, file: LiveFile, data: bytes) -> None:
        """Write the next file of a fence's owner; durable on return.

        Raises:
            FileNotFoundError: the folder is gone.
            FileExistsError: another owner has closed what this one writes.
        """

    def fold(self, job_id: str, file: LiveFile, data: bytes) -> None:
        """Write a file that gathers others; durable on return."""

    def files(self, job_id: str) -> list[LiveFile]:
        """The live files that count, all there were at one moment, oldest first.

        Raises:
            FileNotFoundError: there is no such folder.
        """

    def readable(self, job_id: str, files: Sequence[LiveFile]) -> list[str]:
        """The paths of some files of a job, readable here.

        Raises:
            FileNotFoundError: one is gone.
        """

    def paths(self, job_ids: Sequence[str]) -> list[str]:
        """The paths of the files of some jobs that count, readable here.

        Raises:
            FileNotFoundError: a job has none.
        """

    def patterns(self, replaced: Collection[str]) -> list[str]:
        """Paths, or patterns as DuckDB takes them, for all live files there are; none of none.

        Args:
            replaced: jobs that need not be among them.
        """

    def drop(self, job_id: str, file: LiveFile) -> None:
        """Take away a file that another gathers."""

    def remove(self, job_id: str) -> None:
        """Take a job's folder away, at once for all who list it."""

    def sweep(self, before: float) -> None:
        """Take away what was written before a moment to folders that no job is in any more."""


class LocalFolders:
    """Live folders in a folder that all processes see.

    Args:
        live: the folder they lie in.
        staging: one on the same file system, where they are put together and thrown away.
    """

    def __init__(self, live: Path, staging: Path) -> None:
        self._live = live
        self._staging = staging

    def enter(self, job_id: str, data: bytes) -> bool:
        folder = self._live / job_id
        if folder.exists():
            return False
        staged = self._staging / f"{job_id}.{uuid.uuid4().hex}{TEMPORARY}"
        private_folder(staged)
        write_file(staged / FIRST.name, data)
        try:
            staged.rename(folder)
        except OSError:
            (staged / FIRST.name).unlink()
            staged.rmdir()
            if folder.exists():
                return False
            raise
        return True

    def entered(self) -> None:
        sync_folder(self._live)

    def present(self, job_ids: Collection[str]) -> list[str]:
        return [job_id for job_id in job_ids if (self._live / job_id).is_dir()]

    def names(self) -> list[str]:
        with os.scandir(self._live) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())

    def versions(self) -> dict[str, object]:
        found: dict[str, object] = {}
        with os.scandir(self._live) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    found[entry.name] = entry.stat().st_mtime_ns
        return found

    def taken_up(self, job_ids: Sequence[str]) -> list[str]:
        return [job_id for job_id in job_ids if any(file.fence for file in self.files(job_id))]

    def opened(self, job_id: str, fence: int) -> Opened:
        folder = self._live / job_id
        for left in folder.glob(f"*{TEMPORARY}"):
            # Its writer can't finish it any more.
            left.unlink(missing_ok=True)
        return Opened.among(listed(folder), fence)

    def append(self, job_id: str, file: LiveFile, data: bytes) -> None:
        write_file(self._live / job_id / file.name, data)

    def fold(self, job_id: str, file: LiveFile, data: bytes) -> None:
        self.append(job_id, file, data)

    def files(self, job_id: str) -> list[LiveFile]:
        return listed(self._live / job_id)

    def readable(self, job_id: str, files: Sequence[LiveFile]) -> list[str]:
        folder = self._live / job_id
        return [f"{folder}/{file.name}" for file in files]

    def paths(self, job_ids: Sequence[str]) -> list[str]:
        paths = []
        for job_id in job_ids:
            files = self.files(job_id)
            if not files:
                raise FileNotFoundError(self._live / job_id)
            paths += self.readable(job_id, files)
        return paths

    def patterns(self, replaced: Collection[str]) -> list[str]:
        if all(name in replaced or name.startswith("_") for name in self.names()):
            return []
        return [f"{literal_paths([str(self._live)])[0]}/*/*.parquet"]

    def drop(self, job_id: str, file: LiveFile) -> None:
        (self._live / job_id / file.name).unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        # Moved away at once, so that nobody who lists finds half of it.
        aside = self._staging / f"{job_id}.{uuid_utils.uuid7()}{TEMPORARY}"
        with suppress(FileNotFoundError):
            (self._live / job_id).rename(aside)
            shutil.rmtree(aside)

    def sweep(self, before: float) -> None:
        pass
