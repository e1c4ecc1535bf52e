"""A real Prefect server for a run: the one that is named, one at work already, or one of our own.

The settings are those that keep up: see docs/operating.md for what each does.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

import psutil

from domain.errors import EnvironmentProblem

SERVER_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}
CLIENT_SETTINGS: Mapping[str, str] = {
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
PORT = 4200
START_SECONDS = 90


def server_command(port: int) -> list[str]:
    """The command that starts a server on a loopback port."""
    host = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-m", "prefect", "server", "start", *host]


def server_environment(home: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment a server of ours runs in; its database lies below the home."""
    folder = (home / "prefect").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}/api"
    own = {"PREFECT_HOME": str(folder), "PREFECT_API_URL": url, "PREFECT_UI_API_URL": url}
    clean = {k: v for k, v in environ.items() if "API_KEY" not in k}
    return {**clean, **SERVER_SETTINGS, **own}


@contextlib.contextmanager
def server_for(home: Path, environ: MutableMapping[str, str]) -> Iterator[str]:
    """The API's URL of a server to run on, with the environment set to use it.

    Must be entered before prefect is imported, since it reads its settings then.

    Raises:
        EnvironmentProblem: the named server does not answer, or ours does not start.
    """
    for name, value in CLIENT_SETTINGS.items():
        environ.setdefault(name, value)
    named = environ.get("PREFECT_API_URL")
    if named:
        if not _answers(named):
            raise EnvironmentProblem(
                f"no Prefect server answers at PREFECT_API_URL={named}; start it, or unset the "
                "variable to have one started"
            )
        yield named
        return
    with _own_server(home, environ) as url:
        environ["PREFECT_API_URL"] = url
        environ["PREFECT_HOME"] = str((home / "prefect").resolve())
        yield url


@contextlib.contextmanager
def _own_server(home: Path, environ: Mapping[str, str]) -> Iterator[str]:
    running = _running(home)
    if running is not None:
        yield running
        return
    port = PORT if _is_free(PORT) else _free_port()
    url = f"http://127.0.0.1:{port}/api"
    process = start(home, port, environ)
    try:
        yield url
    finally:
        stop(home, process)


def start(home: Path, port: int, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a server and wait until it answers; it outlives a killed run and is found again.

    Raises:
        EnvironmentProblem: it ended, or did not answer in time; its log says why.
    """
    folder = home / "prefect"
    environment = server_environment(home, port, environ)
    log_path = folder / "server.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            server_command(port),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = environment["PREFECT_API_URL"]
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise EnvironmentProblem(f"the Prefect server did not start; see {log_path}")
        time.sleep(0.2)
    (folder / "server.json").write_text(json.dumps({"url": url, "pid": process.pid}))
    return process


def stop(home: Path, process: subprocess.Popen[bytes]) -> None:
    """End a server and its children."""
    (home / "prefect" / "server.json").unlink(missing_ok=True)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _running(home: Path) -> str | None:
    """The URL of the server that a run of this home left behind or `nightdesk server` started."""
    try:
        note = json.loads((home / "prefect" / "server.json").read_text())
        url, pid = str(note["url"]), int(note["pid"])
    except (OSError, ValueError, KeyError):
        return None
    return url if psutil.pid_exists(pid) and _answers(url) else None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
