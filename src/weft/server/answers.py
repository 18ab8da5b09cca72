"""Values as JSON: encoded by msgspec, described by the same types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from starlette.responses import Response


def _otherwise(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_otherwise)


def encoded(value: object) -> bytes:
    return _ENCODER.encode(value)


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One value as the answer to a request. Nobody between keeps it: it was made for whoever asked."""
    return Response(
        encoded(value), status, {"Cache-Control": "private, no-cache", **(headers or {})}, "application/json"
    )
