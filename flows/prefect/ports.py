"""Ports for Prefect's servers: each is one home's while its server is starting."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

PORT = 4200
"""Prefect's own."""

_TRIES = 20


@contextlib.contextmanager
def reserved(port: int, *, or_any: bool) -> Iterator[int | None]:
    """A port of the loopback device on which nobody listens, kept from others while entered.

    A server takes seconds until it listens, and until then its port looks free. So whoever starts
    one holds a lock, for all homes of the user on this machine. Other programs know nothing of it.

    Args:
        port: the one that is wanted.
        or_any: whether another will do.

    Returns:
        None where it is taken.
    """
    for number in (port, *([0] * _TRIES if or_any else [])):
        found = number or any_port()
        with contextlib.ExitStack() as held:
            if is_free(found) and held.enter_context(_locked(found)):
                yield found
                return
    yield None


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of the loopback device."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """Prefect's own port, or any where that is taken; another may take it before it is used."""
    return PORT if is_free(PORT) else any_port()


def any_port() -> int:
    """A port of the loopback device that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _locked(port: int) -> Iterator[bool]:
    """Whether this process has the port's lock; where no file can be made, it counts as had."""
    folder = Path(tempfile.gettempdir()) / f"nightdesk-ports-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = (folder / str(port)).open("ab")
    except OSError:
        yield True
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
