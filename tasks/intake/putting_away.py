"""Putting away what the inbox held: aside first, then compared, then to where it belongs.

A file may be saved anew between its reading and its moving; then what lies there is not what was
queued, and must stay. To look first and move then would only make the moment shorter. So a file is
renamed aside, where nobody else finds it, and compared there with what was read; what differs goes
back to its place. What was queued then becomes the night's folder in one renaming. A process that
dies on the way leaves files aside, and the next night begins by putting them back.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import os
import signal
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import DocumentError, InputError
from storage.files.durable import SHARED, write_file
from tasks.intake.table_kinds import TABLES

DONE = ".done"
REJECTED = ".rejected"
ERROR = ".error.txt"
ASIDE = ".taking"


@dataclass(frozen=True, slots=True)
class Finished:
    """A file of the inbox that is to leave it.

    Attributes:
        path: where it lies.
        sha256: of the bytes that were read; None where none were.
        errors: why it can't be used; none where it was.
    """

    path: Path
    sha256: str | None
    errors: tuple[InputError, ...] = ()


@contextlib.contextmanager
def alone(inbox: Path) -> Iterator[None]:
    """While entered, no other process takes anything from this inbox, where the disk has locks."""
    handle = os.open(inbox, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def take_back(inbox: Path) -> list[InputError]:
    """Put back what a process left aside that died; to be called while `alone`.

    Returns:
        An error for each file that can't be put back, and lies where it says.
    """
    errors: list[InputError] = []
    for kind in (DONE, REJECTED):
        top = inbox / ASIDE / kind
        for folder, _, names in os.walk(top):
            for name in names:
                aside = Path(folder, name)
                try:
                    _put_back(aside, inbox / aside.relative_to(top))
                except OSError as error:
                    message = f"can't be put back into the inbox: {error.strerror or error}"
                    errors.append(DocumentError(message, where=str(aside)))
    _drop_empty(inbox / ASIDE)
    return errors


def put_away(
    inbox: Path,
    night: str,
    finished: Iterable[Finished],
    together: Sequence[Collection[Path]] = (),
) -> list[InputError]:
    """Move files to the night's folders below `DONE` and `REJECTED`; to be called while `alone`.

    A file that is not what was read any more stays, or that someone has open to write.

    Args:
        together: files of which none goes without the others: a manifest and what it names.

    Returns:
        An error for each file that can't be moved, and stays.
    """
    moving = _Moving(inbox, night)
    # Links first: their text lies elsewhere, and is found only until that is moved too.
    for file in sorted(finished, key=lambda file: not file.path.is_symlink()):
        moving.set_aside(file)
    moving.let_stay(together)
    moving.finish()
    _drop_empty(inbox / ASIDE)
    return moving.errors


class _Moving:
    def __init__(self, inbox: Path, night: str) -> None:
        self._inbox, self._night = inbox, night
        self._real = Path(os.path.realpath(inbox))
        self._aside: dict[Path, tuple[Finished, Path]] = {}
        self._stays: set[Path] = set()
        self.errors: list[InputError] = []

    def set_aside(self, file: Finished) -> None:
        """Rename a file aside."""
        place = self._place(file.path)
        if place in self._aside or place in self._stays:
            return
        kind = REJECTED if file.errors else DONE
        aside = self._inbox / ASIDE / kind / place
        try:
            if file.path.is_symlink() and not _is_as_read(file.path, file.sha256):
                self._stays.add(place)
                return
            aside.parent.mkdir(parents=True, exist_ok=True)
            file.path.rename(aside)
        except FileNotFoundError:
            return  # It was taken away just now.
        except OSError as error:
            self._stays.add(place)
            self._say(file.path, error)
            return
        self._aside[place] = file, aside

    def let_stay(self, together: Sequence[Collection[Path]]) -> None:
        """Put back what is not what was read, and what goes with it."""
        for place, (file, aside) in self._aside.items():
            if not aside.is_symlink() and not _is_as_read(aside, file.sha256):
                self._stays.add(place)
        groups = [{self._place(path) for path in group} for group in together]
        before = -1
        while before != len(self._stays):
            before = len(self._stays)
            for group in groups:
                if group & self._stays:
                    self._stays |= group
        for place in self._stays & self._aside.keys():
            self._back(place)

    def finish(self) -> None:
        """Move what was used, all at once, then what can't be used, with its reasons."""
        used = [place for place, (file, _) in self._aside.items() if not file.errors]
        top, target = self._inbox / ASIDE / DONE, self._inbox / DONE / self._night
        _drop_empty(top)
        try:
            if used and not os.path.lexists(target):
                _renamed(top, target)
            else:
                for place in used:
                    _renamed(top / place, _free(target / place))
        except OSError as error:
            for place in used:
                if os.path.lexists(top / place):
                    self._say(self._aside[place][0].path, error)
                    self._back(place)
        for place, (file, aside) in list(self._aside.items()):
            if file.errors:
                self._reject(place, file, aside)

    def _reject(self, place: Path, file: Finished, aside: Path) -> None:
        target = _free(self._inbox / REJECTED / self._night / place)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_file(target.with_name(target.name + ERROR), _reasons(file).encode(), mode=SHARED)
            aside.rename(target)
        except OSError as error:
            self._say(file.path, error)
            self._back(place)

    def _place(self, path: Path) -> Path:
        """A file's path from the inbox on, however it was named."""
        return Path(os.path.realpath(path.parent), path.name).relative_to(self._real)

    def _back(self, place: Path) -> None:
        file, aside = self._aside.pop(place)
        try:
            _put_back(aside, self._inbox / place)
        except OSError as error:
            message = f"it can't be put back, and lies in {aside}: {error.strerror or error}"
            self.errors.append(DocumentError(message, where=str(file.path)))

    def _say(self, path: Path, error: OSError) -> None:
        message = f"it can't be moved out of the way, so it stays: {error.strerror or error}"
        self.errors.append(DocumentError(message, where=str(path)))


def _is_as_read(path: Path, sha256: str | None) -> bool:
    """Whether a file holds what was read, and nobody has it open to write."""
    if sha256 is None:
        return True
    try:
        with path.open("rb") as file:
            return not _is_being_written(file.fileno()) and (
                hashlib.file_digest(file, "sha256").hexdigest() == sha256
            )
    except OSError:
        return False


def _is_being_written(handle: int) -> bool:
    """Whether someone has a file open to write, as far as this system tells.

    Linux gives a lease to read only where nobody does. It ends when the file is closed here; who
    opens the file meanwhile waits for that, and the signal that tells of it is one that is ignored.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # Another user's file, or a file system without leases.
    return False


def _put_back(aside: Path, place: Path) -> None:
    """Rename a file back, or beside its place where a newer one lies there by now."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for free in _names(place):
        try:
            os.link(aside, free, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError:
            # A file system without hard links.
            if os.path.lexists(free):
                continue
            aside.rename(free)
            return
        aside.unlink()
        return


def _renamed(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True)
        path.rename(target)


def _names(target: Path) -> Iterator[Path]:
    yield target
    for number in itertools.count(2):
        yield target.with_name(f"{target.stem}-{number}{target.suffix}")


def _free(target: Path) -> Path:
    return next(path for path in _names(target) if not os.path.lexists(path))


def _drop_empty(folder: Path) -> None:
    """Take away a folder and those below it, as far as nothing lies in them."""
    for parent, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(parent).rmdir()


def _reasons(file: Finished) -> str:
    lines = [str(error).encode("utf-8", "backslashreplace").decode() for error in file.errors]
    if file.path.suffix.lower() in TABLES and any(error.line for error in file.errors):
        lines.append("Rows that are not named here are queued; hand in the others alone.")
    return "\n".join(lines) + "\n"
