"""Who uses the Prefect server of a home, told by locks: they end with the process that has them."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from storage.files.durable import PRIVATE, private_folder

CHOOSING = "choosing.lock"
USERS = "users.lock"


@contextlib.contextmanager
def choosing(home: Path) -> Iterator[None]:
    """While entered, nobody else finds, starts or ends the server of this home."""
    with _locked(home, CHOOSING, fcntl.LOCK_EX):
        yield


@contextlib.contextmanager
def using(home: Path) -> Iterator[None]:
    """While entered, this process counts as a user of the server of this home."""
    with _locked(home, USERS, fcntl.LOCK_SH):
        yield


def is_used(home: Path) -> bool:
    """Whether anyone uses the server of this home; to be asked while `choosing`."""
    try:
        with _locked(home, USERS, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextlib.contextmanager
def _locked(home: Path, name: str, how: int) -> Iterator[None]:
    folder = home / "prefect"
    private_folder(folder)
    (folder / name).touch(PRIVATE)
    with (folder / name).open("ab") as file:
        fcntl.flock(file, how)
        yield
