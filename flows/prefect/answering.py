"""Whether Prefect's server answers, asked with patience: a busy one takes its time."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request

BUSY_S = 60.0
"""Seconds for which a server may be too busy to answer. Nights side by side, and a machine that
has much else to do, make it miss any shorter time."""

ONE_S = 10.0
AGAIN_S = 0.5
BUSY = (429, 502, 503, 504)


def answers(url: str, *, patience: float = BUSY_S) -> bool:
    """Whether a server answers at an API's URL, perhaps after a while.

    Where nobody listens, or where something else does, it is False at once.

    Args:
        url: ending in `/api`.
        patience: seconds for which one that listens may say that it is busy, or nothing.
    """
    until = time.monotonic() + patience
    while (found := _asked(f"{url.rstrip('/')}/health")) is None:
        if time.monotonic() > until:
            return False
        time.sleep(AGAIN_S)
    return found


def _asked(url: str) -> bool | None:
    """Whether it answers; None where it is busy."""
    try:
        with urllib.request.urlopen(url, timeout=ONE_S) as reply:  # noqa: S310 - the server's own
            return bool(reply.status == 200)
    except urllib.error.HTTPError as error:
        return None if error.code in BUSY else False
    except urllib.error.URLError as error:
        is_gone = isinstance(error.reason, ConnectionRefusedError | socket.gaierror)
        return False if is_gone else None
    except OSError:
        return None
    except ValueError:
        return False
