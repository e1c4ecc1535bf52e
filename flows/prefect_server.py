"""A real Prefect server for a run: the one that is named, one at work already, or our own."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from domain.errors import EnvironmentProblem
from flows.answering import answers
from flows.prefect_environment import CLIENT_SETTINGS, go_direct, server_environment
from flows.server_users import choosing, is_used, using
from storage.durable import PRIVATE

PORT = 4200
SERVING = "flows.prefect_serving"
START_SECONDS = 90
STOP_SECONDS = 20


_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A server of ours at work.

    Attributes:
        url: its API.
        pid: its process.
        owner: the process that ends it; None: the last of the runs that use it.
    """

    url: str
    pid: int
    owner: int | None


def server_command(port: int) -> list[str]:
    """The command that starts a server on a loopback port."""
    host = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-P", "-m", SERVING, "server", "start", *host]


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
        if not answers(named):
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
    """The server of this home; `nightdesk server` ends its own, another's last user ends that."""
    try:
        with using(home):
            with choosing(home):
                running = _running(home) or _started(home, environ)
            yield running.url
    finally:
        with choosing(home):
            left = _noted(home)
            if left is not None and not _is_owned(left) and not is_used(home):
                stop(home, left)


def _started(home: Path, environ: Mapping[str, str]) -> Server:
    port = free_port()
    try:
        return start(home, port, environ, owner=None)
    except EnvironmentProblem:
        if _is_free(port):
            raise
        # Another took the port meanwhile.
        return start(home, _any_port(), environ, owner=None)


def start(home: Path, port: int, environ: Mapping[str, str], *, owner: int | None) -> Server:
    """Start a server, and wait until it answers.

    It outlives a killed run, and the next run of the same home takes it over.

    Args:
        home: its database lies below.
        port: on the loopback device.
        environ: what its own settings are added to.
        owner: the process that ends it; None: the last of the runs that use it.

    Raises:
        EnvironmentProblem: the port is taken, or it ended or did not answer in time; its log says
            why.
    """
    if not _is_free(port):
        raise EnvironmentProblem(f"port {port} is taken; name another with --port")
    folder = home / "prefect"
    environment = server_environment(home, port, environ)
    log_path = folder / "server.log"
    log_path.touch(PRIVATE)
    with log_path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            server_command(port),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )
    url = environment["PREFECT_API_URL"]
    _children[process.pid] = process
    server = Server(url, process.pid, owner)
    _note(home).touch(PRIVATE)
    _note(home).write_text(json.dumps(asdict(server)))
    try:
        if not _comes_up(server):
            raise EnvironmentProblem(f"the Prefect server did not start; see {log_path}")
    except BaseException:
        stop(home, server)
        raise
    return server


def _comes_up(server: Server) -> bool:
    """Whether a server answers, perhaps after a while: that very one, and no other at its port."""
    deadline = time.monotonic() + START_SECONDS
    while not (_listens(server) and answers(server.url)):
        if not _is_alive(server.pid) or time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _listens(server: Server) -> bool:
    port = urlsplit(server.url).port
    try:
        found = psutil.Process(server.pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in found)


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


def _noted(home: Path) -> Server | None:
    """The server of this home whose process is there; None where there is none."""
    try:
        server = Server(**json.loads(_note(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if _is_server(server.pid) else None


def _running(home: Path) -> Server | None:
    """The server of this home that answers, also one that is just starting; else None."""
    server = _noted(home)
    return server if server is not None and _comes_up(server) else None


def _is_owned(server: Server) -> bool:
    return server.owner is not None and _is_alive(server.owner)


def _is_server(pid: int) -> bool:
    """Whether it is a server's process; its number may have been given to another since."""
    try:
        return SERVING in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """Prefect's own port, or any where that is taken."""
    if _is_free(PORT):
        return PORT
    return _any_port()


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
