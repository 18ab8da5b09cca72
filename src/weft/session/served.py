"""One caller's view of a mesh that somebody else keeps open: what a server answers questions over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.access import Reader
from weft.session.session import Session

if TYPE_CHECKING:
    from weft.product.mesh import Mesh


class ServedSession(Session):
    """Its registry and store are those of another session, which closes them. What lies in that one's folders is nobody's word."""

    def __init__(self, kept: Session, environment: str, reader: Reader) -> None:
        super().__init__(kept.settings, environment, reader)
        self.__dict__ |= {"registry": kept.registry, "store": kept.store}

    @property
    def written(self) -> Mesh | None:
        return None

    def close(self) -> None:
        if engine := self.__dict__.pop("engine", None):
            engine.close()
