"""A real Prefect server for a run: the one that is named, one at work already, or our own.

Our own outlives the run by some minutes, so that the next one finds it at work: it looks by itself
whether anyone uses it (`flows/prefect/server_end.py`), so that it also ends where its users were
killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from domain.errors import EnvironmentProblem
from flows.prefect.answering import answers
from flows.prefect.environment import CLIENT_SETTINGS, go_direct, server_environment
from flows.prefect.keeping_up import kept_up
from flows.prefect.ports import any_port, is_free, reserved
from flows.prefect.server_end import ending_itself
from flows.prefect.server_users import choosing, is_used, using
from storage.files.durable import PRIVATE
from storage.files.processes import is_ended, is_running, mark_of

PORT = 4200
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


@contextlib.contextmanager
def server_for(
    home: Path, environ: MutableMapping[str, str], *, minutes: float = 0
) -> Iterator[str]:
    """The API's URL of a server to run on, with the environment set to use it.

    Must be entered before prefect is imported, since it reads its settings then.

    Args:
        minutes: for which our own stays without anyone who uses it.

    Raises:
        EnvironmentProblem: the named server does not answer, or ours does not start.
    """
    with server_coming(home, environ, minutes=minutes) as coming:
        environ["PREFECT_API_URL"] = coming.url()
        yield environ["PREFECT_API_URL"]


class Coming:
    """A server that may still be starting.

    Attributes:
        is_there: whether it answered at once.
    """

    def __init__(self, started: Future[str]) -> None:
        self._started = started

    @property
    def is_there(self) -> bool:
        return self._started.done()

    def url(self) -> str:
        """Its API's URL, once it answers.

        Raises:
            EnvironmentProblem: it does not start.
        """
        return self._started.result()

    async def arrived(self) -> str:
        """The same without holding up the event loop; its end need not wait for the server."""
        return await asyncio.wrap_future(self._started)


@contextlib.contextmanager
def server_coming(
    home: Path, environ: MutableMapping[str, str], *, minutes: float = 0
) -> Iterator[Coming]:
    """A server to run on, which starts while the caller does other things.

    The environment is set for Prefect but for `PREFECT_API_URL`, which is known once it answers.

    Args:
        minutes: for which our own stays without anyone who uses it.

    Raises:
        EnvironmentProblem: the named server does not answer.
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
        there: Future[str] = Future()
        there.set_result(named)
        yield Coming(there)
        return
    environ["PREFECT_HOME"] = str((home / "prefect").resolve())
    given_up = threading.Event()
    own = _own_server(home, dict(environ), 60 * minutes, given_up)
    with ThreadPoolExecutor(1, thread_name_prefix="Prefect's server") as pool:
        started = pool.submit(own.__enter__)
        try:
            yield Coming(started)
        finally:
            given_up.set()
            if started.exception() is None:
                own.__exit__(None, None, None)


@contextlib.contextmanager
def _own_server(
    home: Path, environ: Mapping[str, str], idle_s: float, given_up: threading.Event
) -> Iterator[str]:
    """The server of this home; `nightdesk server` ends its own, any other ends itself.

    Where it is not to stay, its last user ends it.
    """
    with choosing(home):
        _end_older(home)
    try:
        with using(home):
            with choosing(home):
                running = _running(home, given_up) or start(
                    home, None, environ, owner=None, idle_s=idle_s or None, given_up=given_up
                )
            with kept_up(partial(_started_again, home, running, environ)):
                yield running.url
    finally:
        with choosing(home):
            left = _noted(home)
            if left is not None and _is_to_end(left, idle_s) and not is_used(home):
                stop(home, left)


def _is_to_end(server: Server, idle_s: float) -> bool:
    """Whether its last user ends it."""
    return not _is_owned(server) and (not idle_s or server.idle_s is None)


def _end_older(home: Path) -> None:
    """End a server of another version of Prefect that nobody uses; called while `choosing`."""
    left = _noted(home)
    if left is None or left.version == version("prefect"):
        return
    if not _is_owned(left) and not is_used(home):
        stop(home, left)


def _started_again(home: Path, before: Server, environ: Mapping[str, str]) -> None:
    """See that the server of this home is there, and start it at its old address where it died."""
    if _noted(home) is not None:
        return
    with choosing(home):
        # Another run of the same home may have been faster.
        if _noted(home) is None:
            port = urlsplit(before.url).port
            start(home, port, environ, owner=None, idle_s=before.idle_s)


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
    environment = server_environment(home, port, environ) | ending_itself(home, idle_s)
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


def _noted(home: Path) -> Server | None:
    """The server of this home whose process is there; None where there is none."""
    try:
        server = Server(**json.loads(_note(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    is_there = _is_server(server.pid) and _is_process(server.pid, server.mark)
    return server if is_there else None


def _running(home: Path, given_up: threading.Event) -> Server | None:
    """The server of this home that answers, also one that is just starting; else None."""
    server = _noted(home)
    return server if server is not None and _comes_up(server, given_up) else None


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
