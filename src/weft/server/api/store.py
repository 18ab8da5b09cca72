"""`/api/v1/store`: snapshots' files, handed over by who builds them and fetched by who may read them whole."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from weft.errors import Misuse
from weft.names import LineName, ProductName, RunId, SnapshotId
from weft.product.audit import AuditId
from weft.product.snapshot import SnapshotFile
from weft.server.answers import answer
from weft.server.asking import Asking, acts
from weft.server.seams.noting import Fetch
from weft.store.faults import told

router = APIRouter(prefix="/api/v1/store", tags=["checkouts"])
MOST_BYTES = 16 * 2**30
CHUNK_BYTES = 1 << 20
PARQUET = "application/vnd.apache.parquet"
_FILE: dict[str, Any] = {PARQUET: {"schema": {"type": "string", "format": "binary"}}}
Digest = Annotated[str, Query(pattern="^[0-9a-f]{32}$", description="BLAKE2b-128 of the bytes")]
Count = Annotated[int, Query(ge=0, lt=2**53)]


@router.put(
    "/runs/{run}/lines/{line}",
    response_model=SnapshotFile,
    openapi_extra={**acts("apply"), "requestBody": {"required": True, "content": _FILE}},
)
async def hand_over(  # noqa: PLR0913, PLR0917 one parameter for each part of the request
    run: str,
    line: str,
    rows: Count,
    size: Annotated[int, Query(alias="bytes", ge=0, lt=2**53)],
    digest: Digest,
    request: Request,
    asking: Asking,
) -> Response:
    """One Parquet file of one table for a run of one's own: kept under a name of the server's choosing, and read by nobody
    before it is published."""
    from weft.server.seams import desk_of
    from weft.server.seams.files import Handed, expected, sealed

    handed = Handed(RunId(run), LineName(line), SnapshotFile("", rows, size, digest))
    desk = await run_in_threadpool(desk_of, asking)
    path = await run_in_threadpool(expected, desk, handed, MOST_BYTES)
    try:
        if await _written(request, path, size) != size:
            raise Misuse(f"{line}: other than {size} bytes came", mend="Apply again.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return answer(await run_in_threadpool(sealed, desk, handed, path))


async def _written(request: Request, path: Path, size: int) -> int:
    """How many bytes came, one more than was said at most."""
    count = 0
    with told(path), path.open("xb") as file:
        waiting = bytearray()
        async for chunk in request.stream():
            waiting += chunk
            count += len(chunk)
            if count > size:
                break
            if len(waiting) >= CHUNK_BYTES:
                await run_in_threadpool(file.write, bytes(waiting))
                waiting.clear()
        file.write(waiting)
    return count


@router.get(
    "/snapshots/{snapshot}/files/{number}",
    response_class=Response,
    responses={200: {"content": _FILE, "description": "the file"}},
    openapi_extra=acts("apply"),
)
async def fetch(
    snapshot: str, number: int, asking: Asking, reader: Annotated[list[str] | None, Query()] = None
) -> Response:
    """One file of a snapshot, whole and unmasked: for the developers of its own domain, and on behalf of a product of one's
    own (`reader`) that may read it."""
    from weft.server.seams import desk_of
    from weft.server.seams.files import opened

    def found() -> tuple[Fetch, AuditId, BinaryIO]:
        desk = desk_of(asking)
        fetch, file = opened(desk, (SnapshotId(snapshot), number), [ProductName(one) for one in reader or ()])
        try:
            return fetch, fetch.begun(), file
        except BaseException:
            file.close()
            raise

    fetch, id, file = await run_in_threadpool(found)
    size = os.fstat(file.fileno()).st_size
    headers = {"Content-Length": str(size), "Cache-Control": "private, no-store"}
    return StreamingResponse(fetch.counted(id, size, _chunks(file)), 200, headers, PARQUET)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await run_in_threadpool(file.read, CHUNK_BYTES):
            yield chunk


@router.get("/snapshots/{snapshot}/broken", response_model=tuple[str, ...], openapi_extra=acts("apply"))
def broken(snapshot: str, asking: Asking) -> Response:
    """The files of a snapshot of one's own domain whose bytes are not what was recorded."""
    from weft.server.seams import desk_of
    from weft.server.seams.files import broken as found

    return answer(found(desk_of(asking), SnapshotId(snapshot)))
