"""A client that holds thousands of connections, over real sockets: others are served."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.limits.connections import Patience
from api.serving import server
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, cases, fill, id_of
from tests.served import WAITED_S, in_a_thread

GREEDY = 2_000
REQUEST = b"GET /health HTTP/1.1\r\nHost: x\r\n%b\r\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd") / "home"
    asyncio.run(fill(folder, cases(Documents(folder).put(b"Hallo"))))
    return folder


@pytest.fixture(autouse=True)
def open_files() -> Iterator[None]:
    """Both ends of each connection are in this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * GREEDY
    if before[1] != resource.RLIM_INFINITY and before[1] < wanted:
        pytest.skip(f"this machine allows no {wanted} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], wanted), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    made = socket.create_connection(
        ("127.0.0.1", port), timeout=WAITED_S, source_address=(source, 0)
    )
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def ask(connection: socket.socket, headers: bytes = b"") -> bytes:
    """Ask once on a connection that is kept alive; the beginning of the answer, none if closed."""
    with suppress(ConnectionError):
        connection.sendall(REQUEST % headers)
        return connection.recv(4096)[:12]
    return b""


def is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def unhurried(home: Path, trusted: str, *, share: int) -> uvicorn.Server:
    """A server with little room, that closes no connection for being slow or idle."""
    patience = Patience(request_s=WAITED_S, connections=40, share=share)
    running = server(home, Settings(trusted_proxies=trusted), patience=patience)
    running.config.timeout_keep_alive = WAITED_S
    return running


@pytest.mark.parametrize(("trusted", "most"), [("", 256), ("127.0.0.1", 1_000)])
def test_a_new_client_beside_one_with_2000_connections(home: Path, trusted: str, most: int) -> None:
    """Who holds 2,000 idle connections without a key shuts out nobody, of any address."""
    key = Keys(home).add(f"newsroom{trusted}", MORNING, owner="newsroom")
    running = server(home, Settings(trusted_proxies=trusted))
    with in_a_thread(running) as port, ExitStack() as opened:
        many = [opened.enter_context(closing(connect(port))) for _ in range(GREEDY)]
        for connection in many[GREEDY // 2 :]:
            ask(connection)
        for source in ("127.0.0.1", "127.0.0.2"):
            transport = httpx.HTTPTransport(local_address=source)
            base = f"http://127.0.0.1:{port}"
            headers = {"X-API-Key": key}
            with httpx.Client(
                transport=transport, base_url=base, headers=headers, timeout=WAITED_S
            ) as client:
                for _ in range(20):
                    assert 200 == client.get(f"/v1/jobs/{id_of(1)}").status_code
        assert most >= sum(is_open(connection) for connection in many)


def test_a_key_keeps_its_connections_beside_its_own_address(home: Path) -> None:
    """Idle connections whose key is known stay, whatever one without a key does from there."""
    key = Keys(home).add("desk", MORNING, owner="newsroom").encode()
    with in_a_thread(unhurried(home, "", share=10)) as port, ExitStack() as opened:
        known = [opened.enter_context(closing(connect(port))) for _ in range(5)]
        path = b"GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-API-Key: %b\r\n\r\n" % key
        for connection in known:
            connection.sendall(path)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        for _ in range(100):
            ask(opened.enter_context(closing(connect(port))))

        assert all(is_open(connection) for connection in known)


@pytest.mark.parametrize(
    ("trusted", "stays"), [("127.0.0.0/8", True), ("", False), ("10.0.0.0/8", False)]
)
def test_a_proxy_that_is_trusted_has_no_share(home: Path, trusted: str, stays: bool) -> None:
    """Its connections count for those it speaks for; the word of any other is not taken."""
    with in_a_thread(unhurried(home, trusted, share=5)) as port, ExitStack() as opened:
        many = [opened.enter_context(closing(connect(port))) for _ in range(20)]
        for number, connection in enumerate(many):
            ask(connection, b"X-Forwarded-For: 192.0.2.%d\r\n" % number)

        assert stays == all(is_open(connection) for connection in many)
        assert b"HTTP/1.1 200" == ask(opened.enter_context(closing(connect(port))))
