"""Which errors are of the home as a whole, and so of no job that met them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import HomeFault, LakeDamaged, LakeError, LakeTooNew
from storage.files.store_errors import OutOfReach

ERRNOS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.ENOTCONN,
        errno.ESTALE,
        errno.ENODEV,
        errno.EMFILE,
        errno.ENFILE,
        errno.ECONNREFUSED,
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.EHOSTDOWN,
    }
)
"""No room, read-only, gone, out of reach, or no more open files: the next job would meet it too."""

_FULL = "No space left on device"
"""DuckDB tells it in words alone."""

_OF_A_ROW = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)


@contextmanager
def told(what: str, *kinds: type[Exception]) -> Iterator[None]:
    """Tell of files that can't be read or written as of the lake's.

    Args:
        what: can't be done, in words.
        kinds: what else than OSError is told of.

    Raises:
        LakeError: in the place of such an error.
    """
    caught: tuple[type[Exception], ...] = (OSError, *kinds)
    try:
        yield
    except caught as error:
        raise LakeError(f"{what}: {error}") from error


def is_of_home(error: BaseException) -> bool:
    """Whether an error, or what brought it about, is a fault of the home as a whole."""
    return any(_is_of_home(one) for one in _chain(error))


def _is_of_home(error: BaseException) -> bool:
    if isinstance(error, HomeFault | LakeDamaged | LakeTooNew):
        return True
    if isinstance(error, OSError):
        return isinstance(error, OutOfReach) or error.errno in ERRNOS
    if isinstance(error, sqlite3.Error):
        return not isinstance(error, _OF_A_ROW)
    return type(error).__module__.endswith("duckdb") and _FULL in str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__
