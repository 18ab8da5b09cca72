"""Which mesh a call talks to: a server that is named, that of the environment, that of the workspace's own `mesh.yaml`, or the workspace."""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse
from weft.workspace import find_root, read_settings

if TYPE_CHECKING:
    from weft.settings import Settings

SERVER = "WEFT_SERVER"
named: ContextVar[str] = ContextVar("server", default="")
"""The server that `--server` names, for as long as one command runs."""


def settings_of(folder: Path | str | None) -> Settings:
    """Of a workspace, with the server in the place of its registry where one is named. Raises: Misuse, Faults."""
    settings = read_settings(find_root(Path(folder) if folder is not None else Path.cwd()))
    server = named.get() or os.environ.get(SERVER, "")
    if not (server or settings.is_remote):
        return settings
    from weft.wire import address

    return replace(settings, registry=address(server or settings.registry))


def server_of(folder: Path | str | None = None) -> str:
    """The server that questions go to; empty where they go to the workspace. Raises: Misuse, Faults."""
    if server := named.get() or os.environ.get(SERVER, ""):
        from weft.wire import address

        return address(server)
    try:
        settings = settings_of(folder)
    except Misuse:
        if folder is not None:
            raise
        return ""
    return settings.registry if settings.is_remote else ""
