"""Reading ahead: what is asked for most is in memory before anybody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from domain.errors import LakeError
from storage.readmodel.readmodel import ReadModel

PAUSE_S = 0.005
"""Between two steps, which take a millisecond or two each: answers go first."""


@contextmanager
def warming(read_model: ReadModel) -> Iterator[None]:
    """While entered, a thread has a read-model keep in memory what it can, until that is done."""
    ended = threading.Event()

    def warm() -> None:
        # Who asks of a lake that can't be read is told.
        with suppress(LakeError):
            for _ in read_model.warmed():
                if ended.wait(PAUSE_S):
                    return

    thread = threading.Thread(target=warm, name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
