"""Who asks: the key that a request names, and whose jobs it reads."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader

from api import described
from storage.keys import Caller

API_KEY = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="As `nightdesk keys add NAME` printed it."
)


def caller(request: Request, key: Annotated[str | None, Security(API_KEY)]) -> Caller:
    """Who asks; refuses who has no key that is valid."""
    request.state.asked_at = time.monotonic()
    found: Caller | None = request.app.state.keys.caller_of(key) if key else None
    if found is None:
        raise HTTPException(401, described.MISSING_KEY, headers={"WWW-Authenticate": "APIKey"})
    return found


AsCaller = Annotated[Caller, Depends(caller)]
