"""What is asked of the ledger: sums of cost and tokens."""

from __future__ import annotations

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.endpoints import described
from api.endpoints.callers import AsCaller
from api.endpoints.days import Day
from api.endpoints.replies import body
from domain.contract.listings import UsagePage
from storage.readmodel.readmodel import Dimension

router = APIRouter(prefix="/v1/usage", tags=["usage"], responses=described.REFUSALS)

AT_ONCE = 2
"""Sums that are computed side by side: each reads the whole ledger, and others want answers too."""


class UsageQuery(BaseModel):
    """What is summed up, and told apart by what."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    by: list[Dimension] = Field([Dimension.DAY, Dimension.MODEL], max_length=8)
    """Given once for each; rehearsals are told apart always."""
    since: Day | None = None
    """The first day, in UTC, as 2026-03-06."""
    until: Day | None = None
    """The last day."""
    owner: str | None = None
    """Whose jobs; of use with an operator's key."""
    simulated: bool | None = None
    """Whether rehearsals, or what models answered; both by default, in rows of their own."""
    limit: int = Field(1000, ge=1, le=10_000)
    cursor: str | None = Field(None, pattern="^[0-9]{1,9}$")
    """The `next_cursor` of the page before."""


@router.get("", response_model=UsagePage, responses={**described.UNCHANGED, **described.MALFORMED})
async def usage(request: Request, who: AsCaller, query: Annotated[UsageQuery, Query()]) -> Response:
    """Requests, tokens and cost, summed over the ledger."""
    state = request.app.state
    by = list(dict.fromkeys((*(d.value for d in query.by), Dimension.SIMULATED.value)))
    start = int(query.cursor or 0)

    def summed() -> bytes:
        found: UsagePage = state.lists.usage(
            who, by, query.owner, query.since, query.until, query.limit, start, query.simulated
        )
        return found.to_json()

    return body(request, await to_thread.run_sync(summed, limiter=state.sums))


def limiter() -> CapacityLimiter:
    """What lets so many sums be computed at once."""
    return CapacityLimiter(AT_ONCE)
