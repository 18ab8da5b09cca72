"""Values as JSON: encoded by msgspec, described by the same types."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request


def _otherwise(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_otherwise)
KEEP = "private, no-cache"
"""Nobody between keeps an answer, for it was made for whoever asked; who asked may, and asks whether it still holds."""


def encoded(value: object) -> bytes:
    return _ENCODER.encode(value)


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One value as the answer to a request."""
    return Response(encoded(value), status, {"Cache-Control": KEEP, **(headers or {})}, "application/json")


def tagged(value: object, request: Request) -> Response:
    """With an `ETag` of what it says; nothing but that where whoever asks has it already.

    The tag is of the content and not of the registry's revision: what somebody sees changes with agreements, roles and rules too.
    """
    content = encoded(value)
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": KEEP, "ETag": tag, "Vary": "Authorization, Cookie"}
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


def _tags(said: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in said.split(",")}
