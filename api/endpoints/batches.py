"""What is asked of nights: the sums of the jobs that one took up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.endpoints import described
from api.endpoints.callers import AsCaller
from api.endpoints.replies import body
from domain.contract.listings import BatchPage, BatchSummary

router = APIRouter(prefix="/v1/batches", tags=["batches"], responses=described.REFUSALS)

BatchId = Annotated[
    str, InPath(description="The `batch_id` of a job.", examples=[described.BATCH_ID])
]


class BatchQuery(BaseModel):
    """Which nights are listed."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    limit: int = Field(50, ge=1, le=500)
    simulated: bool | None = None
    """Whether rehearsals, or nights with models; both by default."""
    cursor: str | None = None
    """The `next_cursor` of the page before."""


@router.get("", response_model=BatchPage, responses={**described.UNCHANGED, **described.MALFORMED})
def batch_list(request: Request, who: AsCaller, query: Annotated[BatchQuery, Query()]) -> Response:
    """Nights, the latest first."""
    found = request.app.state.lists.batches(who, query.limit, query.cursor, query.simulated)
    return body(request, found.to_json())


@router.get(
    "/{batch_id}",
    response_model=BatchSummary,
    responses={**described.UNCHANGED, **described.NO_SUCH_BATCH},
)
def batch_status(request: Request, who: AsCaller, batch_id: BatchId) -> Response:
    """A night: how it left its jobs, their words, and what it asked and spent itself."""
    found = request.app.state.lists.batch(who, batch_id)
    if found is None:
        raise HTTPException(404, described.NO_BATCH)
    return body(request, found.to_json())
