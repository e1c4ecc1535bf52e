"""What is asked of jobs: a list, one's status, its result and its document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.endpoints import described
from api.endpoints.callers import AsCaller
from api.endpoints.days import Day
from api.endpoints.replies import attachment, body
from domain.contract.bodies import JobResultBody, JobStatusBody
from domain.contract.included import Included
from domain.contract.listings import JobPage
from domain.job.job import JobStatus
from storage.readmodel.job_index import Wanted

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses=described.REFUSALS)

JobId = Annotated[
    str, InPath(description="As `nightdesk submit` printed it.", examples=[described.JOB_ID])
]


class JobQuery(BaseModel):
    """Which jobs are listed; what is not given lets all through."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    status: JobStatus | None = None
    source_lang: str | None = None
    target_lang: str | None = None
    day: Day | None = None
    """When they were submitted, in UTC, as 2026-03-06."""
    batch_id: str | None = None
    """A night that worked on them."""
    simulated: bool | None = None
    """Whether rehearsals took them up; both kinds by default, each entry saying its own."""
    owner: str | None = None
    """Whose they are; of use with an operator's key."""
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = None
    """The `next_cursor` of the page before."""


class ResultQuery(BaseModel):
    """What of a result is told beside what is always told."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    include: tuple[Included, ...] = ()
    """`coverage`: the words of the source that were offered for translation, and those left."""


# The handlers are plain functions, so that reading files keeps a thread and not the loop busy.
@router.get("", response_model=JobPage, responses={**described.UNCHANGED, **described.MALFORMED})
def job_list(request: Request, who: AsCaller, query: Annotated[JobQuery, Query()]) -> Response:
    """Jobs without their segments, the latest submitted first."""
    wanted = Wanted(**query.model_dump(exclude={"limit", "cursor"}))
    found = request.app.state.lists.jobs(who, wanted, query.limit, query.cursor)
    return body(request, found.to_json())


@router.get(
    "/{job_id}",
    response_model=JobStatusBody,
    responses={**described.UNCHANGED, **described.NO_SUCH_JOB},
)
def job_status(request: Request, who: AsCaller, job_id: JobId) -> Response:
    """Where a job and its segments stand."""
    return body(request, request.app.state.answers.status(job_id, who))


@router.get(
    "/{job_id}/result",
    response_model=JobResultBody,
    responses={
        **described.UNCHANGED,
        **described.NO_SUCH_JOB,
        **described.NO_RESULT,
        **described.MALFORMED,
    },
)
def job_result(
    request: Request, who: AsCaller, job_id: JobId, query: Annotated[ResultQuery, Query()]
) -> Response:
    """The translation, once the status is completed, completed_with_blocks or needs_review."""
    return body(request, request.app.state.answers.result(job_id, who, query.include))


@router.get(
    "/{job_id}/download",
    response_class=Response,
    responses={**described.DOCUMENT, **described.NO_SUCH_JOB, **described.NO_RESULT},
)
def job_download(request: Request, who: AsCaller, job_id: JobId) -> Response:
    """The translated document in its own format, under the same condition."""
    return attachment(*request.app.state.answers.document(job_id, who))
