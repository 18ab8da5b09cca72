"""Logging in to a server: the token is tried there first, and kept only where it lets somebody in."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from weft.errors import Misuse, NotSignedIn, RegistryFault
from weft.wire import Connection, Credentials, address, credentials_file
from weft.wire.connection import Request
from weft.wire.credentials import TOKEN

ME = "/api/v1/me"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who one is at a server, and what one may there; `until` is when the token ends, `file` where it is kept."""

    server: str
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...] | None
    until: str = ""
    file: str = ""


def log_in(server: str, token: str) -> LoggedIn:
    """Raises: NotSignedIn, where the token lets nobody in; RegistryFault, where the server cannot be reached; Misuse."""
    url = address(server)
    found = whoami(url, _plausible(token))
    file = credentials_file()
    Credentials(file).keep(url, token.strip(), found.name)
    return LoggedIn(url, found.name, found.roles, found.scopes, found.until, str(file))


def whoami(server: str, token: str) -> LoggedIn:
    """Raises: NotSignedIn, RegistryFault."""
    connection = Connection(server, token)
    try:
        answered = connection.ask(Request("GET", ME, is_safe=True))
    except NotSignedIn as error:
        mend = f"Make a new one at {server}/sign-in, then log in again."
        raise NotSignedIn(f"{server} lets nobody in with this token", mend=mend) from error
    finally:
        connection.close()
    try:
        return _understood(server, json.loads(answered.body))
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryFault(
            f"{server} does not answer as a Weft server does", mend="See that the URL is right."
        ) from error


def _understood(server: str, said: Any) -> LoggedIn:
    roles = tuple(f"{one['role']} of {one['domain'] or 'the mesh'}" for one in said["grants"])
    scopes = None if said["scopes"] is None else tuple(map(str, said["scopes"]))
    return LoggedIn(server, str(said["name"]), roles, scopes, said["until"] or "")


def _plausible(token: str) -> str:
    found = token.strip()
    if not found or not found.isascii() or any(character.isspace() for character in found):
        raise Misuse("that is no token", mend="Paste it whole, as the server showed it once.")
    return found


def log_out(server: str) -> bool:
    """Forgets the token here; at the server it lives until it is withdrawn there. Whether there was one. Raises: Misuse."""
    return Credentials(credentials_file()).forget(address(server))


def servers() -> dict[str, str]:
    """Those that one is logged in to, each with one's name there."""
    return Credentials(credentials_file()).servers()


def token_given() -> str:
    """Of the environment; empty where none is."""
    return os.environ.get(TOKEN, "").strip()
