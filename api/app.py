"""The read-model over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Security
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, Response
from fastapi.security import APIKeyHeader

from api import described
from api.answers import Answers
from domain.bodies import JobResultBody, JobStatusBody
from domain.errors import JobNotComplete, JobNotFound
from domain.settings import Settings
from storage.home import Home
from storage.opening import AnyKeys, keys_of

API_KEY = APIKeyHeader(
    name="X-API-Key", auto_error=False, description="As `nightdesk keys add NAME` printed it."
)
JobId = Annotated[
    str, InPath(description="As `nightdesk submit` printed it.", examples=[described.JOB_ID])
]
# A job changes while it runs and is nobody else's business: no cache may keep an answer unasked.
_HEADERS = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        return described.with_examples(super().openapi())


def create_app(home: Home, settings: Settings) -> FastAPI:
    """The read-model of one home.

    Args:
        home: where state lives; it need not hold anything yet.
        settings: of them, the attempts before a job is dead.
    """
    answers, keys = Answers(home, max_attempts=settings.max_attempts), keys_of(home)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        answers.close()
        keys.close()

    app = _App(
        title="Nightdesk",
        version="1",
        description=described.DESCRIPTION,
        docs_url=None,  # the pages would load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers={
            JobNotFound: _no_job,
            JobNotComplete: _not_complete,
            Exception: _broken,
        },
    )
    app.include_router(_jobs(answers, keys))
    app.add_api_route(
        "/health", _health, name="health", response_model=described.Health, tags=["server"]
    )
    return app


def _jobs(answers: Answers, keys: AnyKeys) -> APIRouter:
    router = APIRouter(
        prefix="/v1/jobs",
        tags=["jobs"],
        dependencies=[Depends(_key_check(keys))],
        responses=described.REFUSALS,
    )

    # The handlers are plain functions, so that reading files keeps a thread and not the loop busy.
    @router.get("/{job_id}", response_model=JobStatusBody)
    def job_status(job_id: JobId) -> Response:
        """Where a job and its segments stand."""
        return _body(answers.status(job_id))

    @router.get("/{job_id}/result", response_model=JobResultBody, responses=described.NO_RESULT)
    def job_result(job_id: JobId) -> Response:
        """The translation, once the status is completed, completed_with_blocks or needs_review."""
        return _body(answers.result(job_id))

    return router


def _key_check(keys: AnyKeys) -> Callable[[str | None], None]:
    def check_key(key: Annotated[str | None, Security(API_KEY)]) -> None:
        if not key or keys.owner_of(key) is None:
            raise HTTPException(401, described.MISSING_KEY, headers={"WWW-Authenticate": "APIKey"})

    return check_key


async def _health() -> Response:
    """That the server answers; needs no key."""
    return _body(b'{"status":"ok"}')


def _body(content: bytes) -> Response:
    return Response(content, media_type="application/json", headers=_HEADERS)


async def _no_job(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": described.NO_JOB}, 404)


async def _not_complete(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, JobNotComplete)
    return JSONResponse(
        {"detail": f"{described.NOT_COMPLETE}: {error.status}", "status": error.status}, 409
    )


async def _broken(_: Request, __: Exception) -> JSONResponse:
    # What happened goes to the server's log, which the error reaches after this; never out.
    return JSONResponse({"detail": "Something went wrong on our side"}, 500)
