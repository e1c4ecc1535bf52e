"""Simulators in threads, and clients of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import anthropic
import pytest

from simulator.running import running
from simulator.settings import SimulatorSettings

Start = Callable[..., anthropic.AsyncAnthropic]
Seen = Callable[..., Any]


@pytest.fixture(scope="session")
def plain_url() -> Iterator[str]:
    """One simulator with default settings for all tests that are content with it."""
    with running(SimulatorSettings()) as url:
        yield url


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Simulators that end with the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
async def start(stack: ExitStack, plain_url: str) -> AsyncIterator[Start]:
    """Starts a simulator with settings, or resets the plain one; gives a client of it."""
    async with AsyncExitStack() as clients:

        def starting(api_key: str = "sk-sim-test", **settings: Any) -> anthropic.AsyncAnthropic:
            if settings:
                url = stack.enter_context(running(SimulatorSettings(**settings)))
            else:
                url = plain_url
                _post(f"{url}/_simulator/reset")
            client = anthropic.AsyncAnthropic(
                api_key=api_key,
                base_url=url,
                max_retries=0,
                http_client=anthropic.DefaultAioHttpClient(),
            )
            clients.push_async_callback(client.close)
            return client

        yield starting


def _post(url: str) -> None:
    place = urlsplit(url)
    with closing(HTTPConnection(place.netloc)) as connection:
        connection.request("POST", place.path)
        connection.getresponse().read()


@pytest.fixture
def seen() -> Seen:
    """Reads a page of the simulator that a client asks: its ledger, or another one."""

    async def reading(client: anthropic.AsyncAnthropic, path: str = "ledger") -> Any:
        return await client.get(f"/_simulator/{path}", cast_to=object)

    return reading
