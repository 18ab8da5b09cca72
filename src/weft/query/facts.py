"""What the registry records of one environment, read once for a question, and what a typed name means in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, TypeVar

from weft.access import OWNER
from weft.names import LineName, ProductName, label_of, table_of
from weft.plan.rollback import marked
from weft.product.contract import Contract, Server
from weft.product.mesh import Mesh, Read
from weft.product.product import Product
from weft.product.snapshot import Recorded, SourceState
from weft.query import seen
from weft.query.library import Library, made_anew
from weft.versions import Version

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.hiding import Hidden

T = TypeVar("T")
CREDENTIALS = re.compile(r"//[^/@]*@")


class Facts:
    """Products as last applied, and the relations of the `mesh` domain; `written` adds products that were never applied."""

    def __init__(self, library: Library, written: Mesh | None = None) -> None:
        self.library = library
        # What is written here and not applied is for whoever works here.
        self._written = written if written is not None and library.reader.is_owner else Mesh("")

    @cached_property
    def recorded(self) -> Recorded:
        found = self.library.registry.recorded(self.library.environment)
        if self._hidden is None:
            return found
        gone = self._hidden.products
        pointers = {line: one for line, one in found.pointers.items() if line not in self._hidden.lines}
        digests = {name: digest for name, digest in found.digests.items() if name not in gone}
        return replace(found, pointers=pointers, digests=digests)

    @cached_property
    def _hidden(self) -> Hidden | None:
        """What whoever asks may not know of."""
        if self.library.reader.is_owner:
            return None
        from weft.query.hiding import hidden

        return hidden(self.library)

    @cached_property
    def mesh(self) -> Mesh:
        written = bool(self._written.products or self._written.domains)
        found = self._mesh() if written else self.library.keep("mesh", self._mesh)
        if self._hidden is None:
            return found
        from weft.access.discovering import seen_mesh

        whole = replace(found, products={**self._hidden.mesh.products, **found.products})
        return seen_mesh(whole, dict(self._hidden.ports))

    def _mesh(self) -> Mesh:
        registry, environment = self.library.registry, self.library.environment
        domains = self._written.domains | {domain.name: domain for domain in registry.domains(environment)}
        products = self._written.products | registry.products(environment=environment)
        lines = registry.recorded(environment).input_lines
        return Mesh("", domains, dict(sorted(products.items())), recorded_lines=lines)

    @cached_property
    def marked(self) -> dict[LineName, LineName]:
        """The lines that rest on what a rollback withdrew, each with the withdrawn line."""
        return marked(self.recorded)

    @cached_property
    def newest(self) -> dict[str, LineName]:
        """`domain.product.table` to the line that a name without one means."""
        if self._written.products or self._hidden is not None:
            return self.mesh.newest_stable()
        return self.library.keep("newest", self.mesh.newest_stable)

    def kept(self, key: str, make: Callable[[Facts], T]) -> T:
        """What is made of all that is recorded: kept where whoever asks may know of all of it, else made for them alone."""
        if self.library.keep is made_anew or self.mesh is not self.library.keep("mesh", self._mesh):
            return make(self)
        whole = replace(self.library, reader=OWNER)
        return self.library.keep(key, lambda: make(Facts(whole)))

    def relation(self, name: str, narrow: seen.Narrow | None = None) -> pa.Table:
        return seen.relation(self.library, name, narrow)

    def rows(self, relation: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Some columns of a relation, row by row: several times quicker than whole rows as dictionaries."""
        return rows_of(self.relation(relation), *columns)

    def line(self, name: str) -> LineName | None:
        """The promised line that `domain.product.table[@line]` means; a version means the line that it is of."""
        if "@" not in name:
            return self.newest.get(name)
        table, label = table_of(LineName(name)), label_of(LineName(name))
        lines = (LineName(f"{table}@{wanted}") for wanted in (label, _line_of(label)))
        return next((line for line in lines if self.mesh.promise(line)), None)

    def shown(self, line: LineName) -> str:
        """A line as people say it: without its label where that is the newest."""
        table = table_of(line)
        return str(table) if self.newest.get(table, line) == line else str(line)

    def files(self, product: Product, read: Read) -> tuple[str, ...]:
        """What a source stands for: the files, URLs or tables last read, else what its contract's server says."""
        state = self.recorded.sources.get((product.name, read.name))
        return tuple(state.parts) if state and state.parts else said_files(read.contract)

    def state(self, product: ProductName, read: str) -> SourceState | None:
        return self.recorded.sources.get((product, read))


def rows_of(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(column).to_pylist() for column in columns), strict=True)


def only(column: str, values: Iterable[str]) -> seen.Narrow:
    """Leaves the rows whose column is one of the values."""
    wanted = tuple(values)
    return lambda table: among(table, column, wanted)


def among(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    """The rows whose column is one of the values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table.column(column), pa.array(sorted(values), pa.string())))


def said_files(contract: Contract) -> tuple[str, ...]:
    """Where a source contract says that its data is, variables as written: a secret in one is never shown."""
    return tuple(_said(server, contract.file) for server in contract.servers[:1])


def _said(server: Server, file: str) -> str:
    fields = {name: str(value) for name, value in server.fields.items()}
    if path := fields.get("path"):
        return path if path.startswith(("/", "${")) else normpath(join(dirname(file), path))
    if url := fields.get("location") or fields.get("endpointUrl"):
        return CREDENTIALS.sub("//", url)
    return ".".join(part for part in (fields.get("database", server.name), fields.get("schema", "")) if part)


def _line_of(label: str) -> str:
    try:
        return Version.parse(label).line
    except ValueError:
        return label


def names_of(mesh: Mesh, newest: Iterable[str]) -> Sequence[str]:
    """All that a person may name, tables without their lines: what a mistyped name is compared with."""
    return [*mesh.domains, *mesh.products, *newest]
