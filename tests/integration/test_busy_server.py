"""Prefect's server may be busy, or begin beside another."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.prefect import answering
from flows.prefect import calls as prefect_calls
from flows.prefect.answering import answers
from flows.prefect.calls import make_patient
from flows.prefect.ports import is_free
from flows.prefect.recorded import await_recorded

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import os, sys
from pathlib import Path
from flows.prefect import server, server_process
server_process.PORT = int(sys.argv[2])
environ = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
with server.server_for(Path(sys.argv[1]), environ) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def answering_after(
    busy: int, code: int = 503, body: bytes = b"[]"
) -> Iterator[tuple[str, list[str]]]:
    """A server that says so often that it is busy: its API's URL, and the paths asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "csrf" in self.path:
                self.say(422, b"CSRF protection is disabled.")
                return
            paths.append(self.path)
            self.say(code if len(paths) <= busy else 200, body)

        def say(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", paths
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_busy_server_answers_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers 503 three times, then 200, is there."""
    monkeypatch.setattr(answering, "AGAIN_S", 0.01)
    with answering_after(3) as (url, paths):
        assert answers(url)
    assert ["/api/health"] * 4 == paths


def test_what_is_no_server_of_prefects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, something else answers, or patience ends, there is no server."""
    monkeypatch.setattr(answering, "AGAIN_S", 0.01)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert not answers(f"http://127.0.0.1:{taken.getsockname()[1]}/api")
    with answering_after(1_000_000, code=404) as (url, paths):
        assert not answers(url)
    assert 1 == len(paths)
    with answering_after(1_000_000) as (url, _):
        assert not answers(url, patience=0.05)


async def test_calls_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call is made again more often than Prefect's client would, and gets its answer."""
    monkeypatch.setattr(prefect_calls, "AGAIN_S", 0.01)
    with answering_after(20) as (url, paths), temporary_settings({PREFECT_API_URL: url}):
        async with get_client() as client:
            make_patient(client)
            assert [] == await client.read_flow_runs()
    assert ["/api/flow_runs/filter"] * 21 == paths


def test_counting_waits_for_a_busy_server() -> None:
    """What a server counted is known though it was busy first; one that is gone counted nothing."""
    with answering_after(1, body=b"7") as (url, _):
        found = await_recorded(url, "night", 14, patience=300)
    assert (14, 7, 7, 7) == (found.ended, found.completed, found.failed, found.open)
    assert 0 == await_recorded(url, "night", 14, patience=0).ended


@pytest.fixture
def holding() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts processes that use the server of a home until their input ends."""
    begun: list[subprocess.Popen[str]] = []

    def hold(home: Path, port: int) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(home), str(port)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield hold
    for process in begun:
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    """What it prints once it has a server."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_up(url: str) -> bool:
    """Whether a server answers now."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=120) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def test_servers_that_begin_at_once(
    tmp_path: Path, holding: Callable[..., subprocess.Popen[str]]
) -> None:
    """Two homes that choose one port get a server each; two runs of one home share theirs.

    It ends with the last of them.
    """
    # Below those that the system gives to whoever asks for any.
    port = next(port for port in range(10_000 + os.getpid() % 10_000, 32_768) if is_free(port))
    runs = [holding(tmp_path / home, port) for home in ("one", "two", "one")]
    first, other, same = [url_of(run) for run in runs]
    assert first == same != other
    assert f"http://127.0.0.1:{port}/api" in (first, other)
    runs[0].communicate()
    assert is_up(first)
    assert is_up(other)
    runs[2].communicate()
    assert not is_up(first)
    assert is_up(other)
