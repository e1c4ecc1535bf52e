"""An S3 endpoint of a test's own: moto's server in a process of its own, over real HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

BUCKET = "nights"
_FAULTS = "/_faults"
_COUNTS = "/_counts"
TEST_KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
}


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that runs.

    Attributes:
        url: where it is.
        environ: what a process needs to reach it.
        bucket: the name of its bucket.
    """

    url: str
    environ: Mapping[str, str]
    bucket: str = BUCKET

    def home(self, name: str) -> str:
        """The URL of a home in its bucket."""
        return f"s3://{self.bucket}/{name}"

    def fail(self, requests: int, *, after: bool = False, method: str = "") -> None:
        """Answer 503 to so many requests from now on; -1: to all.

        Args:
            after: do what they ask all the same, so that only the answer is lost.
            method: only to requests with it.
        """
        self._said(f"{_FAULTS}?{requests}&{int(after)}&{method}")

    def counts(self) -> Counter[str]:
        """How many requests came, by method."""
        return Counter(json.loads(self._said(_COUNTS)))

    def _said(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=120) as reply:
            said: bytes = reply.read()
            return said


@contextmanager
def s3() -> Iterator[Endpoint]:
    """An endpoint with an empty bucket."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.s3"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        yield Endpoint(url, {"AWS_ENDPOINT_URL": url, **TEST_KEYS})
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def endpoint_at(url: str, bucket: str) -> Endpoint:
    """An endpoint that somebody else started, with a bucket of this name made where none is.

    Its keys and region are those of this process's environment, else `test`.
    """
    environ = {name: os.environ.get(name, value) for name, value in TEST_KEYS.items()}
    _make_bucket(url, environ, bucket)
    return Endpoint(url, {"AWS_ENDPOINT_URL": url, **environ}, bucket)


def _make_bucket(url: str, environ: Mapping[str, str], bucket: str) -> None:
    import boto3  # type: ignore[import-untyped]

    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name=environ["AWS_REGION"],
        aws_access_key_id=environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
    )
    if bucket not in {found["Name"] for found in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=bucket)


class _Strict:
    """Moto's application, made as S3 is where it is not.

    S3 looks at a condition and writes in one step; moto looks, and then writes. So what writes
    goes one at a time.
    """

    def __init__(self, moto: Callable[..., Iterable[bytes]]) -> None:
        self._moto = moto
        self._one_by_one = threading.Lock()
        self._faults, self._after, self._method = 0, False, ""
        self._counts: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == _FAULTS:
            count, after, self._method = environ["QUERY_STRING"].split("&")
            self._faults, self._after = int(count), after == "1"
            return _plain(start, "200 OK", b"")
        if path == _COUNTS:
            return _plain(start, "200 OK", json.dumps(self._counts).encode())
        with self._one_by_one:
            self._counts["LIST" if "list-type" in environ["QUERY_STRING"] else method] += 1
            is_faulty = self._faults and self._method in ("", method)
            if is_faulty:
                self._faults -= 1
                if not self._after:
                    return _plain(start, "503 Slow Down", b"")
            answer = list(self._moto(environ, (lambda *_: None) if is_faulty else start))
        return _plain(start, "503 Slow Down", b"") if is_faulty else answer


def _plain(start: Callable[..., Any], status: str, body: bytes) -> Iterable[bytes]:
    start(status, [("Content-Length", str(len(body)))])
    return [body]


def _serve() -> None:
    from moto.moto_server.werkzeug_app import (  # type: ignore[import-untyped]
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    app = _Strict(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _make_bucket(f"http://127.0.0.1:{server.server_port}", TEST_KEYS, BUCKET)
    os.write(1, f"{server.server_port}\n".encode())
    threading.Event().wait()


if __name__ == "__main__":
    _serve()
