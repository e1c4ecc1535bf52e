"""Serving a simulator: for good, or beside a test in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from simulator.app import create_app
from simulator.misbehaviour.connection import DroppableProtocol
from simulator.misbehaviour.outage import REFUSE
from simulator.settings import SimulatorSettings

DEFAULT_PORT = 8787
BACKLOG = 4096

_START_SECONDS = 120


class _Server(uvicorn.Server):
    """Listens, except while an outage is played in which connections are refused."""

    def __init__(self, config: uvicorn.Config, is_refusing: Callable[[], bool]) -> None:
        super().__init__(config)
        self._is_refusing = is_refusing
        self._kept: socket.socket | None = None

    async def on_tick(self, counter: int) -> bool:
        """Close and open the port; called ten times a second."""
        if self._is_refusing() is (self._kept is None):
            await self._turn()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the port, also where nobody listens on it."""
        if self._kept is not None:
            self._kept.close()
        await super().shutdown(sockets)

    async def _turn(self) -> None:
        if self._kept is None:
            address = self.servers[0].sockets[0].getsockname()
            for server in self.servers:
                server.close()
            # Bound it refuses connections, and no other program is given it meanwhile.
            self._kept = _bound(address)
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            return
        listening, self._kept = self._kept, None
        loop = asyncio.get_running_loop()
        self.servers = [await loop.create_server(self._protocol, sock=listening, backlog=BACKLOG)]

    def _protocol(self) -> asyncio.Protocol:
        return DroppableProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _server(settings: SimulatorSettings, host: str, port: int) -> uvicorn.Server:
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        proxy_headers=False,
        log_level="error",
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, lambda: app.state.endpoints.outage.now() == REFUSE)


def _bound(address: tuple[str, int]) -> socket.socket:
    """A socket at an address, also where connections of an earlier one linger."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError:
        listening.close()
        raise
    return listening


def serve(
    port: int,
    settings: SimulatorSettings,
    *,
    host: str = "127.0.0.1",
    told: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until SIGINT or SIGTERM; blocks.

    Args:
        port: 0 takes any free one.
        told: told the base URL once the port is taken.

    Raises:
        OSError: the port is taken by another.
    """
    with _bound((host, port)) as listening:
        told(f"http://{host}:{listening.getsockname()[1]}")
        _server(settings, host, port).run(sockets=[listening])


@contextmanager
def running(settings: SimulatorSettings) -> Iterator[str]:
    """A simulator on a free loopback port, in a thread, as long as the block lasts.

    Yields:
        its base URL, for `ANTHROPIC_BASE_URL`; with `/v1` behind it for `OPENAI_BASE_URL`.
    """
    listening = _bound(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = _server(settings, "127.0.0.1", port)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening]}, name="simulator", daemon=True
    )
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(_START_SECONDS * 200):
        if server.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.005)
    raise RuntimeError("the simulator did not start")
