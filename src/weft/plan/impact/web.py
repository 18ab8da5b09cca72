"""Who reads which line, and where each column goes, over all products that are known: what impact is read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from weft.names import LineName, ProductName
from weft.plan.changes.change import Place as ContractPlace
from weft.plan.fingerprint import made_by, own_reads
from weft.plan.impact.reached import Cell
from weft.product.mesh import Mesh
from weft.product.product import Product, Transform
from weft.product.snapshot import ColumnEdge


class Way(NamedTuple):
    """One step onward: to a column that is computed from another; `flows` says that its values are, not only its rows."""

    to: Cell
    flows: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """A product with an input port on a line. `names` are what its SQL calls it, `transforms` those that say one of them."""

    product: Product
    line: LineName
    names: tuple[str, ...]
    transforms: tuple[Transform, ...]
    columns: tuple[str, ...]
    """The columns of the line that flow into what it promises or decide which rows that has; `*` where nobody can tell."""

    @property
    def name(self) -> ProductName:
        return self.product.name

    @property
    def lines(self) -> tuple[LineName, ...]:
        """The promised tables that it makes of the line."""
        return lines_of(self.product, (transform_key(transform) for transform in self.transforms))

    @property
    def is_opaque(self) -> bool:
        """Whether only Python reads it: which columns that reads cannot be seen from outside."""
        return bool(self.transforms) and all(transform.language == "python" for transform in self.transforms)


@dataclass(frozen=True, slots=True)
class Web:
    """`readers` by line; `onward` from a column to those that are computed from it; `columns` are what each line promises."""

    readers: Mapping[LineName, Sequence[Reader]]
    onward: Mapping[Cell, Sequence[Way]]
    columns: Mapping[LineName, tuple[str, ...]]

    def cells(self, line: LineName) -> tuple[Cell, ...]:
        return tuple(Cell(line, column) for column in self.columns.get(line, ()))


def web_of(mesh: Mesh, edges: Mapping[ProductName, Iterable[ColumnEdge]]) -> Web:
    """Of all products of a mesh, and of what was recorded or learnt of how their columns are computed."""
    onward: dict[Cell, list[Way]] = {}
    used: dict[tuple[ProductName, str], set[str]] = {}
    for name, found in edges.items():
        for edge in found:
            way = Way(Cell(edge.line, edge.column), edge.kind == "value")
            onward.setdefault(Cell(LineName(edge.source), edge.source_column), []).append(way)
            used.setdefault((name, edge.source), set()).add(edge.source_column)
    readers: dict[LineName, list[Reader]] = {}
    for product in mesh.products.values():
        for line, names in _lines_read(product, mesh).items():
            reader = _reader(product, line, names, used.get((product.name, line), set()))
            readers.setdefault(line, []).append(reader)
    columns = {
        product.line(table.name, contract.line): tuple(column.name for column in table.columns)
        for product in mesh.products.values()
        if product.name in edges or any(line in readers for line in product.lines_made.values())
        for _, contract, table in product.promises
    }
    return Web(readers, onward, columns)


def _lines_read(product: Product, mesh: Mesh) -> dict[LineName, list[str]]:
    found: dict[LineName, list[str]] = {}
    for name, read in mesh.reads(product).items():
        if read.line is not None:
            found.setdefault(read.line, []).append(name)
    return found


def _reader(product: Product, line: LineName, names: Sequence[str], columns: Iterable[str]) -> Reader:
    reading = tuple(transform for transform in product.transforms if set(names) & set(transform.reading.names))
    return Reader(product, line, tuple(names), reading, tuple(sorted(columns)))


def transform_key(transform: Transform) -> str:
    """What a transform makes, as a name: `departures`, `departures@1`."""
    return f"{transform.table}@{transform.line}" if transform.line else transform.table


def lines_of(product: Product, keys: Iterable[str]) -> tuple[LineName, ...]:
    """The promised tables that some of a product's transforms make, themselves or through what reads them in the product."""
    made = made_by(product)
    found = set(keys)
    while more := {key for key, one in made.items() if key not in found and found & set(own_reads(one, product))}:
        found |= more
    return tuple(line for key, line in product.lines_made.items() if key in found)


def known_readers(web: Web, lines: Mapping[LineName, str]) -> dict[ContractPlace, tuple[str, ...]]:
    """Who reads which column of a contract's tables (`lines` to the tables' names); under an empty column who may read any."""
    found: dict[ContractPlace, set[str]] = {}
    for line, table in lines.items():
        for reader in web.readers.get(line, ()):
            for column in ("",) if reader.is_opaque else reader.columns:
                found.setdefault((table, column), set()).add(reader.name)
    return {place: tuple(sorted(names)) for place, names in found.items()}
