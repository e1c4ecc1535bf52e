"""Writing so that what is there after a crash is whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp"

PRIVATE = 0o600
"""Of files in a home: customers' documents and secrets are in them, and are nobody else's."""

SHARED = 0o644
"""Of files that are handed over: in the outbox, or where the user names a place."""

_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077


def private_folder(folder: Path) -> None:
    """Make a folder that nobody else sees into, and those above it that are missing, likewise.

    Raises:
        OSError: it can't be made.
    """
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)


def open_private(path: Path) -> BinaryIO:
    """A new file to write that nobody else may read.

    Raises:
        FileExistsError: there is one already.
        OSError: it can't be made.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")


def tighten(home: Path) -> None:
    """See that nobody else sees into a home or a file of it: an earlier Nightdesk let all do so.

    A home that is another user's stays as it is. Once the home itself is closed, nothing more is
    looked at.
    """
    if not home.stat().st_mode & _OTHERS:
        return
    with contextlib.suppress(PermissionError):
        for folder, _, names in os.walk(home):
            for path in (Path(folder, name) for name in names):
                _close(path)
            if Path(folder) != home:
                _close(Path(folder))
        _close(home)


def _close(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        status = path.lstat()
        if not stat.S_ISLNK(status.st_mode):
            path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write a file whole, as `whole_file` does.

    Raises:
        OSError: such as a full disk; nothing is left behind.
    """
    with whole_file(path, mode=mode) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path, *, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """A file to write: readers see either all of it or none, and after the end it is durable.

    A file that was at the path is replaced at once, or stays where writing raises. What a crash
    leaves behind bears the suffix `TEMPORARY`, and `clear_abandoned` takes it away.

    Where the folder can't be fsynced after the renaming, this raises though readers may see the
    file: whoever writes must not count on what a crash could still take back. What is written
    bears the same content whoever writes it again, or is numbered, so doing it again is safe.

    Raises:
        OSError: such as a full disk; nothing is left behind but, in that one case, the file.
    """
    aside, new = begun(path)
    try:
        with new as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def begun(path: Path) -> tuple[Path, BinaryIO]:
    """A new file beside a path, locked by this process as long as it is open.

    What a crash leaves behind of it, `clear_abandoned` takes away.

    Raises:
        OSError: it can't be made.
    """
    while True:
        aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}{TEMPORARY}")
        file = open_private(aside)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return aside, file
        except BaseException:
            file.close()
            aside.unlink(missing_ok=True)
            raise
        # Taken for abandoned in the moment before it was locked.
        file.close()


def clear_abandoned(path: Path) -> bool:
    """Take away a file of `begun` that was being written, if its writer is dead.

    A lock on the file tells: it ends with the process. A file system on which locks don't reach
    other machines doesn't carry the control database either.

    Returns:
        Whether it is gone.
    """
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        path.unlink(missing_ok=True)
    return True
