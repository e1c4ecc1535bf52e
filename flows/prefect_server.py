"""A real Prefect server for a run: the one that is named, one at work already, or our own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from domain.errors import EnvironmentProblem
from flows.answering import answers
from flows.keeping_up import kept_up
from flows.ports import any_port, is_free, reserved
from flows.prefect_environment import CLIENT_SETTINGS, go_direct, server_environment
from flows.server_users import choosing, is_used, using
from storage.durable import PRIVATE
from storage.processes import is_ended, is_running, mark_of

PORT = 4200
SERVING = "flows.prefect_serving"
START_SECONDS = 600
"""For which a server that lives may take until it answers: seconds, but for a busy machine."""
STOP_SECONDS = 20
TRIES = 5
"""At starting a server where other programs take the ports that were free."""


_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A server of ours at work.

    Attributes:
        url: its API.
        pid: its process.
        owner: the process that ends it; None: the last of the runs that use it.
        mark: of its process.
        owner_mark: of the owner's process.
    """

    url: str
    pid: int
    owner: int | None
    mark: str | None = None
    owner_mark: str | None = None


def server_command(port: int) -> list[str]:
    """The command that starts a server on a loopback port."""
    host = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-P", "-m", "nightdesk.module", SERVING, "server", "start", *host]


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
                running = _running(home) or start(home, None, environ, owner=None)
            with kept_up(partial(_started_again, home, running.url, environ)):
                yield running.url
    finally:
        with choosing(home):
            left = _noted(home)
            if left is not None and not _is_owned(left) and not is_used(home):
                stop(home, left)


def _started_again(home: Path, url: str, environ: Mapping[str, str]) -> None:
    """See that the server of this home is there, and start it at its old address where it died."""
    if _noted(home) is not None:
        return
    with choosing(home):
        # Another run of the same home may have been faster.
        if _noted(home) is None:
            start(home, urlsplit(url).port, environ, owner=None)


def start(home: Path, port: int | None, environ: Mapping[str, str], *, owner: int | None) -> Server:
    """Start a server, and wait until it answers.

    It outlives a killed run, and the next run of the same home takes it over.

    Args:
        home: its database lies below.
        port: on the loopback device; None: `PORT`, or any where that is taken.
        environ: what its own settings are added to.
        owner: the process that ends it; None: the last of the runs that use it.

    Raises:
        EnvironmentProblem: the port is taken, or it ended or did not answer in time; its log says
            why.
    """
    for left in reversed(range(TRIES)):
        with reserved(port or PORT, or_any=port is None) as found:
            if found is None:
                raise EnvironmentProblem(f"port {port or PORT} is taken; name another with --port")
            try:
                return _started(home, found, environ, owner)
            except EnvironmentProblem:
                # A program that is none of ours may have taken the port meanwhile.
                if port is not None or not left or is_free(found):
                    raise
    raise AssertionError("the last try returns or raises")


def _started(home: Path, port: int, environ: Mapping[str, str], owner: int | None) -> Server:
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
    server = Server(
        url, process.pid, owner, mark_of(process.pid), None if owner is None else mark_of(owner)
    )
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
        if is_ended(server.pid) or time.monotonic() > deadline:
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
    is_there = _is_server(server.pid) and _is_process(server.pid, server.mark)
    return server if is_there else None


def _running(home: Path) -> Server | None:
    """The server of this home that answers, also one that is just starting; else None."""
    server = _noted(home)
    return server if server is not None and _comes_up(server) else None


def _is_owned(server: Server) -> bool:
    return server.owner is not None and _is_process(server.owner, server.owner_mark)


def _is_process(pid: int, mark: str | None) -> bool:
    """Whether a process runs, and is the one with this mark; older notes have none."""
    return not is_ended(pid) if mark is None else is_running(pid, mark)


def _is_server(pid: int) -> bool:
    """Whether it is a server's process; its number may have been given to another since."""
    try:
        return SERVING in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def free_port() -> int:
    """Prefect's own port, or any where that is taken; another may take it before it is used."""
    return PORT if is_free(PORT) else any_port()
