"""Connections that can be dropped before anything is answered."""

from __future__ import annotations

import asyncio
from typing import cast

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "simulator_transport"


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol; it hands its transport down in the scope's state."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection."""
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        super().connection_made(cast(asyncio.Transport, transport))


class Dropped(Response):
    """No answer: the connection closes without a byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection and wait until the server has noticed."""
        await _closed(scope, receive)


class CutOff(StreamingResponse):
    """An answer that breaks off: the connection closes after its first part."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all there is without an end, close the connection, wait until that is noticed."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        async for chunk in self.body_iterator:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await _closed(scope, receive)


async def _closed(scope: Scope, receive: Receive) -> None:
    scope["state"][_TRANSPORT].close()
    while (await receive())["type"] != "http.disconnect":
        pass
