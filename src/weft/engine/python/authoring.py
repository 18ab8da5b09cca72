"""What an author of a Python transform imports: `@table`, for names that are no Python words. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])
DECLARED = "__weft_table__"


def table(name: str, *, reads: Mapping[str, str] | None = None) -> Callable[[F], F]:
    """Says which table a function makes, and which input each parameter is, where the names do not say it themselves.

        @table("departures@1", reads={"planes": "plane.planes"})
        def departures(flights, planes): ...

    `reads` is by parameter. Without the decorator a function makes the table of its name, and reads what its parameters are called.
    """

    def declared(function: F) -> F:
        setattr(function, DECLARED, (name, dict(reads or {})))
        return function

    return declared
