"""Servers in processes of their own, so that their CPU time is not the night's."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def simulator_process(latency: float, *options: str, folder: Path = ROOT) -> Iterator[str]:
    """A simulator's URL; it ends with the context.

    Args:
        latency: seconds until an answer.
        options: more of `python -m simulator`'s.
        folder: the checkout whose simulator it is: each reads the requests of its own version.
    """
    port = free_port()
    words = ["simulator", "--port", str(port), "--latency", str(latency), *options]
    with server_process(words, f"http://127.0.0.1:{port}/_simulator/ledger", folder):
        yield f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def server_process(words: Sequence[str], answers: str, folder: Path = ROOT) -> Iterator[None]:
    """A module that serves until the context ends.

    Args:
        words: the module and its arguments.
        answers: a URL that it answers once it serves.
        folder: the checkout whose module it is, in that one's environment.
    """
    python = sys.executable if folder == ROOT else str(folder / ".venv" / "bin" / "python")
    process = subprocess.Popen([python, "-m", *words], stdout=subprocess.DEVNULL, cwd=folder)
    try:
        for _ in range(300):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(answers, timeout=5).close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()
