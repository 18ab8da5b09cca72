"""What whoever asks may not know of, taken out of all that tells: the mesh's relations, what is searched, the mesh itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from weft.names import LineName, ProductName, domain_of, table_of
from weft.product.mesh import Mesh
from weft.query.library import Library

if TYPE_CHECKING:
    import pyarrow as pa

BEFORE, AFTER = r"(?:^|[^A-Za-z0-9_.])", r"(?:$|[^A-Za-z0-9_])"


@dataclass(frozen=True)
class Hidden:
    """`ports` are those of each product that may not be known of; `mesh` has at least these products."""

    mesh: Mesh
    ports: Mapping[ProductName, frozenset[str]]

    @cached_property
    def lines(self) -> frozenset[LineName]:
        from weft.access.discovering import hidden_lines

        return hidden_lines(self.mesh, dict(self.ports))

    @cached_property
    def products(self) -> frozenset[ProductName]:
        """Of which nothing may be known."""
        from weft.access.discovering import without

        return frozenset(name for name, ports in self.ports.items() if without(self.mesh.products[name], ports) is None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Whole names that must not be said: products, ports, tables, and the ids of their contracts."""
        from weft.access.discovering import hidden_contracts

        known = {
            contract.id
            for name, product in self.mesh.products.items()
            for port, contract, _ in product.promises
            if port.name not in self.ports.get(name, frozenset())
        }
        ids = {contract.id for contract in hidden_contracts(self.mesh, dict(self.ports))} - known
        ports = {f"{name}.{port}" for name, ports in self.ports.items() for port in ports}
        return tuple(sorted({*self.products, *ports, *map(table_of, self.lines), *ids}))

    def is_said(self, text: str) -> bool:
        """Whether a text says one of these names."""
        return re.search(_pattern(self.names), text) is not None

    def leaves(self, product: ProductName) -> tuple[str, ...]:
        """Of a product of which the rest may be known: the names of ports and tables that it must not be seen to have."""
        from weft.access.discovering import without

        whole = self.mesh.products[product]
        left = without(whole, self.ports[product])
        kept = {table.name for _, _, table in left.promises} | {p.name for p in left.output_ports} if left else set()
        own = {line.partition("@")[0].rpartition(".")[2] for line in self.lines if line.startswith(f"{product}.")}
        return tuple(sorted((own | self.ports[product]) - kept))


def hidden(library: Library) -> Hidden | None:
    """None where whoever asks may know of everything."""
    reader = library.reader
    if reader.is_owner:
        return None
    names = [reader.product] if reader.product else []
    footing = library.registry.agreements.footing(reader.name, names, library.environment)
    if not footing.undiscoverable:
        return None
    from weft.access.discovering import hidden_ports

    mesh = Mesh("", dict(footing.domains), {**footing.products, **footing.asking, **footing.undiscoverable})
    ports = hidden_ports(reader, mesh, footing.agreements, datetime.now(UTC).date())
    return Hidden(mesh, ports) if ports else None


def told(table: pa.Table, what: Hidden) -> pa.Table:
    """The rows of a relation that say nothing of what is hidden in any of their texts, and lists without it."""
    import pyarrow.compute as pc

    table = _shorter(table, what)
    said = _texts(table)
    tells = [_says(text, what.names) for text in said.values()]
    if "product" in said:
        for product in what.ports.keys() - what.products:
            its = pc.fill_null(pc.equal(said["product"], product), False)
            leaves = what.leaves(product)
            tells += [pc.and_(its, _says(text, leaves)) for text in said.values() if leaves]
    return table.filter(pc.invert(reduce(pc.or_, tells))) if tells else table


def counted(table: pa.Table, name: str, what: Hidden) -> pa.Table:
    """With what `mesh.domains` and `mesh.products` count, as far as it may be known."""
    if name == "domains":
        gone = Counter(domain_of(product) for product in what.products)
        return _less(table, "domain", {"products": gone})
    if name != "products":
        return table
    from weft.access.discovering import without

    less: dict[str, Counter[str]] = {"output_ports": Counter(), "transforms": Counter()}
    for product, ports in what.ports.items():
        whole, left = what.mesh.products[product], without(what.mesh.products[product], ports)
        if left is not None:
            less["output_ports"][product] = len(whole.output_ports) - len(left.output_ports)
            less["transforms"][product] = len(whole.transforms) - len(left.transforms)
    return _less(table, "product", less)


def _less(table: pa.Table, key: str, less: Mapping[str, Mapping[Any, int]]) -> pa.Table:
    import pyarrow as pa

    keys = table.column(key).to_pylist()
    for name, by in less.items():
        counts = table.column(name).to_pylist()
        left = pa.array([count - by.get(one, 0) for one, count in zip(keys, counts, strict=True)], pa.int64())
        table = table.set_column(table.schema.get_field_index(name), name, left)
    return table


def _says(text: pa.ChunkedArray, names: Iterable[str]) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring_regex(text, _pattern(names)), False)


def _texts(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Each column that says something."""
    import pyarrow as pa

    return {field.name: table.column(field.name) for field in table.schema if pa.types.is_string(field.type)}


def _shorter(table: pa.Table, what: Hidden) -> pa.Table:
    """Without what is hidden in its lists: the lines that a publish moved."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pattern = re.compile(_pattern(what.names))
    for place, field in enumerate(table.schema):
        if not pa.types.is_list(field.type):
            continue
        column = table.column(place)
        if pc.any(_says(pc.list_flatten(column), what.names)).as_py():
            left = [
                None if texts is None else [t for t in texts if not pattern.search(t)] for texts in column.to_pylist()
            ]
            table = table.set_column(place, field, pa.chunked_array([pa.array(left, field.type)]))
    return table


def _pattern(names: Iterable[str]) -> str:
    return f"{BEFORE}(?:{'|'.join(re.escape(name) for name in names)}){AFTER}"
