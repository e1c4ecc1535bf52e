"""Replies: bodies with a validator, so that polling is cheap; refusals, all in one shape."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import mimetypes
import time
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from api.endpoints import described
from domain.errors import FileDamaged, InputError, JobNotComplete, LakeDamaged, LakeTooNew
from domain.job.job import JobStatus

# A job changes while it runs and is nobody else's business: no cache may keep an answer unasked.
HEADERS = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}

_log = logging.getLogger("nightdesk.requests")

NOT_FOUND_AFTER_S = 0.1
"""Longer than it takes to read a job, so that the time tells no more than the answer."""

RETRY_AFTER_S = {
    JobStatus.PROCESSING: 10,
    JobStatus.CORRECTING: 10,
    JobStatus.QUEUED: 60,
    JobStatus.FAILED: 60,
}
"""When a result is worth asking for again, by the job's status; of a dead job never."""


def body(request: Request, content: bytes) -> Response:
    """An answer in JSON; 304 where the asker has it (RFC 9110, section 13.1.2)."""
    tag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
    headers = {**HEADERS, "ETag": tag}
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def attachment(path: str, content: bytes) -> Response:
    """A document in its own format, to be saved under its name."""
    name = PurePosixPath(path).name
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(
        content,
        headers={
            **HEADERS,
            # Without a charset: the document is in the encoding it came in.
            "Content-Type": kind,
            "Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}",
            # A document that is opened in a browser all the same does nothing there.
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _is_known(request: Request, tag: str) -> bool:
    given = ",".join(request.headers.getlist("If-None-Match"))
    tags = {text.strip().removeprefix("W/") for text in given.split(",")}
    return bool(tags & {tag, "*"})


async def not_found(request: Request, _: Exception) -> JSONResponse:
    """No job of the caller's bears the id; the same, and as late, where another's does."""
    left = request.state.asked_at + NOT_FOUND_AFTER_S - time.monotonic()
    await asyncio.sleep(max(left, 0))
    return JSONResponse({"detail": described.NO_JOB}, 404)


async def not_complete(_: Request, error: Exception) -> JSONResponse:
    """There is no result; when to ask again, if ever."""
    assert isinstance(error, JobNotComplete)
    status = JobStatus(error.status)
    headers = {"Retry-After": str(RETRY_AFTER_S[status])} if status in RETRY_AFTER_S else {}
    content = {"detail": f"{described.NOT_COMPLETE}: {status}", "status": status}
    return JSONResponse(content, 409, headers)


async def malformed(_: Request, error: Exception) -> JSONResponse:
    """A parameter can't be used: which, and why."""
    assert isinstance(error, RequestValidationError)
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}"
        for fault in error.errors()
    ]
    return JSONResponse({"detail": "; ".join(faults)}, 422)


async def unusable(_: Request, error: Exception) -> JSONResponse:
    """What was handed in can't be used."""
    assert isinstance(error, InputError)
    return JSONResponse({"detail": str(error)}, 422)


async def unusable_lake(_: Request, error: Exception) -> JSONResponse:
    """What has to be read is damaged, or a newer version wrote it, or it can't be reached."""
    if isinstance(error, LakeDamaged | FileDamaged | LakeTooNew):
        _log.error("%s", error)
        return JSONResponse({"detail": str(error)}, 503)
    # It may say where on this machine, and what a store answered.
    _log.error("%s", error, exc_info=error)
    return JSONResponse({"detail": described.UNREADABLE}, 503)


async def broken(_: Request, __: Exception) -> JSONResponse:
    """A fault of ours; the error goes on to the server's log after this, and never out."""
    return JSONResponse({"detail": "Something went wrong on our side"}, 500)
