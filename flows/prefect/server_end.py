"""A server of ours ends itself once nobody has used it for a while.

It runs in the server's own process. Whoever uses the server holds a lock
(`flows/prefect/server_users.py`) that goes with its process, however that ends; so a night that is
killed leaves no server behind.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from flows.prefect.server_users import choosing, is_used

HOME = "_NIGHTDESK_SERVER_OF"
IDLE = "_NIGHTDESK_SERVER_IDLE_S"

LOOK_S = 5.0
"""Seconds between looks, at most."""

LOOKS = 10
"""Looks in the time that it stays, at least."""

LAST_S = 20.0
"""Seconds that its own end may take."""


def ending_itself(home: Path, idle_s: float | None) -> dict[str, str]:
    """What tells a server by its environment to end itself."""
    return {} if idle_s is None else {HOME: str(home.resolve()), IDLE: str(idle_s)}


def watch(environ: Mapping[str, str]) -> None:
    """End this process once nobody has used it for the time that its environment says, if any."""
    if IDLE not in environ:
        return
    home, idle_s = Path(environ[HOME]), float(environ[IDLE])
    threading.Thread(target=_look, args=(home, idle_s), name="idle", daemon=True).start()


def _look(home: Path, idle_s: float) -> None:
    used = time.monotonic()
    while True:
        time.sleep(min(LOOK_S, idle_s / LOOKS))
        if not (home / "prefect").is_dir():
            _end()  # The home was taken away, and its database with it.
        if is_used(home):
            used = time.monotonic()
        elif time.monotonic() - used >= idle_s:
            # Whoever comes now waits until this process is gone, and starts another.
            with choosing(home):
                if is_used(home):
                    used = time.monotonic()
                else:
                    (home / "prefect" / "server.json").unlink(missing_ok=True)
                    _end()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_S)
    os._exit(0)
