"""A client for Nightdesk's own calls to Prefect's server, which waits while the server is busy.

On SQLite the server answers 503 whenever two write at once. Prefect's client then waits 2, 4, 8 s
and so on, and gives up; whoever shares the server with a busy night is seldom in time.
"""

from __future__ import annotations

import random
import time
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient, get_client

BUSY_S = 600.0
"""Seconds for which a call is made again while the server says that it is busy."""

AGAIN_S = 0.5
BEGUN = "nightdesk-first-busy"


def patient_client() -> PrefectClient:
    """A client of Prefect's whose calls are made again, soon and for long, while it gets 503."""
    hooks: dict[str, Any] = {"response": [_ask_again]}
    return get_client(httpx_settings={"event_hooks": hooks})


async def _ask_again(response: httpx.Response) -> None:
    """Have Prefect's client try again soon, and not count it.

    It does so by itself where a server says that it is under maintenance.
    """
    if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        return
    now = time.monotonic()
    first = response.request.extensions.setdefault(BEGUN, now)
    if now - first < BUSY_S:
        response.headers["Prefect-Maintenance"] = "true"
        response.headers["Retry-After"] = str(AGAIN_S * (0.5 + random.random()))  # noqa: S311
