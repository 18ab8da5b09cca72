"""The portal's own files: kept by browsers for good, as their address says what is in them."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from weft.server.asking import NOTHING, acts
from weft.server.portal.rendering import STATIC

router = APIRouter(include_in_schema=False)
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{name}", openapi_extra=acts(NOTHING))
def file(
    name: Literal[
        "portal.css",
        "governance.css",
        "core.css",
        "portal.js",
        "theme.js",
        "graph.js",
        "workbench.js",
        "policy.js",
        "names.js",
        "completing.js",
        "drawing.js",
        "runs.js",
        "mark.svg",
    ],
) -> Response:
    path = STATIC / name
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": FOR_GOOD})
