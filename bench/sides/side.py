"""What a tool must be able to do to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from bench.mesh import Mesh
from bench.processes import Command

if TYPE_CHECKING:
    import duckdb


class Side(Protocol):
    """One tool over one mesh, in a folder of its own. Its name is what the report calls it."""

    name: str

    def write(self, mesh: Mesh) -> None:
        """Writes the project down; nothing is built yet."""

    def first_build(self) -> Command:
        """Builds everything from nothing; what was built before is removed in `prepare`."""

    def nothing_changed(self) -> Mapping[str, Command]:
        """By what the report calls each way of asking ('' where there is one), after a build."""

    def leaf_changed(self) -> Mapping[str, Command]:
        """Makes a new edition of the leaf each time in `prepare`, and builds what that asks for."""

    def relations(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        """Every table built, by name: what DuckDB reads it by, in this connection."""
