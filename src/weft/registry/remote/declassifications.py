"""Declassifications behind a server, which looks at who asks and who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.registry.remote.asking import ask
from weft.registry.remote.methods import Calls

if TYPE_CHECKING:
    from weft.product.declassification import Declassification


class RemoteDeclassifications:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def all(self) -> tuple[Declassification, ...]:
        found: tuple[Declassification, ...] = ask(self._calls, "declassifications.all")
        return found

    def named(self, identity: str) -> Declassification | None:
        return next((one for one in self.all() if one.id == identity), None)

    def ask(self, asked: Declassification) -> Declassification:
        found: Declassification = ask(self._calls, "declassifications.ask", asked)
        return found

    def change(self, changed: Declassification) -> Declassification:
        found: Declassification = ask(self._calls, "declassifications.change", changed)
        return found

    def state(self) -> str:
        found: str = ask(self._calls, "declassifications.state")
        return found
