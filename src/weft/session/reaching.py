"""Which mesh a call talks to: a server that is named, that of the environment, that of the workspace's own `mesh.yaml`, or the workspace."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from weft.errors import Misuse
from weft.settings import Settings
from weft.workspace import find_root, read_settings

SERVER = "WEFT_SERVER"
named: ContextVar[str] = ContextVar("server", default="")
"""The server that `--server` names, for as long as one command runs."""


def settings_of(folder: Path | str | None) -> Settings:
    """Of a workspace, with the server in the place of its registry where one is named; of nowhere, where only a server is.

    Raises: Misuse, Faults.
    """
    server = named.get() or os.environ.get(SERVER, "")
    try:
        root = find_root(Path(folder) if folder is not None else Path.cwd())
    except Misuse:
        if server and folder is None:
            return nowhere(server)
        raise
    settings = read_settings(root)
    if not (server or settings.is_remote):
        return settings
    from weft.wire import address

    return replace(settings, registry=address(server or settings.registry))


def nowhere(server: str) -> Settings:
    """Of a mesh that is reached through a server, from no workspace of it: what is kept of it is the user's own.

    Raises: Misuse.
    """
    from weft.wire import address

    url = address(server)
    root = cache_folder() / re.sub(r"[^A-Za-z0-9.-]+", "_", url.partition("://")[2])
    return Settings("", root, root / "domains", url, root / ".weft" / "store")


def cache_folder() -> Path:
    """`~/.cache/weft`, or where the system keeps what may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "weft"
