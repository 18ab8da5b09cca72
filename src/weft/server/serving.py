"""What one server process stands on: an opened mesh, and who tells it who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from weft.access import Reader
from weft.errors import Misuse, NotSignedIn
from weft.names import PROD
from weft.query.library import Library
from weft.registry.kept import KeptRegistry
from weft.registry.registry import SQLRegistry
from weft.registry.seam import Registry
from weft.registry.shelf import Shelf
from weft.session import Session
from weft.settings import ServerSettings

if TYPE_CHECKING:
    from starlette.requests import Request

T = TypeVar("T")
Who = Callable[["Request"], Reader]
"""Tells who sent a request, by its cookie or its bearer token. Raises: NotSignedIn."""


def nobody(request: Request) -> Reader:
    """Raises: NotSignedIn, whoever asks."""
    raise NotSignedIn("nobody can sign in here", mend="Start the server with `weft serve`.")


@dataclass(slots=True)
class Serving:
    """One process's own: nothing that another process beside it would have to know."""

    session: Session
    who: Who = nobody
    server: ServerSettings = field(default_factory=ServerSettings)
    """As it was started: what the command line and the environment say goes before mesh.yaml."""
    parts: dict[str, Any] = field(default_factory=dict)
    """What rooms of the server keep open while it runs (workers, counters), by their own names."""
    ready: dict[str, Callable[[], bool]] = field(default_factory=dict)
    """What has to be there before requests are sent here, by name: `/ready` asks each."""

    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        settings = self.session.settings
        # Behind a server domains need not trust each other: a declared input port is not enough unless the mesh says so.
        agreements = replace(settings.agreements, products=settings.agreements.products or "required")
        self.session.settings = replace(settings, engine=replace(settings.engine, is_apart=True), agreements=agreements)
        self.ready |= {"registry": self._reads, "store": self._stores}

    def _reads(self) -> bool:
        self.session.registry.domains()
        return True

    def _stores(self) -> bool:
        """A folder that is not there is as it should be while nothing is published; later it is a disk that is missing."""
        return self.session.settings.store.is_dir() or not self.session.registry.recorded(PROD).pointers

    def library(self, reader: Reader, environment: str = PROD) -> Library:
        """All that is asked of it is of one state of the registry. Raises: Unknown where the environment is not there."""
        session = self.session
        registry = KeptRegistry(_recorded(session.registry), self.shelf)
        if environment != PROD and not registry.recorded(environment).is_made:
            from weft.session.using import unknown

            raise unknown(registry, environment)

        def keep(key: str, make: Callable[[], T]) -> T:
            return registry.keep(key, environment, make)

        return Library(session.settings, registry, session.store, environment, reader, keep)


def _recorded(registry: Registry) -> SQLRegistry:
    """Raises: Misuse where the registry is itself reached through a server."""
    if not isinstance(registry, SQLRegistry):
        raise Misuse(
            "a server serves a registry of its own", mend="Say a file or a database under `registry` in mesh.yaml."
        )
    return registry
