"""One JSON post to a webhook: where it may lead, how long it may take, and what may be said of its failure.

The URL is a secret, and a driver's own words may repeat it, or what the server answers: so none of them is passed on.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from contextlib import closing
from http import HTTPStatus
from ipaddress import ip_address
from typing import IO, Any
from urllib.parse import urlsplit

from weft.errors import DeliveryFault
from weft.governance.addresses import Hook, is_among, netloc
from weft.governance.variables import revealed

ANSWER_BYTES = 4096
CODE = re.compile(rb"[a-z_]{3,40}")
"""What Slack answers where it refuses: `no_service`, `channel_is_archived`. Anything else that a server answers is not repeated."""


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """A webhook that leads elsewhere is written down wrongly, or somebody else's by now."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def post(hook: Hook, payload: dict[str, Any], key: str, timeout_seconds: float) -> None:
    """Returns once the server says that it has it. `key` is the same whenever the same is posted. Raises: DeliveryFault."""
    url = revealed(hook.url)
    _refuse_elsewhere(hook, url)
    try:
        request = urllib.request.Request(url, json.dumps(payload).encode(), _heads(key), method="POST")
        with closing(_opener(url).open(request, timeout=timeout_seconds)) as answer:
            answer.read(ANSWER_BYTES)
    except (OSError, http.client.HTTPException, ValueError) as error:
        # `from None`: the cause's own words may hold the URL.
        raise DeliveryFault(_why(error, timeout_seconds), mend=_mend(hook)) from None


def _heads(key: str) -> dict[str, str]:
    return {"Content-Type": "application/json; charset=utf-8", "User-Agent": "weft", "Idempotency-Key": key}


def _opener(url: str) -> urllib.request.OpenerDirector:
    """A proxy of the environment is used, but not to reach this very machine."""
    proxies = [urllib.request.ProxyHandler({})] if _is_here(url) else []
    return urllib.request.build_opener(_Nowhere, *proxies)


def _refuse_elsewhere(hook: Hook, url: str) -> None:
    """Raises: DeliveryFault where nothing may be posted to this URL."""
    where = netloc(url)
    scheme = urlsplit(url).scheme if where else ""
    if scheme not in ("https", "http") or not url.isascii() or any(c.isspace() for c in url):
        raise DeliveryFault("what stands there is no https URL of a webhook", mend=_mend(hook))
    if scheme == "http" and not _is_here(url):
        raise DeliveryFault("its URL is http, which anybody on the way can read", mend="Use the https URL.")
    if hook.hosts is not None and not is_among(where, hook.hosts):
        mend = "Name its host in mesh.yaml: notify.hosts."
        raise DeliveryFault("its host is none that products of this mesh may post to", mend=mend)


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _mend(hook: Hook) -> str:
    where = hook.url if hook.url.startswith("${") else "the support's url"
    return f"See that {where} is the URL of a webhook that still works."


def _why(error: Exception, timeout_seconds: float) -> str:
    reason = getattr(error, "reason", None)
    if isinstance(error, urllib.error.HTTPError):
        return _refusal(error)
    if isinstance(reason, Exception):
        return _why(reason, timeout_seconds)
    match error:
        case TimeoutError():
            return f"it did not answer within {timeout_seconds:g} seconds"
        case ConnectionRefusedError():
            return "nothing answers there"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not valid: {error.verify_message}"
    return f"it cannot be reached ({type(error).__name__})"


def _refusal(error: urllib.error.HTTPError) -> str:
    with closing(error):
        if 300 <= error.code < 400:
            return "it leads elsewhere, which is not followed"
        try:
            said = error.read(ANSWER_BYTES).strip()
        except (OSError, http.client.HTTPException):
            said = b""
    known = HTTPStatus(error.code).phrase if error.code in set(HTTPStatus) else ""
    code = f": {said.decode()}" if CODE.fullmatch(said) else ""
    return f"it answers {error.code} {known}".rstrip() + code
