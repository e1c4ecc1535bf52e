"""Keeping a server up while a night uses it: one that dies is started again.

The night's calls are made again for some minutes where nobody answers them, so it goes on as if
nothing had been.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from domain.errors import EnvironmentProblem

LOOK_SECONDS = 1.0
STARTS = 3
"""Times that starting it may fail; then it is left, and the night's calls tell so."""

_log = logging.getLogger("nightdesk.prefect")


@contextlib.contextmanager
def kept_up(see_to_it: Callable[[], None], *, every: float = LOOK_SECONDS) -> Iterator[None]:
    """While entered, have `see_to_it` called again and again, in a thread of its own.

    Args:
        see_to_it: returns once the server is there; EnvironmentProblem or OSError where it can't
            be started.
        every: seconds between its calls.
    """
    over = threading.Event()

    def look() -> None:
        left = STARTS
        while left and not over.wait(every):
            try:
                see_to_it()
            except (EnvironmentProblem, OSError) as error:
                left -= 1
                _log.warning("Prefect's server died and can't be started again: %s", error)

    thread = threading.Thread(target=look, name="keeping Prefect's server up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
