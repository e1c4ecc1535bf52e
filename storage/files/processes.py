"""Which process a number stands for: numbers are given out again, and clocks are set.

psutil is imported where a process is asked about: many read a lake that no run is at.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
_BOOT_ID = _PROC / "sys/kernel/random/boot_id"
_CREATED = "created "
_START_TICKS = 19
"""A field of `/proc/<pid>/stat`, counted from the one after the name."""


def mark_of(pid: int) -> str | None:
    """What tells a process from all others that bear its number, before it and after.

    On Linux it is the machine's boot and the clock ticks from there to the process's start, which
    no setting of the clock moves, as it does the time of day that the same ticks stand for.
    Elsewhere systems keep the time of day at which a process was started, and never change it.

    Returns:
        None where there is no such process.
    """
    boot = _boot_id()
    if boot is not None:
        fields = _stat(pid)
        return None if fields is None else f"{boot} {fields[_START_TICKS]}"
    import psutil

    try:
        return f"{_CREATED}{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return None


def own_mark() -> str:
    """The mark of this process."""
    mark = mark_of(os.getpid())
    assert mark is not None, "this process is there"
    return mark


def is_running(pid: int, mark: str) -> bool:
    """Whether that very process runs, and has not ended without being waited for."""
    return mark_of(pid) == mark and not is_ended(pid)


def is_ended(pid: int) -> bool:
    """Whether there is no process of this number, or just what is left of one that ended."""
    import psutil

    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _boot_id() -> str | None:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return None


def _stat(pid: int) -> list[str] | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name before the last bracket may hold anything, brackets and spaces too.
    return text.rpartition(")")[2].split()
