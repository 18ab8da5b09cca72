"""Everything that goes wrong, as one shape with the right status: what, where, how to mend it, and the request's id."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from weft.errors import (
    Busy,
    ChecksFailed,
    DeliveryFault,
    EngineFault,
    Faults,
    Misuse,
    Moved,
    NotKept,
    NotSignedIn,
    Refused,
    RegistryBusy,
    SourceFault,
    TooLarge,
    TooOften,
    TransformFault,
    Unknown,
    WeftError,
    sentence,
)
from weft.server.logs import hidden

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

LOG = logging.getLogger("weft.server")
RETRY_SECONDS = 1.0
STATUSES: tuple[tuple[type[WeftError], int], ...] = (
    (Misuse, 400),
    (EngineFault, 400),
    (NotSignedIn, 401),
    (Refused, 403),
    (Unknown, 404),
    (Moved, 409),
    (NotKept, 409),
    (TooLarge, 413),
    (Faults, 422),
    (SourceFault, 422),
    (TransformFault, 422),
    (ChecksFailed, 422),
    (DeliveryFault, 502),
    (Busy, 503),
    (TooOften, 429),
    (RegistryBusy, 503),
)
"""The first that fits; what is none of these (a registry or a store that cannot be reached) is 503 too."""


@dataclass(frozen=True, slots=True)
class FaultSaid:
    """One of several things that are wrong. `where` is a file and a line, or a field."""

    what: str
    where: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class ErrorSaid:
    """`kind` is one stable word; `faults` are all of them, where several things are wrong at once."""

    kind: str
    what: str
    where: str = ""
    mend: str = ""
    request_id: str = ""
    faults: tuple[FaultSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    error: ErrorSaid


def status_of(error: WeftError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 503)


def said(error: WeftError, request_id: str = "") -> ErrorSaid:
    """An error as it is told to whoever asked."""
    faults = error.faults if isinstance(error, Faults) else ()
    several = tuple(FaultSaid(sentence(f.message), str(f.place), f.mend) for f in faults)
    where = str(error.place) if error.place else ""
    return ErrorSaid(type(error).__name__, sentence(error.message), where, error.mend, request_id, several)


def answered(error: ErrorSaid, status: int, headers: dict[str, str] | None = None) -> Response:
    body = msgspec.json.encode(ErrorAnswer(error))
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def refused(error: WeftError, request_id: str = "") -> Response:
    """The answer to a request that came to an error of ours."""
    status, headers = status_of(error), {}
    if status in (429, 503):
        seconds = error.retry_seconds if isinstance(error, TooOften) else RETRY_SECONDS
        headers["Retry-After"] = str(max(1, round(seconds)))
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="weft"'
    return answered(said(error, request_id), status, headers)


def id_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, WeftError)
    if status_of(error) < 500:
        return refused(error, id_of(request))
    LOG.error(error.message, extra={"request_id": id_of(request), "kind": type(error).__name__})
    error.message, error.mend = (_homeless(text, request) for text in (error.message, error.mend))
    return refused(error, id_of(request))


def _homeless(text: str, request: Request) -> str:
    """What fails inside is told without where the server keeps it."""
    settings = request.app.state.serving.session.settings
    for place in sorted((str(settings.root), str(settings.store), settings.registry), key=len, reverse=True):
        text = text.replace(place, "...")
    return hidden(text)


async def _off_the_schema(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = tuple(FaultSaid(sentence(str(one["msg"])), _field(one["loc"])) for one in error.errors())
    what = f"the request is not as the API's schema says: {faults[0].where}: {faults[0].what}" if faults else "?"
    mend = "/docs describes every request."
    return answered(
        ErrorSaid("OffSchema", sentence(what), faults[0].where if faults else "", mend, id_of(request), faults), 422
    )


def _field(path: Any) -> str:
    return ".".join(str(part) for part in path)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    what, mend = sentence(str(error.detail)), ""
    if error.status_code == 404:
        what, mend = f"There is nothing at {request.url.path}.", "/docs lists all there is."
    if error.status_code == 405:
        mend = f"Here goes {headers.get('Allow', 'another method')}."
    kind = {404: "NoSuchPath", 405: "NoSuchMethod"}.get(error.status_code, "Http")
    return answered(ErrorSaid(kind, what, "", mend, id_of(request)), error.status_code, headers)


def unforeseen(request_id: str) -> Response:
    """Whoever asked is told nothing of what went wrong inside; the log has it, by the same id."""
    what = "Something went wrong inside the server, and it was written down."
    return answered(ErrorSaid("Unforeseen", what, "", "Tell the platform's people the request's id.", request_id), 500)


async def _unforeseen(request: Request, error: Exception) -> Response:
    return unforeseen(id_of(request))


def install(app: FastAPI) -> None:
    app.add_exception_handler(WeftError, _ours)
    app.add_exception_handler(RequestValidationError, _off_the_schema)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unforeseen)


_SAID = {
    400: "wrongly asked",
    401: "nobody is signed in",
    403: "refused, with whom to ask",
    404: "there is no such thing, with the closest",
    409: "something has moved since",
    413: "too large",
    422: "off the schema, or faults in what was sent",
    429: "too often; Retry-After says when to come again",
    503: "too much to do, or the registry or the store cannot be reached; Retry-After says when to come again",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": words} for status, words in _SAID.items()
}
"""What every route may answer beside its own, for the API's description."""
