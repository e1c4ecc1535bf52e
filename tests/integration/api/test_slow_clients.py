"""Clients that want to hold the server, over real sockets: they are closed, and others answered."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from api.limits.connections import Patience
from api.serving import server
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, cases, fill, id_of
from tests.served import WAITED_S, in_a_thread

PATIENCE = Patience(request_s=3, answer_s=2, refused_s=60, connections=30)
"""Little, but enough for a client of a busy machine that does as one should."""
LARGE = b"Sentence. " * 800_000
"""More than the system's buffers of a connection hold."""


class Served:
    """A server with little patience, and its address."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key

    def connect(self, receive_buffer: int | None = None) -> socket.socket:
        made = socket.socket()
        if receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.settimeout(WAITED_S)
        made.connect(("127.0.0.1", self.port))
        return made

    def assert_answers(self) -> None:
        """Whoever asks as one should is answered."""
        response = httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=WAITED_S)
        assert (response.status_code, response.text) == (200, '{"status":"ok"}')


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("slow") / "home"
    asyncio.run(fill(home, cases(Documents(home).put(LARGE))))
    key = Keys(home).add("newsroom", MORNING, owner="newsroom")
    with run(home) as port:
        yield Served(port, key)


@contextmanager
def run(home: Path, patience: Patience = PATIENCE) -> Iterator[int]:
    with in_a_thread(server(home, Settings(), patience=patience)) as port:
        yield port


def told_until_closed(connection: socket.socket) -> bytes:
    """What the server sends until it closes the connection; fails where it never does."""
    told = b""
    with suppress(ConnectionError):
        while some := connection.recv(65536):
            told += some
    return told


def dribble(connection: socket.socket, byte: bytes) -> None:
    """Send a byte at a time for as long as the server takes it."""
    with suppress(ConnectionError):
        for _ in range(30_000):
            connection.sendall(byte)
            time.sleep(0.01)
        raise AssertionError("the server took it for minutes")


def test_headers_that_dribble_in(served: Served) -> None:
    """A head that comes a byte at a time is cut off, however steadily it comes."""
    with closing(served.connect()) as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        thread = threading.Thread(target=dribble, args=(slow, b"a"))
        thread.start()
        served.assert_answers()
        assert told_until_closed(slow) == b""
        thread.join()


def test_who_says_nothing(served: Served) -> None:
    """A connection on which no request comes is closed."""
    with closing(served.connect()) as silent:
        served.assert_answers()
        assert told_until_closed(silent) == b""


def test_a_body_that_never_comes(served: Served) -> None:
    """A body that was announced and doesn't come holds nothing."""
    with closing(served.connect()) as slow:
        slow.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        served.assert_answers()
        assert told_until_closed(slow).startswith(b"HTTP/1.1 405 ")


def test_a_body_without_an_end(served: Served) -> None:
    """A body is read no further than a request may be long, whatever length it announces."""
    with closing(served.connect()) as endless:
        endless.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert endless.recv(12) == b"HTTP/1.1 413"
        assert not takes(endless, b"x" * 1_000_000)
        served.assert_answers()


def test_who_does_not_read_its_answer(served: Served) -> None:
    """An answer that isn't read is thrown away, and its connection with it."""
    with closing(served.connect(receive_buffer=4096)) as deaf:
        deaf.sendall(
            f"GET /v1/jobs/{id_of(4)}/result HTTP/1.1\r\nHost: x\r\n"
            f"X-API-Key: {served.key}\r\n\r\n".encode()
        )
        wait_until(lambda: is_reset(deaf))
        served.assert_answers()


def test_who_reads_slowly(served: Served) -> None:
    """A large answer that is read at a modest pace is read to its end."""
    with closing(served.connect(receive_buffer=65536)) as slow:
        slow.sendall(
            f"GET /v1/jobs/{id_of(4)}/result HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f"X-API-Key: {served.key}\r\n\r\n".encode()
        )
        told = b""
        while some := slow.recv(65536):
            told += some
            time.sleep(0.03)
    body = json.loads(told.partition(b"\r\n\r\n")[2])

    assert body["translation"] == LARGE.decode()


def test_more_connections_than_there_is_room_for(served: Served) -> None:
    """Whoever opens more and more connections loses the oldest of its own; others are answered."""
    with ExitStack() as opened:
        many = [opened.enter_context(closing(served.connect())) for _ in range(100)]
        served.assert_answers()
        assert told_until_closed(many[0]) == b""


def test_idle_connections_stay_for_a_while(served: Served) -> None:
    """A connection between two requests is not held to the deadline of a request."""
    with httpx.Client(
        base_url=f"http://127.0.0.1:{served.port}",
        limits=httpx.Limits(keepalive_expiry=None),
        timeout=WAITED_S,
    ) as client:
        client.get("/health")
        (before,) = pool_of(client)
        time.sleep(PATIENCE.request_s * 1.5)
        client.get("/health")
        (after,) = pool_of(client)

    assert before is after


def test_headers_without_an_end(served: Served) -> None:
    """Of 10 MB of headers no more is kept than a head may have, and the client sees why."""
    with closing(served.connect()) as greedy:
        greedy.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        with suppress(ConnectionError):
            for number in range(10_000):
                greedy.sendall(f"X-{number}: {'a' * 1000}\r\n".encode())
        assert told_until_closed(greedy).startswith(b"HTTP/1.1 431 ")
        served.assert_answers()


def pool_of(client: httpx.Client) -> list[object]:
    return list(client._transport._pool.connections)  # type: ignore[attr-defined]


def is_reset(connection: socket.socket) -> bool:
    """Whether the other side has reset a connection, told without reading from it."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)
    return struct.unpack("B7x", info)[0] == 7  # TCP_CLOSE


def takes(connection: socket.socket, some: bytes) -> bool:
    """Whether the server takes something a thousand times."""
    try:
        for _ in range(1000):
            connection.sendall(some)
    except ConnectionError:
        return False
    return True


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that must come about."""
    while not holds():
        time.sleep(0.01)
