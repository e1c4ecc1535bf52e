"""Saying what a command is at, on standard error, where it takes longer than a moment.

A command that is done before that says nothing: whoever reads its output by a program, or calls it
often, is not disturbed.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOMENT_S = 0.35
"""Seconds for which nothing is said; a line that comes later than half a second is missed."""


class _Doing:
    """What this process is at; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text: str | None = None
        self._is_late = False

    def set(self, text: str | None) -> None:
        with self._lock:
            self._text = text
            self._say()

    def late(self) -> None:
        with self._lock:
            self._is_late = True
            self._say()

    def reset(self) -> None:
        with self._lock:
            self._is_late, self._text = False, None

    def _say(self) -> None:
        if self._is_late and self._text is not None:
            sys.stderr.write(f"{self._text} …\n")
            sys.stderr.flush()
            self._text = None


_doing = _Doing()


def doing(text: str) -> None:
    """Say what comes next, such as `counting 200 documents`, if the command takes that long.

    Args:
        text: empty where the command shows by itself what it is at.
    """
    _doing.set(text or None)


@contextmanager
def said_when_late(text: str, after: float = MOMENT_S) -> Iterator[None]:
    """While entered, whatever takes longer than a moment says what it is at.

    Args:
        text: what it is at first.
        after: seconds.
    """
    doing(text)
    timer = threading.Timer(after, _doing.late)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _doing.reset()
