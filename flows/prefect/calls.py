"""Calls to Prefect's server, which wait while the server is busy.

On SQLite the server answers 503 whenever two write at once. Prefect's client then waits 2, 4, 8 s
and so on, and gives up: whoever shares the server with a busy night is seldom in time.
"""

from __future__ import annotations

import contextlib
import random
import time

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.context import AsyncClientContext
from prefect.exceptions import PrefectException

SERVER_FAULTS = (httpx.HTTPError, PrefectException)
"""What calls raise where the server can't be reached, or can't do what it is asked."""

BUSY_S = 600.0
"""Seconds for which a call is made again while the server says that it is busy."""

AGAIN_S = 0.2
BEGUN = "nightdesk-first-busy"


def if_it_can() -> contextlib.AbstractContextManager[None]:
    """For calls that just show something: where the server can't be reached, nothing is shown."""
    return contextlib.suppress(*SERVER_FAULTS)


def is_of_server(error: BaseException | None) -> bool:
    """Whether an error says that the server can't be reached, or what came of that."""
    while error is not None and not isinstance(error, SERVER_FAULTS):
        error = error.__cause__ or error.__context__
    return error is not None


def wait_no_more() -> None:
    """Have calls of this flow run raise at once where nobody answers: the server is given up."""
    context = AsyncClientContext.get()
    if context is not None:
        # Prefect asks again for minutes, but not before a first call has got an answer.
        context.client._client._has_connected = False  # type: ignore[attr-defined]


def wait_while_busy() -> None:
    """Have all calls from this flow run, and those below it, made again where they get 503."""
    context = AsyncClientContext.get()
    assert context is not None, "called inside a flow"
    make_patient(context.client)


def make_patient(client: PrefectClient) -> None:
    """Have a client's calls made again, soon and for long, where they get 503."""
    # Prefect has no way to say it: only clients of one's own take settings, and flows use theirs.
    hooks = client._client.event_hooks
    if _ask_again not in hooks["response"]:
        client._client.event_hooks = {**hooks, "response": [*hooks["response"], _ask_again]}


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
