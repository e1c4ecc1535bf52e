"""Pages: templates filled in, and the headers that fence them in."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.types import Scope

from api.page import wording
from domain.job.job import JobStatus

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": POLICY,
    # Not `no-referrer`, with which a browser sends `Origin: null` along with a form.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


AROUND = timedelta(days=2)
"""Flow runs of a night begin no longer before or after one of its jobs."""


@lru_cache(maxsize=1)
def static_version() -> str:
    """A name that changes with any static file."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(STATIC)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def static_path() -> str:
    """Below this, static files are served; it is another when they are others."""
    return f"/static/{static_version()}"


class Static(StaticFiles):
    """The scripts, styles and pictures of the pages; kept by browsers for a year."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(wording.FILTERS)
    environment.globals.update(
        static=static_path(),
        shapes=wording.SHAPES,
        tones=wording.TONES,
        shares=wording.shares,
        lasted=wording.lasted,
        flow_runs=flow_runs,
        link=link,
        statuses=list(JobStatus),
    )
    return environment


def link(path: str, **query: object) -> str:
    """A path with those of the parameters that have a value."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def flow_runs(ui: str, batch_id: str, began: datetime | None) -> str:
    """Where Prefect's UI shows the flow runs of a night, which bear its name as a tag.

    Without a span it shows those of the last seven days.

    Args:
        ui: where it is.
        began: when one of the night's jobs began.
    """
    if began is None:
        return link(f"{ui}/runs", tag=batch_id)
    since, until = began - AROUND, began + AROUND
    span = {"type": "range", "startDate": _moment(since), "endDate": _moment(until)}
    return link(f"{ui}/runs", tag=batch_id, **span)


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def page(request: Request, name: str, code: int = 200, **values: Any) -> HTMLResponse:
    """A page; where htmx asks, only the part of it that lives.

    Args:
        name: of the template; `{name}_live.html` is the part of it that lives.
        code: the status of the answer.
        values: what the template shows.
    """
    alone = "HX-Request" in request.headers and (FOLDER / f"templates/{name}_live.html").is_file()
    template = _environment().get_template(f"{name}_live.html" if alone else f"{name}.html")
    text = template.render(
        prefect_ui=request.app.state.prefect_ui,
        caller=getattr(request.state, "caller", None),
        here=request.url.path,
        asked=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        **values,
    )
    return HTMLResponse(text, code, HEADERS)
