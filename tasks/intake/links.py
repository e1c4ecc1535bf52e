"""Links, and files read within a folder that nothing may lead out of."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from domain.errors import DocumentError, InputError

_LONGEST_CONFIGURATION = 1_000_000
"""Bytes of a site's configuration."""

LEADS_OUTSIDE = "the link leads outside of the inbox; lay a copy of what it names there instead"


def leads_outside(path: Path, within: Path) -> bool:
    """Whether what a path names, links followed, lies elsewhere than in a folder."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(within))


def links_out(folder: Path, leave_out: Collection[Path]) -> Iterator[Path]:
    """The links below a folder that lead out of it, to files and folders, hidden ones left out.

    Args:
        leave_out: folders not to look into, resolved; a link to one is passed over as it is.
    """
    for parent, folders, names in os.walk(folder):
        for name in sorted([*folders, *names]):
            path = Path(parent, name)
            is_ours = not name.startswith(".") and path.is_symlink()
            if is_ours and leads_outside(path, folder) and path.resolve() not in leave_out:
                yield path
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and Path(parent, name).resolve() not in leave_out
        ]


def read_file(path: Path, within: Path | None = None) -> bytes:
    """The bytes of a file.

    Args:
        within: a folder that it must lie in, links followed; None: anywhere.

    Raises:
        DocumentError: it is no file, or lies elsewhere.
        OSError: it can't be read.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise DocumentError("it is no file but a pipe or a device; hand in a file")
        if within is not None and not _is_within(path, found, within):
            raise DocumentError(LEADS_OUTSIDE)
        return file.read()


def configuration_text(path: Path, within: Path | None = None) -> str:
    """The text of a site's configuration, which is read and never run.

    Args:
        within: as for `read_file`.

    Returns:
        What can't be read or is too long for a configuration is empty.
    """
    try:
        if path.stat().st_size > _LONGEST_CONFIGURATION:
            return ""
        return read_file(path, within).decode(errors="replace")
    except (OSError, DocumentError):
        return ""


def _without_waiting(path: str, flags: int) -> int:
    # A pipe would be waited for until someone writes to it.
    return os.open(path, flags | os.O_NONBLOCK)


def _is_within(path: Path, opened: os.stat_result, within: Path) -> bool:
    """Whether that very file, opened by its path, lies in a folder.

    Its path is looked at after it was opened: a link that was put there in between leads to
    another file than the one that is open.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(within)):
        return False
    try:
        return os.path.samestat(opened, real.lstat())
    except OSError:
        return False


def refused_link(path: Path, kind: type[InputError] = DocumentError) -> InputError:
    """The error of a link that leads outside of the inbox."""
    return kind(LEADS_OUTSIDE, where=str(path))
