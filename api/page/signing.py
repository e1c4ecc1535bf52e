"""Signing in with a key, and out."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Annotated
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from api.endpoints.callers import count_wrong_key
from api.endpoints.replies import NOT_FOUND_AFTER_S
from api.page.rendering import HEADERS, page
from api.page.sessions import COOKIE, LIFETIME_S, Sessions

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def from_here(request: Request) -> None:
    """See that a form was sent from one of our own pages.

    Raises:
        HTTPException: another site sent it, or no browser.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = origin.netloc != "" and origin.netloc == request.headers.get("Host")
    # Browsers tell the site only where the address is https or of this machine.
    if not (ours and site in (None, "same-origin")):
        raise HTTPException(403)


router = APIRouter(include_in_schema=False)
Next = Annotated[str, Query(alias="next")]


@router.get("/sign-in")
def sign_in_form(request: Request, wanted: Next = "/") -> Response:
    """The form."""
    return page(request, "sign_in", failed=False, wanted=_local(wanted))


@router.post("/sign-in", dependencies=[Depends(from_here)])
async def sign_in(
    request: Request,
    key: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Begin a session; a wrong key and a revoked one get the same answer, after the same time.

    Raises:
        HTTPException: the form came from elsewhere, or too many wrong keys from one address.
    """
    until = time.monotonic() + NOT_FOUND_AFTER_S
    sessions: Sessions = request.app.state.sessions
    cookie = await to_thread.run_sync(sessions.begun, key.strip())
    if cookie is None:
        count_wrong_key(request)
        await asyncio.sleep(max(until - time.monotonic(), 0))
        return page(request, "sign_in", 401, failed=True, wanted=_local(wanted))
    reply = RedirectResponse(_local(wanted), 303, HEADERS)
    reply.set_cookie(
        COOKIE,
        cookie,
        max_age=LIFETIME_S,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return reply


@router.post("/sign-out", dependencies=[Depends(from_here)])
def sign_out(request: Request) -> Response:
    """End the session, here and for who has a copy of the cookie."""
    sessions: Sessions = request.app.state.sessions
    sessions.end(request.cookies.get(COOKIE, ""))
    reply = RedirectResponse("/sign-in", 303, HEADERS)
    reply.delete_cookie(
        COOKIE, secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
    return reply


def _local(wanted: str) -> str:
    """Where one goes after signing in: never to another site."""
    return wanted if _LOCAL.fullmatch(wanted) else "/"
