"""Whether two sides made the same tables: rows, and a checksum of all their values that no order of rows changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.sides.side import Side

if TYPE_CHECKING:
    import duckdb

Checksum = tuple[int, int]


def checksums(side: Side) -> dict[str, Checksum]:
    """By table. Columns count in order with their types; one DuckDB reads all sides."""
    import duckdb

    with duckdb.connect() as connection:
        return {name: _checksum(connection, relation) for name, relation in side.relations(connection).items()}


def _checksum(connection: duckdb.DuckDBPyConnection, relation: str) -> Checksum:
    described = connection.execute(f"DESCRIBE FROM {relation}").fetchall()
    shape = "".join(f"{name} {its_type}," for name, its_type, *_ in described)
    ((rows, values),) = connection.execute(
        f"SELECT count(*), coalesce(sum(hash(hash(t), '{shape}') % 1000000007), 0) FROM {relation} AS t"
    ).fetchall()
    return rows, int(values)


def differences(floor: dict[str, Checksum], other: dict[str, Checksum]) -> list[str]:
    """Tables that are not equal, and tables that only one side has."""
    return sorted(name for name in floor.keys() | other.keys() if floor.get(name) != other.get(name))
