"""Serving a simulator: for good, or beside a test in a thread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from simulator.app import create_app
from simulator.connection import DroppableProtocol
from simulator.settings import SimulatorSettings

DEFAULT_PORT = 8787

_START_SECONDS = 10


def _server(settings: SimulatorSettings, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        proxy_headers=False,
        log_level="error",
        server_header=False,
        backlog=4096,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


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
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        told(f"http://{host}:{listening.getsockname()[1]}")
        _server(settings, host, port).run(sockets=[listening])


@contextmanager
def running(settings: SimulatorSettings) -> Iterator[str]:
    """A simulator on a free loopback port, in a thread, as long as the block lasts.

    Yields:
        its base URL, for `ANTHROPIC_BASE_URL`.
    """
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
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
