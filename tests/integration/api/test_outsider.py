"""What an outsider tries: nothing leaks, nothing breaks, and the time tells nothing."""

from __future__ import annotations

import asyncio
import random
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import aiohttp
import httpx
import pytest

from api.endpoints import replies
from api.serving import server
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from tests.integration.api.api_samples import MORNING, UNKNOWN, cases, fill, id_of
from tests.served import WAITED_S, in_a_thread

SECRET = "Zwetschgenknoedel"
"""In whatever another owner has: a path, a source, a translation, a note's owner."""
ENDPOINTS = ("/v1/jobs/{}", "/v1/jobs/{}/result", "/v1/jobs/{}/download", "/v1/batches/{}")
NIGHT = "0199f3a2-6c1e-7d3b-9f00-00000000abcd"
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE sealed; --",
    '" UNION SELECT * FROM keys --',
    "x') UNION SELECT content FROM read_text('/etc/passwd') --",
    "$$; ATTACH '/etc/passwd'; $$",
    "%",
    "\0",
    "a\0b",
    "\ud83c\udf19".encode("utf-16", "surrogatepass").decode("utf-16"),
    "../../control.sqlite",
    "*",
    "[0]",
    "9" * 400,
    "a" * 30_000,
)
QUERIES = {
    "/v1/jobs": (
        "status",
        "source_lang",
        "target_lang",
        "day",
        "batch_id",
        "simulated",
        "owner",
        "cursor",
        "limit",
    ),
    "/v1/batches": ("cursor", "limit", "simulated"),
    "/v1/usage": ("by", "since", "until", "owner", "cursor", "limit", "simulated"),
}


@dataclass(frozen=True)
class Outside:
    """A server whose jobs are another owner's, and the address of an owner that has none."""

    home: Path
    port: int
    key: str
    revoked: str
    answers: list[bytes]

    def ask(self, path: str, key: str | None = None) -> httpx.Response:
        """An answer; what it says is kept."""
        headers = {} if key is None else {"X-API-Key": key}
        response = httpx.get(
            f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=WAITED_S
        )
        self.answers.append(response.content + repr(response.headers.raw).encode())
        return response

    def send(self, *pieces: bytes) -> bytes:
        """What is answered to bytes as they are, until the server closes."""
        told = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAITED_S) as connection:
            with suppress(ConnectionError):
                for piece in pieces:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while some := connection.recv(65536):
                    told += some
        self.answers.append(told)
        return told

    def assert_unharmed(self) -> None:
        """The server answers, and has told nothing of itself or of another owner."""
        assert self.ask("/health").text == '{"status":"ok"}'
        for answer in self.answers:
            for secret in (SECRET, str(self.home), "Traceback", 'File "', ".parquet", "duckdb"):
                assert secret.encode() not in answer, answer[:2000]
            assert b"HTTP/1.1 5" not in answer


@contextmanager
def serving(home: Path) -> Iterator[int]:
    running = server(home, Settings(requests_per_minute=10_000_000))
    running.config.app.state.limits = _unlimited()
    with in_a_thread(running) as port:
        yield port


def _unlimited() -> object:
    from api.limits.request_limits import RequestLimits

    return RequestLimits(10_000_000, wrong_keys=10_000_000)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("outside") / "home"
    made = []
    for case in cases(Documents(home).put(SECRET.encode())):
        job = replace(
            case.job, owner=SECRET, source_path=f"{SECRET}.md", output_path=f"{SECRET}.md",
            batch_id=NIGHT,
        )  # fmt: skip
        segments = [replace(one, source=SECRET, translation=SECRET) for one in case.segments]
        made.append(replace(case, job=job, segments=segments))
    asyncio.run(fill(home, made))
    return home


@pytest.fixture(scope="module")
def outside(home: Path) -> Iterator[Outside]:
    keys = Keys(home)
    key = keys.add("outsider", MORNING, owner="outsider")
    revoked = keys.add("gone", MORNING, owner=SECRET)
    keys.revoke("gone", MORNING)
    with serving(home) as port:
        yield Outside(home, port, key, revoked, [])


def told(response: httpx.Response) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """All of an answer but its moment and its id."""
    headers = [(k.lower(), v) for k, v in response.headers.raw]
    kept = [(k, v) for k, v in headers if k not in (b"date", b"x-request-id")]
    return response.status_code, response.content, sorted(kept)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_without_a_key_of_use(outside: Outside, endpoint: str) -> None:
    """No key, a wrong one and a revoked one get one answer, for whatever id."""
    wrong = "nd_" + "A" * 43
    answers = [
        told(outside.ask(endpoint.format(some), key))
        for some in (id_of(4), UNKNOWN, NIGHT)
        for key in (None, wrong, outside.revoked, outside.key[:-1], outside.key + "x")
    ]

    assert [answers[0]] * len(answers) == answers
    assert answers[0][0] == 401
    outside.assert_unharmed()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_ids_of_another_owner(outside: Outside, endpoint: str) -> None:
    """Another's id and one that nothing bears get one answer, to the byte."""
    ids = [NIGHT] if "batches" in endpoint else [id_of(number) for number in range(1, 10)]
    unknown = told(outside.ask(endpoint.format(UNKNOWN), outside.key))

    assert unknown[0] == 404
    for one in ids:
        assert unknown == told(outside.ask(endpoint.format(one), outside.key))
    outside.assert_unharmed()


def test_lists_and_sums_of_another_owner(outside: Outside) -> None:
    """Whoever has no jobs sees none, counts none and spends nothing, whatever is asked for."""
    for query in ("", f"?owner={SECRET}"):
        assert outside.ask(f"/v1/jobs{query}", outside.key).json()["jobs"] == []
        assert outside.ask(f"/v1/usage{query}", outside.key).json()["usage"] == []
    for query in ("?status=completed", f"?batch_id={NIGHT}", f"?cursor={id_of(9)}"):
        assert outside.ask(f"/v1/jobs{query}", outside.key).json()["jobs"] == []
    assert outside.ask("/v1/batches", outside.key).json()["batches"] == []
    assert outside.ask("/metrics", outside.key).status_code == 403
    outside.assert_unharmed()


@pytest.mark.parametrize("path", sorted(QUERIES))
def test_sql_in_every_parameter(outside: Outside, path: str) -> None:
    """SQL, null bytes, patterns and lengths in a parameter are a value like any, or refused."""
    for name in QUERIES[path]:
        for some in INJECTIONS:
            response = outside.ask(f"{path}?{name}={quote(some)}", outside.key)
            assert response.status_code in (200, 422), (name, some)
            if response.status_code == 200:
                assert [[], None] == list(response.json().values())
    outside.assert_unharmed()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_tricks_in_ids(outside: Outside, endpoint: str) -> None:
    """SQL, null bytes, patterns, lengths and other folders are no id of anything."""
    for some in (*INJECTIONS, f"{id_of(4)}/../{id_of(4)}", f"{id_of(4)}\0", f"{id_of(4)} "):
        response = outside.ask(endpoint.format(quote(some, safe="")), outside.key)
        assert response.status_code == 404
    outside.assert_unharmed()


def test_paths_that_climb(outside: Outside) -> None:
    """No path leads out of the server's own."""
    for path in (
        "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cetc", "//etc/passwd",
        "/static/../../control.sqlite", "/v1/../control.sqlite", "/.git/config", "/v1/jobs/..;/",
        "http://127.0.0.1/v1/jobs", "/%00", "/v1/jobs/%252e%252e%252f",
    ):  # fmt: skip
        told = outside.send(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {outside.key}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        assert told == b"" or told.startswith(b"HTTP/1.1 40"), path
    outside.assert_unharmed()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (
            b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        ),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", b"0\r\n\r\n"),
        (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
        (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"0\r\n\r\n"),
        (b"Content-Length: 0\r\nContent-Length: 30\r\n", b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n"),
        (b"Content-Length: +5\r\n", b"12345"),
        (b"Content-Length: -1\r\n", b""),
        (b"Content-Length: 0x5\r\n", b"12345"),
        (b"Content-Length: 1" + b"0" * 5000 + b"\r\n", b""),
        (b"X: a\r\n\tfolded: b\r\n \x00: c\r\n", b""),
        (b"X\x00: a\r\n", b""),
        (b"X: a\x00b\r\n", b""),
    ],
)
def test_requests_hidden_in_others(outside: Outside, headers: bytes, body: bytes) -> None:
    """What two servers could count differently is refused, and answered once at most."""
    told = outside.send(b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n" + body)

    assert told == b"" or told.startswith(b"HTTP/1.1 4")
    assert told.count(b"HTTP/1.1 ") <= 1
    outside.assert_unharmed()


def test_ten_megabytes_of_headers(outside: Outside) -> None:
    """Headers without measure are refused, in many or in one, in the path or in the query."""
    line = b"X-A: " + b"a" * 1000 + b"\r\n"
    for start in (b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /?"):
        told = outside.send(start, *[line.strip() if b"?" in start else line] * 10_000)
        assert told == b"" or told.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    outside.assert_unharmed()


def test_what_is_no_http(outside: Outside) -> None:
    """Bytes that are no request are refused."""
    noise = random.Random(1)
    for some in (b"\x16\x03\x01\x02\x00\x01", b"\0" * 100, b"GET\r\n\r\n", noise.randbytes(4096)):
        told = outside.send(some + b"\r\n\r\n")
        assert told == b"" or told.startswith(b"HTTP/1.1 400")
    outside.assert_unharmed()


def test_ten_thousand_ids(outside: Outside) -> None:
    """Of 10,000 ids at random none is answered with anything but the one 404."""
    seeded = random.Random(1)
    ids = [str(uuid.UUID(int=seeded.getrandbits(128))) for _ in range(10_000)]

    async def ask() -> set[tuple[int, bytes]]:
        connector = aiohttp.TCPConnector(limit=100)
        headers = {"X-API-Key": outside.key}
        base = f"http://127.0.0.1:{outside.port}"
        async with aiohttp.ClientSession(base, headers=headers, connector=connector) as session:

            async def one(job_id: str) -> tuple[int, bytes]:
                async with session.get(f"/v1/jobs/{job_id}") as response:
                    return response.status, await response.read()

            return set(await asyncio.gather(*(one(job_id) for job_id in ids)))

    assert {(404, b'{"detail":"Job not found"}')} == asyncio.run(ask())
    outside.assert_unharmed()


@pytest.mark.parametrize("job_id", [id_of(2), UNKNOWN, "x", "%00"])
def test_no_404_comes_sooner(outside: Outside, job_id: str) -> None:
    """A 404 waits until any job would have been read, whether there was one to read or not."""
    began = time.perf_counter()
    response = outside.ask(f"/v1/jobs/{job_id}", outside.key)

    assert response.status_code == 404
    assert time.perf_counter() - began >= replies.NOT_FOUND_AFTER_S
