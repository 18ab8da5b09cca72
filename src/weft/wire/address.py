"""Where a server is: its URL as a person types it, in the one spelling under which its token is kept."""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from weft.errors import Misuse

PLAIN = "WEFT_PLAIN_HTTP"
"""Set to 1, it lets a token travel in clear: where something else around the connection encrypts it."""


def address(text: str) -> str:
    """`https://mesh.example.org`, without a slash at its end. Raises: Misuse where it is no URL, or would send a token in clear."""
    parts = urlsplit(text.strip())
    try:
        port = parts.port
    except ValueError:
        raise _misuse(text, "has no port that there is") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _misuse(text, "is no address of a server")
    if parts.username or parts.query or parts.fragment:
        raise _misuse(text, "says more than where a server is")
    if parts.scheme == "http" and not (_is_here(parts.hostname) or os.environ.get(PLAIN) == "1"):
        mend = f"Say https://; or set {PLAIN}=1 where the network itself is encrypted."
        raise Misuse(f"'{text}' would send your token in clear", mend=mend)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}{f':{port}' if port not in (None, usual) else ''}{parts.path.rstrip('/')}"


def _misuse(text: str, why: str) -> Misuse:
    return Misuse(f"'{text}' {why}", mend="Write it as https://mesh.example.org.")


def _is_here(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
