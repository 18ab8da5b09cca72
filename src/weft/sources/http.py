"""Files behind HTTP and HTTPS: whether they changed, by their tag; and their bytes, whole or not at all."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from email.message import Message
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from weft.errors import SourceFault
from weft.sources.full import FULL
from weft.sources.location import Location
from weft.sources.prepare import Fetched, Piece, unknown
from weft.sources.transfer import Transfer

ATTEMPTS = 3
PAUSE_SECONDS = 0.2
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another one in a moment."""
CHUNK = 1 << 18


class _WithinTheWeb(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to http and https, and never from https to http."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (req.type == "https" and scheme != "https"):
            raise urllib.error.URLError(f"it redirects to {scheme}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def parts(where: Location) -> dict[str, str]:
    """The URL's tag, or its time and size, by HEAD; what vouches for nothing is new each time."""
    try:
        with closing(_opened(where, "HEAD")) as answer:
            tag = tag_of(answer.headers)
    except urllib.error.HTTPError as error:
        # Some servers know no HEAD: the file is then read whenever a run needs it.
        if error.code not in (405, 501):
            raise _fault(where, error) from error
        tag = ""
    except (OSError, http.client.HTTPException) as error:
        raise _fault(where, error) from error
    return {shown(where.target): tag or unknown()}


def fetched(where: Location, scratch: Path, transfer: Transfer) -> Fetched:
    """The file, downloaded under `scratch`, and the tag it came with. Raises: SourceFault."""
    scratch.mkdir(parents=True, exist_ok=True)
    into = scratch / "download"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            tag = _download(where, into, transfer)
            break
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            if attempt == ATTEMPTS or not _passes(error):
                raise _fault(where, error) from error
            time.sleep(PAUSE_SECONDS * attempt)
    name = shown(where.target)
    return Fetched({name: tag}, [Piece(into, name)])


def _download(where: Location, into: Path, transfer: Transfer) -> str:
    digest, size = blake2b(digest_size=16), 0
    deadline = time.monotonic() + max(where.options.timeout_seconds, 1) * 120
    with closing(_opened(where, "GET")) as answer, into.open("wb") as file:
        promised = answer.headers.get("Content-Length")
        while chunk := answer.read1(CHUNK):
            transfer.refuse_ended()
            size += len(chunk)
            if size > where.options.maximum_bytes:
                raise _too_large(where)
            if time.monotonic() > deadline:
                raise TimeoutError("it is too slow")
            digest.update(chunk)
            file.write(chunk)
        if promised is not None and int(promised) != size:
            raise http.client.IncompleteRead(b"", int(promised) - size)
        return tag_of(answer.headers) or f"{unknown()}:{digest.hexdigest()}"


def _opened(where: Location, method: str) -> Any:
    request = urllib.request.Request(
        where.target, method=method, headers={"User-Agent": "weft", "Accept-Encoding": "identity"}
    )
    opener = urllib.request.build_opener(_WithinTheWeb)
    return opener.open(request, timeout=where.options.timeout_seconds)


def tag_of(headers: Message | Mapping[str, str]) -> str:
    if tag := headers.get("ETag"):
        return f"etag:{tag}"
    if time_ := headers.get("Last-Modified"):
        return f"modified:{time_}:{headers.get('Content-Length', '')}"
    return ""


def shown(url: str) -> str:
    """A URL without what may be secret in it: user, password and query."""
    split = urlsplit(url)
    return urlunsplit((split.scheme, split.netloc.rpartition("@")[2], split.path, "", ""))


def _passes(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code in PASSING
    return not isinstance(error, urllib.error.URLError) or isinstance(error.reason, OSError)


def _too_large(where: Location) -> SourceFault:
    what = f"{shown(where.target)} is larger than {where.options.maximum_bytes:,} bytes"
    return SourceFault(what, mend="Say `maximumBytes` in the contract's server.", place=where.place)


def _fault(where: Location, error: Exception) -> SourceFault:
    url = shown(where.target)
    match error:
        case urllib.error.HTTPError():
            return SourceFault(
                f"{url} answers {error.code} {error.reason}",
                mend="Check the URL in the contract's server.",
                place=where.place,
            )
        case http.client.IncompleteRead():
            return SourceFault(f"{url} ended {error.expected:,} bytes too soon", mend="Apply again.", place=where.place)
        case TimeoutError():
            what = f"{url} did not answer within {where.options.timeout_seconds:g} seconds"
            return SourceFault(what, mend="Apply again, or say `timeoutSeconds`.", place=where.place)
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, TimeoutError):
        return _fault(where, reason)
    return SourceFault(
        f"{url} cannot be reached ({reason})", mend="Check the URL in the contract's server.", place=where.place
    )
