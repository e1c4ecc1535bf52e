"""Compactions to be killed: run as a program, it forks one for each line it reads.

A line is a home and a number; the process that compacts and sweeps that home is killed by itself
before it changes what is on disk for that many times. What is told is `killed` or `done`.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.lake import Lake

WRITING = os.O_WRONLY | os.O_RDWR
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


class Steps:
    """Counts what changes a file or folder, and ends the process at one of them."""

    def __init__(self, home: Path, last: int) -> None:
        self._home = str(home)
        self._left = last

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not (str(path).startswith(self._home) and flags & WRITING):
                return
        elif event not in CHANGES:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def compact(home: Path, last: int) -> None:
    lake = Lake(home)
    sys.addaudithook(Steps(home, last))
    lake.compact(datetime.now(UTC))
    # The first may have to publish the catalog, and then leaves all else to the next.
    for _ in range(2):
        lake.sweep(timedelta(0), datetime.now(UTC) + timedelta(seconds=1))


def main() -> None:
    for line in sys.stdin:
        home, last = line.split()
        pid = os.fork()
        if pid == 0:
            compact(Path(home), int(last))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            print("killed", flush=True)  # noqa: T201 - how it tells
        else:
            print(f"done {os.WEXITSTATUS(status)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
