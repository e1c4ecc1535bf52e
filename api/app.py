"""The read-model over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from api import batches, described, jobs, replies, usage
from api.answers import Answers
from api.lists import Lists
from domain.errors import InputError, JobNotComplete, JobNotFound
from domain.settings import Settings
from storage.home import Home
from storage.opening import keys_of


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        return described.with_examples(super().openapi())


def create_app(home: Home, settings: Settings) -> FastAPI:
    """The read-model of one home.

    Its state holds `keys`, `answers` and `lists`, which the handlers ask.

    Args:
        home: where state lives; it need not hold anything yet.
        settings: of them, the attempts before a job is dead.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.sums = usage.limiter()
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
        exception_handlers={
            JobNotFound: replies.not_found,
            JobNotComplete: replies.not_complete,
            RequestValidationError: replies.malformed,
            InputError: replies.unusable,
            Exception: replies.broken,
        },
    )
    app.state.keys = keys_of(home)
    app.state.answers = Answers(home, max_attempts=settings.max_attempts)
    app.state.lists = Lists(home)
    for part in (jobs, batches, usage):
        app.include_router(part.router)
    app.add_api_route(
        "/health", _health, name="health", response_model=described.Health, tags=["server"]
    )
    return app


async def _health() -> Response:
    """That the server answers; needs no key."""
    return Response(b'{"status":"ok"}', media_type="application/json", headers=replies.HEADERS)
