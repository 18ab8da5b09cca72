"""The API's description as a page: Swagger UI, from files of this server alone."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from weft.server.answers import tagged
from weft.server.asking import NOTHING, acts
from weft.server.walls.headers import PAGE

router = APIRouter(include_in_schema=False)
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
DAY = "public, max-age=86400"
TEXT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" type="image/png" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""


@router.get("/docs", openapi_extra=acts(NOTHING))
async def docs(request: Request) -> Response:
    return HTMLResponse(TEXT.format(title=request.app.title), headers={"Content-Security-Policy": PAGE})


@router.get("/openapi.json", openapi_extra=acts(NOTHING))
def description(request: Request) -> Response:
    """The whole of it takes a second to put together, once: no other request waits for it."""
    return tagged(request.app.openapi(), request)


@router.get("/docs/{name}", openapi_extra=acts(NOTHING))
def file(name: Literal["start.js", "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"]) -> Response:
    path = Path(__file__).parent.parent / "pages" / name if name == "start.js" else _static() / name
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": DAY})


@cache
def _static() -> Path:
    """Where fastapi-offline has Swagger UI's files; its code is not imported."""
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package fastapi-offline")
    return Path(found.origin).parent / "static"
