"""The read-model's server."""

from __future__ import annotations

import resource
import socket
from contextlib import suppress
from dataclasses import replace

import uvicorn

from api.app import create_app
from api.limits.bounds import HEADER_BYTES
from api.limits.connections import PATIENCE, Patience, patient
from api.monitoring.logs import LogFormat, log_config
from domain.addresses import networks_of
from domain.errors import EnvironmentProblem
from domain.settings import Settings
from storage.files.home import Home

BACKLOG = 2048
OPEN_FILES = 4096
"""Enough for all connections and the lake's files; systems often start at 1,024."""
IDLE_SECONDS = 30
LAST_ANSWERS_SECONDS = 10


def serve(
    home: Home, settings: Settings, host: str, port: int, log_format: LogFormat = "json"
) -> None:
    """Serve the read-model until the process is told to end.

    Args:
        home: where state lives.
        settings: as for `create_app`.
        host: a name or address of this machine.
        port: 0 takes any free one; the log says which.
        log_format: JSON for programs, or text for people; a line an event, on standard error.

    Raises:
        EnvironmentProblem: the address can't be listened on.
    """
    # Ctrl-C is how it is told to end: uvicorn raises it again once the last answers are out.
    with listen(host, port) as listener, suppress(KeyboardInterrupt):
        _allow_open_files()
        server(home, settings, log_format=log_format).run(sockets=[listener])


def server(
    home: Home,
    settings: Settings,
    *,
    patience: Patience = PATIENCE,
    log_format: LogFormat = "json",
) -> uvicorn.Server:
    """The server without an address, for `run(sockets=…)`.

    Args:
        home: where state lives.
        settings: as for `create_app`.
        patience: how long clients are waited for; the setting's proxies are added.
        log_format: as for `serve`.
    """
    proxies = networks_of(settings.trusted_proxies)
    return uvicorn.Server(
        uvicorn.Config(
            create_app(home, settings),
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
            h11_max_incomplete_event_size=HEADER_BYTES,
            http=patient(replace(patience, proxies=proxies)),
            proxy_headers=bool(proxies),
            forwarded_allow_ips=[str(network) for network in proxies],
            log_config=log_config(log_format),
            access_log=False,  # a line of ours says more
            ws="none",
            lifespan="on",
        )
    )


def _allow_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        EnvironmentProblem: the address can't be listened on.
    """
    try:
        return _listening(host, port)
    except (OSError, OverflowError) as error:
        raise EnvironmentProblem(f"can't listen on {host}:{port}: {error}") from error


def _listening(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # Only where the protocol is named does asyncio turn Nagle's algorithm off; with it, every
    # answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address[0], port, *address[2:]))  # the look-up takes 70000 for 4464
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener
