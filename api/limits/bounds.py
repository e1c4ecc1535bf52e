"""How much a request may bring; what is more is refused before anything else looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER_BYTES = 64 * 1024
"""A request line and the headers at most."""
BODY_BYTES = 16 * 1024
"""A body at most: the only one with a meaning is the form with which people sign in."""

_NO_LENGTH = "Length required: a body must tell its length in Content-Length"
_TOO_LARGE = f"Body too large: more than {BODY_BYTES} bytes"
_LONG_HEADERS = f"Headers too large: more than {HEADER_BYTES} bytes"


class Bounded:
    """An ASGI application that answers requests within the bounds, and refuses others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse."""
        if scope["type"] == "http" and (refused := refusal(scope["headers"])):
            await _refuse(send, *refused)
        else:
            await self._app(scope, receive, send)


def refusal(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, str] | None:
    """Why a request with these headers is refused: code and detail; None where it isn't."""
    fields = list(headers)
    if sum(len(name) + len(value) for name, value in fields) > HEADER_BYTES:
        return 431, _LONG_HEADERS
    names = {name.lower(): value for name, value in fields}
    # Bodies in chunks are refused altogether: nothing of ours sends them, and where a proxy in
    # front counts them differently, one request could hide in another.
    if b"transfer-encoding" in names:
        return 411, _NO_LENGTH
    if int(names.get(b"content-length", b"0")) > BODY_BYTES:  # digits alone, h11 sees to that
        return 413, _TOO_LARGE
    return None


async def _refuse(send: Send, code: int, detail: str) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        # What is no chunk of ours is not looked for either.
        *([(b"connection", b"close")] if code == 411 else []),
    ]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
