"""Who reads which line, and where each column goes, over all products that are known: what impact is read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from weft.names import LineName, ProductName, product_of
from weft.plan.fingerprint import made_by, own_reads
from weft.plan.impact.reached import Cell
from weft.product.agreement import Agreement
from weft.product.mesh import Mesh
from weft.product.product import Product, Transform
from weft.product.reads import Measured
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
        """Whether Python reads it: which columns that reads cannot be seen from outside."""
        return any(transform.language == "python" for transform in self.transforms)


@dataclass(frozen=True, slots=True)
class Web:
    """`readers` by line; `onward` from a column to those that are computed from it; `columns` are what each line promises.

    `asked` are the lines that people read by asking, as far as the query log goes back; `agreed` those that people and services
    may read by an agreement in force.
    """

    readers: Mapping[LineName, Sequence[Reader]]
    onward: Mapping[Cell, Sequence[Way]]
    columns: Mapping[LineName, tuple[str, ...]]
    asked: Mapping[LineName, Sequence[Measured]] = field(default_factory=dict)
    agreed: Mapping[LineName, Sequence[Agreement]] = field(default_factory=dict)

    def cells(self, line: LineName) -> tuple[Cell, ...]:
        return tuple(Cell(line, column) for column in self.columns.get(line, ()))


def web_of(before: Mesh, products: Iterable[Product], edges: Mapping[ProductName, Iterable[ColumnEdge]]) -> Web:
    """Of products as they are now, and what they read as it was promised before; `edges` are how their columns are computed."""
    onward: dict[Cell, list[Way]] = {}
    used: dict[tuple[ProductName, str], set[str]] = {}
    for name, found in edges.items():
        for edge in found:
            way = Way(Cell(edge.line, edge.column), edge.kind == "value")
            onward.setdefault(Cell(LineName(edge.source), edge.source_column), []).append(way)
            used.setdefault((name, edge.source), set()).add(edge.source_column)
    readers: dict[LineName, list[Reader]] = {}
    for product in products:
        for line, names in lines_read(product, before).items():
            reader = _reader(product, line, names, used.get((product.name, line), set()))
            readers.setdefault(line, []).append(reader)
    return Web(readers, onward, _columns(before, {*edges, *map(product_of, readers)}))


def downstream(mesh: Mesh, products: Iterable[Product], of: Iterable[ProductName]) -> frozenset[ProductName]:
    """Those that read some products, over any number of products between, and these."""
    readers: dict[ProductName, list[ProductName]] = {}
    for product in products:
        for source in {product_of(read.line) for read in mesh.reads(product).values() if read.line}:
            readers.setdefault(source, []).append(product.name)
    waiting = list(of)
    found = set(waiting)
    for name in waiting:  # It grows as it is gone through.
        new = [reader for reader in readers.get(name, ()) if reader not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


def _columns(mesh: Mesh, of: Iterable[ProductName]) -> dict[LineName, tuple[str, ...]]:
    return {
        product.line(table.name, contract.line): tuple(column.name for column in table.columns)
        for product in (mesh.products[name] for name in of if name in mesh.products)
        for _, contract, table in product.promises
    }


def lines_read(product: Product, mesh: Mesh) -> dict[LineName, list[str]]:
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
