"""What is seen of each request from outside its handler: a log line, figures, and its id."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

import structlog
import uuid_utils
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.monitoring.logs import STAMPED
from api.monitoring.metrics import RequestFigures

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PATH_CHARACTERS = 200
"""Of a path in a log line; one can have 60,000."""
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}

# A logger of the standard library's beneath, so that who serves says where lines go.
log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger("nightdesk.requests"),
    processors=[*STAMPED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
)


class Observed:
    """An ASGI application each of whose requests is logged once and counted.

    The answer bears the request's id in `X-Request-ID`: the asker's own where it is one, else a
    new one. What a handler raised is logged with it and goes no further.
    """

    def __init__(self, app: ASGIApp, figures: RequestFigures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        status: int | None = None

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        began = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            self._figures.under_way(),
        ):
            try:
                await self._app(scope, receive, seen)
            except ClientDisconnect:
                pass  # told by a line without a status
            except Exception:
                log.exception("failed", **_about(scope))
            seconds = time.perf_counter() - began
            self._figures.answered(_method(scope), route_of(scope), status, seconds)
            log.info(
                "answered", status=status, duration_ms=round(seconds * 1000, 1), **_about(scope)
            )


def route_of(scope: Scope) -> str:
    """The route that took a request, as a template; `other` where none did."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = context or scope.get("route")
    return getattr(route, "path", None) or "other"


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get("X-Request-ID", "")
    return given if _GIVEN_ID.fullmatch(given) else str(uuid_utils.uuid7())


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _about(scope: Scope) -> dict[str, Any]:
    """What a log line says of a request; of the key only its name, of the query nothing."""
    job_id = scope.get("path_params", {}).get("job_id")
    return {
        "method": _method(scope),
        "route": route_of(scope),
        # As it was sent: printable ASCII, which forges no second line.
        "path": scope["raw_path"].decode("ascii", "replace")[:_PATH_CHARACTERS],
        **({"job_id": job_id[:_PATH_CHARACTERS]} if job_id else {}),
        "key": scope.get("state", {}).get("key_name"),
        "client": (scope.get("client") or ("",))[0],
    }
