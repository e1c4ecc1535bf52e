"""Errors for people: where a browser asks for a page, it gets one, and programs get JSON."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.page.rendering import HEADERS, link, page
from api.page.sessions import NotSignedIn
from domain.errors import InputError, JobNotComplete, JobNotFound, LakeError

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

_TEXTS = {
    400: ("Bad request", "The request could not be understood."),
    403: ("Not from here", "The form was sent from another site, or by no browser."),
    404: ("Not found", "There is nothing here, or nothing that your key may read."),
    405: ("Not possible", "That can't be done with this address."),
    409: ("Not ready", "There is no result yet."),
    422: ("Not usable", "One of the values in the address can't be used."),
    429: ("Too many requests", "Wait a little before you ask again."),
    503: (
        "Not to be read",
        "The home can't be read. Why is in the server's log, and `nightdesk verify` tells it.",
    ),
    500: ("Something went wrong", "Something went wrong on our side. It is in the server's log."),
}
_CODES: dict[type[Exception], int] = {
    JobNotFound: 404,
    JobNotComplete: 409,
    RequestValidationError: 422,
    InputError: 422,
    LakeError: 503,
}


def for_people(request: Request) -> bool:
    """Whether a browser asks for a page."""
    if request.url.path.startswith("/v1/"):
        return False
    return "text/html" in request.headers.get("Accept", "")


def for_both(handlers: Mapping[Any, Handler]) -> dict[Any, Handler]:
    """The handlers of errors, with a page where a browser asks for one.

    The code and the headers of what programs get stay, and so does the time that it takes.
    """

    def also(handler: Handler) -> Handler:
        async def answered(request: Request, error: Exception) -> Response:
            reply = await handler(request, error)
            if not for_people(request):
                return reply
            shown = told(request, _code_of(error))
            for name in ("Retry-After", "Allow"):
                if name in reply.headers:
                    shown.headers[name] = reply.headers[name]
            return shown

        return answered

    return {kind: also(handler) for kind, handler in handlers.items()} | {NotSignedIn: sign_in}


def told(request: Request, code: int) -> Response:
    """The page that says why there is no other."""
    title, text = _TEXTS.get(code, _TEXTS[400])
    return page(request, "refusal", code, number=code, title=title, text=text)


async def sign_in(request: Request, _: Exception) -> Response:
    """Somebody is to sign in, and then comes back to where they wanted to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    place = link("/sign-in", next=wanted if wanted != "/" else None)
    if "HX-Request" in request.headers:
        # A redirect would be followed, and the form put into the middle of the page.
        return Response(status_code=401, headers={**HEADERS, "HX-Redirect": place})
    return RedirectResponse(place, 303, HEADERS)


def _code_of(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), 500)
