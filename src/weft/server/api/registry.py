"""`/api/v1/registry`: the registry as a domain's checkout reaches it, one method at a time."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from weft.errors import Misuse, TooLarge
from weft.registry.remote import WIRE
from weft.server.asking import Asking, acts

router = APIRouter(prefix="/api/v1/registry", tags=["checkouts"])
MOST_BYTES = 64 * 2**20
PACKED = "application/msgpack"
SPEAKS = "X-Weft-Wire"
GZIP_FROM = 2_000
_BINARY: dict[str, Any] = {PACKED: {"schema": {"type": "string", "format": "binary"}}}
_DESCRIBED: dict[str, Any] = {
    **acts("apply"),
    "requestBody": {"required": True, "content": _BINARY},
}


@router.post(
    "/{method}",
    response_class=Response,
    responses={200: {"content": _BINARY, "description": "the value"}, 304: {"description": "as it was"}},
    openapi_extra=_DESCRIBED,
)
async def call(method: str, request: Request, asking: Asking) -> Response:
    """One method of the registry's seam, for Weft's own command line: values are MessagePack of its own types.

    What is written is written as whoever is signed in, and looked at here: of a checkout nothing is taken on trust that
    binds against it.
    """
    from weft.server.seams import desk_of
    from weft.server.seams.methods import answered

    refuse_skewed(request)
    body = await whole(request, MOST_BYTES)
    found = await run_in_threadpool(lambda: answered(desk_of(asking, method), method, body))
    return as_it_was(found, request)


def refuse_skewed(request: Request) -> None:
    """Raises: Misuse, where the two sides would not understand each other."""
    said = request.headers.get(SPEAKS, str(WIRE))
    if said != str(WIRE):
        older, newer = ("This Weft", "the server's") if said < str(WIRE) else ("The server's Weft", "this one")
        mend = f"{older} is older than {newer}: upgrade it."
        raise Misuse(f"this Weft and the server's speak differently ({said} and {WIRE})", mend=mend)


async def whole(request: Request, most_bytes: int) -> bytes:
    """Raises: TooLarge."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most_bytes:
            raise TooLarge(f"one request may hold {most_bytes / 2**20:g} MiB")
    return bytes(found)


def as_it_was(body: bytes, request: Request) -> Response:
    """Nothing, where whoever asks has it already; small where they read gzip."""
    import gzip

    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", SPEAKS: str(WIRE), "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    if len(body) >= GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, 200, headers, PACKED)
