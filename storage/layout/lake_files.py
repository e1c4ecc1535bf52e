"""Where a lake's files are durable; for whoever writes, reads or takes away any but live ones.

All paths are those that `Layout` gives, on this machine.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import uuid_utils

from storage.control.facts import Facts
from storage.control.published import fact_in
from storage.control.sqlite import FILE as CONTROL
from storage.control.sqlite import Control, is_missing
from storage.files.durable import TEMPORARY, private_folder, sync_folder, whole_file, write_file


class Stored(NamedTuple):
    """A file where it is durable: its path, and when it was written, in seconds since 1970."""

    path: Path
    written: float


class Files(Protocol):
    """The files of one lake; safe for threads and processes.

    All methods raise OSError where a file can't be read or written.

    Attributes:
        has_catalog: whether the catalog is kept up to date along with the manifest.
        is_far: whether they are on another machine, so that many are better asked for at once.
    """

    has_catalog: bool
    is_far: bool

    def exists(self) -> bool:
        """Whether there is a lake at all."""

    def has_control(self) -> bool:
        """Whether anything is entered in job control, or must have been."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a file that has this content whoever writes it; durable on return.

        Raises:
            OSError: such as a full disk; readers see all of it or nothing.
        """

    def writing(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """A file to write; readers see either all of it or none, and after the end it is durable.

        It is left out where writing raises.
        """

    def fetch(self, paths: Iterable[Path]) -> None:
        """See that files can be read here; one that is nowhere stays missing."""

    def touch(self, path: Path) -> bool:
        """Count a file as written now, if it is there; False where it has to be written anew."""

    def below(self, folder: Path) -> Iterator[Stored]:
        """The files in a folder and in those below it, without what is being written."""

    def written(self, path: Path) -> float:
        """When a file was written, in seconds since 1970.

        Raises:
            FileNotFoundError: it is not there.
        """

    def remove(self, path: Path) -> None:
        """Take a file away, if it is there."""

    def remove_old(self, path: Path, before: float) -> bool:
        """Take a file away, unless it was written again since a moment in seconds since 1970."""

    def pointer(self, path: Path, tag: str | None) -> tuple[str, bytes] | None:
        """A file that is replaced as a whole: its tag, which changes with it, and its content.

        Returns:
            None where it still has the tag given.

        Raises:
            FileNotFoundError: it is not there.
        """

    def publish(self, path: Path, data: bytes, tag: str | None) -> None:
        """Put content in the place of that with the tag; None: of none.

        Raises:
            Superseded: there is another by now. Not raised while `exclusive`, where that can be.
        """

    def exclusive(self) -> AbstractContextManager[Facts]:
        """Keep others from publishing meanwhile, where that can be; else `publish` finds out.

        What was published is to be entered in the lake's facts before the end.
        """

    def fact(self, name: str) -> str | None:
        """A fact of the lake as it is entered; None where there is none."""

    def prune(self) -> None:
        """Take away what this machine keeps of files that are gone."""


class LocalFiles:
    """Files in a folder that all processes see."""

    has_catalog = True
    is_far = False

    def __init__(self, home: Path) -> None:
        self._home = home

    def exists(self) -> bool:
        return (self._home / "live").is_dir()

    def has_control(self) -> bool:
        return (self._home / CONTROL).exists() or is_missing(self._home)

    def write(self, path: Path, data: bytes) -> None:
        self._make(path.parent)
        write_file(path, data)

    def writing(self, path: Path) -> AbstractContextManager[BinaryIO]:
        self._make(path.parent)
        return whole_file(path)

    def fetch(self, paths: Iterable[Path]) -> None:
        pass

    def touch(self, path: Path) -> bool:
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        # Another process may have put it there without its name being durable yet.
        sync_folder(path.parent)
        return True

    def below(self, folder: Path) -> Iterator[Stored]:
        for path in itertools.chain(folder.glob("*"), folder.glob("*/*")):
            if path.suffix != TEMPORARY and not path.parent.name.startswith("_"):
                with suppress(FileNotFoundError):
                    status = path.stat()
                    if stat.S_ISREG(status.st_mode):
                        yield Stored(path, status.st_mtime)

    def written(self, path: Path) -> float:
        return path.stat().st_mtime

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def remove_old(self, path: Path, before: float) -> bool:
        aside = self._home / "staging" / f"{path.name}.{uuid_utils.uuid7()}{TEMPORARY}"
        try:
            if path.stat().st_mtime >= before:
                return False
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.rename(path)
            return False
        aside.unlink()
        return True

    def pointer(self, path: Path, tag: str | None) -> tuple[str, bytes] | None:
        with path.open("rb") as file:
            # Read from the open file: at the path there may be another by now.
            found = _tag(os.fstat(file.fileno()))
            return None if found == tag else (found, file.read())

    def publish(self, path: Path, data: bytes, tag: str | None) -> None:
        write_file(path, data)

    @contextmanager
    def exclusive(self) -> Iterator[Facts]:
        with closing(Control(self._home)) as control, control.exclusive():
            yield Facts(control)

    def fact(self, name: str) -> str | None:
        return fact_in(self._home / CONTROL, name)

    def prune(self) -> None:
        pass

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            private_folder(folder)
            sync_folder(folder.parent)


def _tag(status: os.stat_result) -> str:
    return f"{status.st_ino} {status.st_mtime_ns} {status.st_size}"
