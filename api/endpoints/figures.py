"""What Prometheus asks for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.endpoints import described
from api.endpoints.callers import AsOperator
from api.endpoints.replies import HEADERS
from api.monitoring.metrics import CONTENT_TYPE

router = APIRouter(tags=["server"], responses=described.OPERATORS_ONLY)


@router.get("/metrics", response_class=Response, responses=described.FIGURES)
def metrics(request: Request, who: AsOperator) -> Response:
    """Figures of the server and of all owners' jobs, in Prometheus' text format."""
    content = request.app.state.metrics.text()
    return Response(content, headers={**HEADERS, "Content-Type": CONTENT_TYPE})
