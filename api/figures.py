"""What Prometheus asks for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import described
from api.callers import AsOperator
from api.metrics import CONTENT_TYPE
from api.replies import HEADERS

router = APIRouter(tags=["server"], responses=described.OPERATORS_ONLY)


@router.get("/metrics", response_class=Response, responses=described.FIGURES)
def metrics(request: Request, who: AsOperator) -> Response:
    """Figures of the server and of all owners' jobs, in Prometheus' text format."""
    content = request.app.state.metrics.text()
    return Response(content, headers={**HEADERS, "Content-Type": CONTENT_TYPE})
