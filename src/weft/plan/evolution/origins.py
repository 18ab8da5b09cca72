"""What the columns of a line are computed from, before and after: evidence for renames, looked for only where one may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weft.names import LineName, ProductName
from weft.plan.changes import Known
from weft.plan.evolution.values import Compared, PortLine
from weft.plan.lineage import lineage_of
from weft.product.mesh import Mesh

Origins = Mapping[tuple[str, str], frozenset[tuple[str, str]]]
"""By table and column: the columns of other lines and of sources whose values it has."""


def with_origins(known: Known, lines: tuple[PortLine, PortLine], compared: Compared) -> Known:
    """Nothing is parsed where no table has both lost and gained a column."""
    old, new = lines
    if any(known.lineage) or not any(_may_be_renamed(name, lines) for name in (t.name for t in old.contract.tables)):
        return known
    return replace(known, lineage=(_origins(old, compared.before), _origins(new, compared.after)))


def _may_be_renamed(table: str, lines: tuple[PortLine, PortLine]) -> bool:
    found = [line.contract.table(table) for line in lines]
    before, after = ({column.name for column in one.columns} if one else set() for one in found)
    return bool(before - after) and bool(after - before)


def _origins(line: PortLine, mesh: Mesh) -> Origins:
    product = mesh.products[ProductName(line.product)]
    tables = {product.line(table.name, line.line): table.name for table in line.contract.tables}
    found: dict[LineName, dict[str, set[tuple[str, str]]]] = {}
    for edge in lineage_of(product, mesh):
        if edge.line in tables and edge.kind == "value":
            found.setdefault(edge.line, {}).setdefault(edge.column, set()).add((edge.source, edge.source_column))
    return {
        (tables[of], column): frozenset(origins)
        for of, columns in found.items()
        if not _says_nothing(columns)
        for column, origins in columns.items()
    }


def _says_nothing(columns: Mapping[str, set[tuple[str, str]]]) -> bool:
    """Where a table's columns cannot be followed, each of them counts as computed from everything."""
    return len(columns) > 1 and len({frozenset(origins) for origins in columns.values()}) == 1
