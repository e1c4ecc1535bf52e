"""The read-model over HTTP, and the pages over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from api.endpoints import batches, described, figures, jobs, replies, usage
from api.limits.bounds import Bounded
from api.limits.request_limits import RequestLimits
from api.monitoring.metrics import Metrics
from api.monitoring.observed import Observed
from api.page import routes, signing
from api.page.refusals import for_both
from api.page.rendering import Static, static_path
from api.page.sessions import Sessions
from api.reading.answers import Answers
from api.reading.lists import Lists
from api.reading.warming import warming
from domain.errors import InputError, JobNotComplete, JobNotFound, LakeError
from domain.settings import Settings
from storage.control.keys import Keys
from storage.files.home import Home
from storage.readmodel.job_index import JobIndex
from storage.readmodel.readmodel import ReadModel


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        return described.with_examples(super().openapi())

    def build_middleware_stack(self) -> ASGIApp:
        # Around all that the framework does, so that its answers to faults are seen too.
        return Observed(Bounded(super().build_middleware_stack()), self.state.metrics.requests)


def create_app(home: Home, settings: Settings) -> FastAPI:
    """The read-model of one home.

    Its state holds `keys`, `limits`, `sessions`, `answers`, `lists` and `metrics`, which the
    handlers ask, and `prefect_ui`, to which pages link.

    Args:
        home: where state lives; it need not hold anything yet.
        settings: of them, the attempts before a job is dead, the requests a minute, and where
            Prefect shows its runs.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.sums = usage.limiter()
        with warming(read_model):
            yield
        for part in (app.state.answers, app.state.lists, app.state.keys):
            part.close()

    app = _App(
        title="Nightdesk",
        version="1",
        description=described.DESCRIPTION,
        docs_url=None,  # the pages would load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers=for_both(
            {
                JobNotFound: replies.not_found,
                JobNotComplete: replies.not_complete,
                RequestValidationError: replies.malformed,
                InputError: replies.unusable,
                LakeError: replies.unusable_lake,
                HTTPException: http_exception_handler,
                Exception: replies.broken,
            }
        ),
    )
    app.state.keys = Keys(home)
    read_model = ReadModel(home)
    app.state.answers = Answers(read_model, max_attempts=settings.max_attempts)
    app.state.lists = Lists(JobIndex(home), read_model)
    app.state.limits = RequestLimits(settings.requests_per_minute)
    app.state.metrics = Metrics(app.state.lists)
    app.state.sessions = Sessions(app.state.keys)
    app.state.prefect_ui = settings.prefect_ui_url
    for part in (jobs, batches, usage, figures, signing, routes):
        app.include_router(part.router)
    app.add_api_route(
        "/health", _health, name="health", response_model=described.Health, tags=["server"]
    )
    app.mount(static_path(), Static(), name="static")
    return app


async def _health() -> Response:
    """That the server answers; needs no key."""
    return Response(b'{"status":"ok"}', media_type="application/json", headers=replies.HEADERS)
