"""A Prefect server of ours as a process: started, noted in its home, found again, ended."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from domain.errors import EnvironmentProblem
from flows.prefect.answering import answers
from flows.prefect.database import make_tables
from flows.prefect.environment import NIGHT_SETTINGS, server_environment
from flows.prefect.ports import PORT, is_free, reserved
from flows.prefect.server_end import ending_itself
from storage.files.durable import PRIVATE
from storage.files.processes import is_ended, is_running, mark_of

SERVING = "flows.prefect.serving"
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
        idle_s: seconds without a user after which it ends itself; None: it never does.
        version: of Prefect.
    """

    url: str
    pid: int
    owner: int | None
    mark: str | None = None
    owner_mark: str | None = None
    idle_s: float | None = None
    version: str | None = None


def server_command(port: int) -> list[str]:
    """The command that starts a server on a loopback port."""
    host = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-P", "-m", "nightdesk.module", SERVING, "server", "start", *host]


def start(
    home: Path,
    port: int | None,
    environ: Mapping[str, str],
    *,
    owner: int | None,
    idle_s: float | None = None,
    given_up: threading.Event | None = None,
) -> Server:
    """Start a server, and wait until it answers.

    It outlives a killed run, and the next run of the same home takes it over.

    Args:
        home: its database lies below.
        port: on the loopback device; None: `PORT`, or any where that is taken.
        environ: what its own settings are added to.
        owner: the process that ends it; None: the last of the runs that use it.
        idle_s: seconds without a run that uses it after which it ends itself; None: it never does.
        given_up: set where nobody waits for it any more.

    Raises:
        EnvironmentProblem: the port is taken, or it ended or did not answer in time; its log says
            why.
    """
    for left in reversed(range(TRIES)):
        with reserved(port or PORT, or_any=port is None) as found:
            if found is None:
                raise EnvironmentProblem(f"port {port or PORT} is taken; name another with --port")
            try:
                return _started(home, found, environ, owner, idle_s, given_up)
            except EnvironmentProblem:
                # A program that is none of ours may have taken the port meanwhile.
                is_over = given_up is not None and given_up.is_set()
                if port is not None or not left or is_over or is_free(found):
                    raise
    raise AssertionError("the last try returns or raises")


def _started(
    home: Path,
    port: int,
    environ: Mapping[str, str],
    owner: int | None,
    idle_s: float | None,
    given_up: threading.Event | None,
) -> Server:
    folder = home / "prefect"
    given = environ if owner is not None else {**NIGHT_SETTINGS, **environ}
    environment = server_environment(home, port, given) | ending_itself(home, idle_s)
    make_tables(environment)
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
        url,
        process.pid,
        owner,
        mark_of(process.pid),
        None if owner is None else mark_of(owner),
        idle_s,
        version("prefect"),
    )
    _note(home).touch(PRIVATE)
    _note(home).write_text(json.dumps(asdict(server)))
    try:
        if not _comes_up(server, given_up):
            raise EnvironmentProblem(f"the Prefect server did not start; see {log_path}")
    except BaseException:
        stop(home, server)
        raise
    return server


def _comes_up(server: Server, given_up: threading.Event | None = None) -> bool:
    """Whether a server answers, perhaps after a while: that very one, and no other at its port."""
    deadline = time.monotonic() + START_SECONDS
    while not (_listens(server) and answers(server.url)):
        is_over = given_up is not None and given_up.is_set()
        if is_over or is_ended(server.pid) or time.monotonic() > deadline:
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


def noted(home: Path) -> Server | None:
    """The server of this home whose process is there; None where there is none."""
    try:
        server = Server(**json.loads(_note(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    is_there = _is_server(server.pid) and _is_process(server.pid, server.mark)
    return server if is_there else None


def running(home: Path, given_up: threading.Event) -> Server | None:
    """The server of this home that answers, also one that is just starting; else None."""
    server = noted(home)
    return server if server is not None and _comes_up(server, given_up) else None


def is_owned(server: Server) -> bool:
    """Whether the process that is to end it still runs."""
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
