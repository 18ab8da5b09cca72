"""The one way to a registry: its URL says where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from weft.errors import Misuse
from weft.registry.database import Database
from weft.registry.registry import SQLRegistry
from weft.settings import Settings

if TYPE_CHECKING:
    from weft.registry.clients import Clients
    from weft.registry.seam import Registry

SQLITE = "sqlite:///"


def open_registry(settings: Settings) -> Registry:
    """Nothing is read, created or migrated before the first question. Raises: Misuse where the URL is of neither kind."""
    return SQLRegistry(database_of(settings), settings.private / "facts")


def open_clients(settings: Settings) -> Clients:
    """What a server keeps for those who reach the registry through it. Raises: Misuse as above."""
    from weft.registry.clients import Clients

    return Clients(database_of(settings))


def database_of(settings: Settings) -> Database:
    url = settings.registry
    if url.startswith(SQLITE):
        from weft.registry.sqlite import SQLite

        return SQLite(settings.root / Path(url.removeprefix(SQLITE)), settings.name, settings.busy_seconds)
    if urlsplit(url).scheme.partition("+")[0] in ("postgresql", "postgres"):
        from weft.registry.postgresql import PostgreSQL

        return PostgreSQL(url, settings.name, settings.busy_seconds)
    raise Misuse(
        f"registry: '{url.partition(':')[0]}' is no kind of registry",
        mend="Say sqlite:///FILE or postgresql://USER@HOST/DATABASE in mesh.yaml.",
    )
