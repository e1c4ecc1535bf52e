"""Connections that can be dropped before anything is answered."""

from __future__ import annotations

import asyncio
from typing import cast

from starlette.responses import Response
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
        scope["state"][_TRANSPORT].close()
        while (await receive())["type"] != "http.disconnect":
            pass
