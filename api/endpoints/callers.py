"""Who asks: the key that a request names, whose jobs it reads, and how often it may."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from api.endpoints import described
from storage.control.keys import Caller

API_KEY = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="As `nightdesk keys add NAME` printed it."
)


BEARER = HTTPBearer(auto_error=False, description="The same key, as Prometheus sends it.")


def caller(request: Request, key: Annotated[str | None, Security(API_KEY)]) -> Caller:
    """Who asks; refuses who has no key that is valid, and who asks too often."""
    request.state.asked_at = time.monotonic()
    limits = request.app.state.limits
    found: Caller | None = request.app.state.keys.caller_of(key) if key else None
    if found is None:
        count_wrong_key(request)
        raise HTTPException(401, described.MISSING_KEY, headers={"WWW-Authenticate": "APIKey"})
    request.state.key_name = found.name
    _see_whether_patient(limits.asked(found.name))
    return found


def count_wrong_key(request: Request) -> None:
    """Count a request without a valid key, by its address; nobody's guesses shut out valid keys.

    Raises:
        HTTPException: 429, there were too many in the last minute.
    """
    address = request.client.host if request.client else ""
    _see_whether_patient(request.app.state.limits.asked_without_key(address))


def operator(
    request: Request,
    key: Annotated[str | None, Security(API_KEY)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> Caller:
    """Who asks, with an operator's key; refuses others."""
    found = caller(request, key or (bearer.credentials if bearer else None))
    if found.owner is not None:
        raise HTTPException(403, described.NO_OPERATOR)
    return found


def _see_whether_patient(wait_s: int | None) -> None:
    if wait_s is not None:
        raise HTTPException(429, described.TOO_MANY, headers={"Retry-After": str(wait_s)})


AsCaller = Annotated[Caller, Depends(caller)]
AsOperator = Annotated[Caller, Depends(operator)]
