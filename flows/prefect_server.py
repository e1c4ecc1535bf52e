"""A real Prefect server for a run: the one that is named, one at work already, or one of our own.

The settings are those that keep up: see docs/operating.md for what each does.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict, dataclass, replace
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
TRIM_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
}
"""How the server trims its own database; the environment may say otherwise."""

CLIENT_SETTINGS: Mapping[str, str] = {
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "DO_NOT_TRACK": "1",
}
LOOPBACK = ("127.0.0.1", "localhost")
PORT = 4200
START_SECONDS = 90
STOP_SECONDS = 20


_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A server of ours at work.

    Attributes:
        url: its API.
        pid: its process.
        owner: the process that ends it.
    """

    url: str
    pid: int
    owner: int


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
    return {**TRIM_SETTINGS, **clean, **SERVER_SETTINGS, **own}


@contextlib.contextmanager
def server_for(home: Path, environ: MutableMapping[str, str]) -> Iterator[str]:
    """The API's URL of a server to run on, with the environment set to use it.

    Must be entered before prefect is imported, since it reads its settings then.

    Raises:
        EnvironmentProblem: the named server does not answer, or ours does not start.
    """
    for name, value in CLIENT_SETTINGS.items():
        environ.setdefault(name, value)
    go_direct(environ)
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


def go_direct(environ: MutableMapping[str, str]) -> None:
    """Set the environment to reach what is on this machine past any proxy that it names."""
    named = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = [host for host in named.split(",") if host.strip()]
    hosts += [host for host in LOOPBACK if host not in hosts]
    environ["NO_PROXY"] = environ["no_proxy"] = ",".join(hosts)


@contextlib.contextmanager
def _own_server(home: Path, environ: Mapping[str, str]) -> Iterator[str]:
    running = _running(home)
    if running is not None and _is_alive(running.owner):
        yield running.url
        return
    if running is None:
        running = start(home, free_port(), environ)
    else:
        running = replace(running, owner=os.getpid())
        _write(home, running)
    try:
        yield running.url
    finally:
        stop(home, running)


def start(home: Path, port: int, environ: Mapping[str, str]) -> Server:
    """Start a server that belongs to this process, and wait until it answers.

    It outlives a killed run, and the next run of the same home takes it over.

    Raises:
        EnvironmentProblem: the port is taken, or it ended or did not answer in time; its log says
            why.
    """
    if not _is_free(port):
        raise EnvironmentProblem(f"port {port} is taken; name another with --port")
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
    _children[process.pid] = process
    server = Server(url, process.pid, os.getpid())
    try:
        _await(process, url, log_path)
    except BaseException:
        stop(home, server)
        raise
    _write(home, server)
    return server


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise EnvironmentProblem(f"the Prefect server did not start; see {log}")
        time.sleep(0.2)


def stop(home: Path, server: Server) -> None:
    """End a server and its children."""
    _note(home).unlink(missing_ok=True)
    try:
        process = psutil.Process(server.pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
    for member in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(alive, timeout=STOP_SECONDS)
    child = _children.pop(server.pid, None)
    if child is not None:
        child.wait()


def _note(home: Path) -> Path:
    return home / "prefect" / "server.json"


def _write(home: Path, server: Server) -> None:
    _note(home).write_text(json.dumps(asdict(server)))


def _running(home: Path) -> Server | None:
    """The server of this home that answers now; None where there is none."""
    try:
        server = Server(**json.loads(_note(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if _is_alive(server.pid) and _answers(server.url) else None


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """Prefect's own port, or any where that is taken."""
    if _is_free(PORT):
        return PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
