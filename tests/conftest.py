"""No test goes by what this machine has set, or reaches beyond it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from ipaddress import ip_address
from typing import Any

FOREIGN = ("ANTHROPIC_", "NIGHTDESK_", "PREFECT_")

for _name in list(os.environ):
    if _name.startswith(FOREIGN) or _name.lower().endswith("_proxy"):
        del os.environ[_name]
# Where the tests are started by `nohup` or in the background, all that they start ignores these.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
# Prefect makes its folder and reads these when it is imported.
os.environ["DO_NOT_TRACK"] = "1"
_PREFECT_HOME = tempfile.TemporaryDirectory(prefix="prefect-")
os.environ["PREFECT_HOME"] = _PREFECT_HOME.name


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(f"a test tried to reach {host}")


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay_here)
