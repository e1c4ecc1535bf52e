"""Writing so that what is there after a crash is whole."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file whole, as `whole_file` does.

    Raises:
        OSError: such as a full disk; nothing is left behind.
    """
    with whole_file(path, mode=mode) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write: readers see either all of it or none, and after the end it is durable.

    A file that was at the path is replaced at once, or stays where writing raises. What a crash
    leaves behind bears the suffix `TEMPORARY`.

    Raises:
        OSError: such as a full disk; nothing is left behind.
    """
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}{TEMPORARY}")
    try:
        with aside.open("xb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
