"""What of an opened mesh its own parts take, so that they need not know the whole of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from weft.engine.seam import Engine
    from weft.names import ProductName
    from weft.product.mesh import Mesh
    from weft.product.snapshot import Recorded
    from weft.registry.seam import Registry
    from weft.settings import Settings
    from weft.workspace import Loaded


class Opened(Protocol):
    """A session is one."""

    environment: str
    settings: Settings

    @property
    def registry(self) -> Registry: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def recorded(self) -> Recorded: ...

    @property
    def loaded(self) -> Loaded: ...

    @property
    def mesh(self) -> Mesh: ...

    @property
    def gone(self) -> frozenset[ProductName]: ...

    def refresh(self) -> None: ...
