"""A real Prefect server for a run: the one that is named, one at work already, or our own.

Our own outlives the run by some minutes, so that the next one finds it at work: it looks by itself
whether anyone uses it (`flows/prefect/server_end.py`), so that it also ends where its users were
killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import EnvironmentProblem
from flows.prefect.answering import answers
from flows.prefect.environment import CLIENT_SETTINGS, go_direct
from flows.prefect.keeping_up import kept_up
from flows.prefect.server_process import Server, is_owned, noted, running, start, stop
from flows.prefect.server_users import choosing, is_used, using


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
                found = running(home, given_up) or start(
                    home, None, environ, owner=None, idle_s=idle_s or None, given_up=given_up
                )
            with kept_up(partial(_started_again, home, found, environ)):
                yield found.url
    finally:
        with choosing(home):
            left = noted(home)
            if left is not None and _is_to_end(left, idle_s) and not is_used(home):
                stop(home, left)


def _is_to_end(server: Server, idle_s: float) -> bool:
    """Whether its last user ends it."""
    return not is_owned(server) and (not idle_s or server.idle_s is None)


def _end_older(home: Path) -> None:
    """End a server of another version of Prefect that nobody uses; called while `choosing`."""
    left = noted(home)
    if left is None or left.version == version("prefect"):
        return
    if not is_owned(left) and not is_used(home):
        stop(home, left)


def _started_again(home: Path, before: Server, environ: Mapping[str, str]) -> None:
    """See that the server of this home is there, and start it at its old address where it died."""
    if noted(home) is not None:
        return
    with choosing(home):
        # Another run of the same home may have been faster.
        if noted(home) is None:
            port = urlsplit(before.url).port
            start(home, port, environ, owner=None, idle_s=before.idle_s)
