"""The API's server in a thread of a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.serving import listen

WAITED_S = 600
"""Seconds for which tests wait for an answer: only what hangs may meet it."""


@contextmanager
def in_a_thread(running: uvicorn.Server) -> Iterator[int]:
    """The loopback port at which a server answers while this is entered."""
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join()
