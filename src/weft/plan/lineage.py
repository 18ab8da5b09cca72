"""Which columns each promised column is computed from, through the product's internal steps, down to its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from weft.errors import WeftError
from weft.names import LineName
from weft.plan.fingerprint import made_by, own_reads
from weft.product.mesh import Mesh, Read
from weft.product.order import in_order
from weft.product.product import Product, Transform
from weft.product.snapshot import ColumnEdge

Kind = Literal["value", "condition"]
Origin = tuple[str, str, Kind]
"""Where a column comes from: a line or `source:<read>`, the column there, and how."""

Origins = dict[str, set[Origin]]
"""By column of one relation of the product."""


def lineage_of(product: Product, mesh: Mesh) -> tuple[ColumnEdge, ...]:
    """Every edge into a promised column, once; where a query's columns cannot be followed, all it reads counts as its source."""
    reads, transforms = mesh.reads(product), made_by(product)
    lines = product.lines_made
    relations: dict[str, Origins] = {}
    for key in in_order({key: own_reads(transform, product) for key, transform in transforms.items()}):
        relations[key] = _origins(transforms[key], _promised(product, lines.get(key)), (reads, relations, lines))
    return tuple(
        ColumnEdge(line, column, source, source_column, kind)
        for key, line in lines.items()
        for column, origins in relations.get(key, {}).items()
        for source, source_column, kind in sorted(origins)
    )


def _promised(product: Product, line: LineName | None) -> tuple[str, ...]:
    """The columns that a contract promises of a line."""
    for _, contract, table in product.promises:
        if line is not None and product.line(table.name, contract.line) == line:
            return tuple(column.name for column in table.columns)
    return ()


Known = tuple[Mapping[str, Read], Mapping[str, Origins], Mapping[str, LineName]]


def _origins(transform: Transform, promised: tuple[str, ...], known: Known) -> Origins:
    reads, relations, _ = known
    columns = {name: _columns(name, reads, relations) for name in transform.reading.names}
    everything = {origin for name, cs in columns.items() for c, _ in cs for origin in _through(name, c, "value", known)}
    if transform.language != "python" and (found := _followed(transform, columns, known)) is not None:
        # The query may spell a column otherwise than the contract does: to SQL it is the same.
        folded = {column.lower(): origins for column, origins in found.items()}
        return {c: folded.get(c.lower(), everything) for c in promised} if promised else found
    return dict.fromkeys(promised or ("*",), everything)


def _followed(transform: Transform, columns: Mapping[str, tuple[tuple[str, str], ...]], known: Known) -> Origins | None:
    from weft.sql import column_lineage

    if any(not found for found in columns.values()):
        return None
    found: Origins = {}
    try:
        for edge in column_lineage(transform.text, columns):
            origins = found.setdefault(edge.column, set())
            if edge.source:
                origins |= _through(edge.source, edge.source_column, edge.kind, known)
    except WeftError:
        return None
    return found


def _columns(name: str, reads: Mapping[str, Read], relations: Mapping[str, Origins]) -> tuple[tuple[str, str], ...]:
    if name in relations:
        return tuple((column, "VARCHAR") for column in relations[name] if column != "*")
    return tuple((column.name, column.type) for column in reads[name].table.columns) if name in reads else ()


def _through(name: str, column: str, kind: Kind, known: Known) -> set[Origin]:
    """Where a column of what is read comes from: itself, or, behind an internal step, all that the step took it from."""
    reads, relations, lines = known
    if name in lines:
        return {(lines[name], column, kind)}
    if name in relations:
        origins = relations[name].get(column) or relations[name].get("*", set())
        return {(source, c, kind if k == "value" else "condition") for source, c, k in origins}
    read = reads.get(name)
    return {(read.line or f"source:{name}", column, kind)} if read else set()
