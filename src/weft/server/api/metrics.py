"""The metrics, for whoever brings the metrics' token or may operate the server: what is asked of a mesh is nobody else's to count."""

from __future__ import annotations

from hmac import compare_digest

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from weft.access.permissions import Action
from weft.server.asking import acts, asker, serving_of
from weft.server.metrics import Metrics

router = APIRouter(tags=["health"])
OPERATE: Action = "operate"


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' exposition format"}
    },
    openapi_extra=acts(OPERATE),
)
def metrics(request: Request) -> Response:
    """Requests by route and status, their seconds, and what the process needs. `server.metrics_token` of mesh.yaml opens it too."""
    serving = serving_of(request)
    if not _brings(request, serving.server.metrics_token):
        asker(request).allow(OPERATE)
    found = Metrics.of(serving)
    return Response(found.written(), media_type=found.content_type)


def _brings(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())
