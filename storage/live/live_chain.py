"""Whether a live file is missing: each names the one that was written before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from storage.live.listing import LiveFile

GONE = "it is not there: it was the newest when the job was let go of"
"""What is wrong with a file that no later one can name."""


def missing(told: Iterable[tuple[str, str]]) -> str | None:
    """The path of a file that another names as the one before it, and that is not there.

    Args:
        told: of all files of some jobs that count, at one moment, the path, and the name that each
            gives of the one before it; empty where it gives none.
    """
    folders: dict[str, tuple[set[LiveFile], dict[str, None]]] = {}
    for path, before in told:
        folder, _, name = path.rpartition("/")
        there, wanted = folders.setdefault(folder, (set(), {}))
        if (file := LiveFile.named(name)) is not None:
            there.add(file)
        if before:
            wanted[before] = None
    lost = (
        f"{folder}/{name}"
        for folder, (there, wanted) in folders.items()
        for name in wanted
        if not is_there(LiveFile.named(name), there)
    )
    return next(lost, None)


def is_there(wanted: LiveFile | None, files: Collection[LiveFile]) -> bool:
    """Whether a file, or one that gathers it, is among those of its job."""
    return wanted is None or wanted in files or any(file.gathers(wanted) for file in files)
