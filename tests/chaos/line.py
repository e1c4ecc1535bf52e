"""A line to a server that can be cut and mended, as an outage does it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


class Line:
    """Forwards connections to a server; while it is cut, they are refused.

    Belongs to one event loop.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def mend(self) -> None:
        """Let connections through, always on the same port."""
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse connections, and break off those that are open, answered or not."""
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._under_way)

    def _taken(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._through(near_in, near))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _through(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_in, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            near.transport.abort()
            return
        self._open |= {near, far}
        try:
            await asyncio.gather(_pipe(near_in, far), _pipe(far_in, near))
        finally:
            self._open -= {near, far}
            for writer in (near, far):
                writer.transport.abort()


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    with suppress(OSError, RuntimeError):
        target.close()


class LineInThread:
    """A line that is cut and mended from outside of its event loop."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._line = Line(urlsplit(url).port or 0)
        self.mend()

    @property
    def url(self) -> str:
        """Where the line begins."""
        return f"http://127.0.0.1:{self._line.port}"

    def mend(self) -> None:
        """Let connections through."""
        self._do(self._line.mend())

    def cut(self) -> None:
        """Refuse connections, and break off those that are open."""
        self._do(self._line.cut())

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)


@contextmanager
def line_to(url: str) -> Iterator[LineInThread]:
    """A line to the server at an address."""
    line = LineInThread(url)
    try:
        yield line
    finally:
        line.close()
