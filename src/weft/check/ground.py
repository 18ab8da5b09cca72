"""What the rules look at: one product, what its SQL may say, and what each of its transforms returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from weft.check.core_sources import faults_of_columns
from weft.engine.seam import Columns, Engine
from weft.errors import Fault, Place, WeftError
from weft.plan.fingerprint import made_by, own_reads
from weft.product.contract import Contract, Table
from weft.product.mesh import Mesh, Read
from weft.product.order import circle, in_order
from weft.product.product import Product, Transform


class Bound(NamedTuple):
    """What a transform returns; None where that cannot be known, with the fault where it cannot be bound."""

    columns: Columns | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Ground:
    """One product of a mesh. `unread` says that a manifest or a contract somewhere could not be read, so that what it says is missing.

    `given` is what its SQL may say, where that is not what its mesh has.
    """

    mesh: Mesh
    product: Product
    engine: Engine
    unread: bool = False
    root: Path | None = None
    given: Mapping[str, Read] | None = None
    is_core_unread: bool = False
    """Whether its core.yaml could not be read, so that nobody knows which tables that makes."""

    @cached_property
    def reads(self) -> Mapping[str, Read]:
        return self.mesh.reads(self.product) if self.given is None else self.given

    @cached_property
    def made(self) -> Mapping[str, Transform]:
        return made_by(self.product)

    @cached_property
    def own(self) -> Mapping[str, tuple[str, ...]]:
        """What each transform reads of its own product's."""
        return {key: own_reads(transform, self.product) for key, transform in self.made.items()}

    @cached_property
    def promised(self) -> Mapping[str, tuple[Contract, Table]]:
        """What each transform makes of what is promised, by the name of the transform."""
        found: dict[str, tuple[Contract, Table]] = {}
        for _, contract, table in self.product.promises:
            if transform := self.product.transform_of(table.name, contract.line):
                found[transform.key] = (contract, table)
        return found

    @cached_property
    def unanswered(self) -> frozenset[str]:
        """The names of input ports behind which nothing was found."""
        return self.mesh.unanswered(self.product)

    @property
    def sayable(self) -> list[str]:
        """Every name that the product's SQL may say."""
        return [*self.reads, *self.made]

    @cached_property
    def bound(self) -> Mapping[str, Bound]:
        """What each transform returns, steps before what reads them; what stands in a circle is not known."""
        found: dict[str, Bound] = {}
        for key in _in_order(self.own):
            found[key] = self._bind(self.made[key], found)
        return found

    def columns(self, name: str, known: Mapping[str, Bound] | None = None) -> Columns | None:
        """What a reader of a name sees: the columns that are promised of it, else those that its transform returns."""
        if read := self.reads.get(name):
            return columns_of(read.table)
        if name in self.promised:
            return columns_of(self.promised[name][1])
        return (self.bound if known is None else known).get(name, Bound()).columns

    def _bind(self, transform: Transform, known: Mapping[str, Bound]) -> Bound:
        if transform.language == "python" or not transform.reading.meaning:
            return Bound()
        reads: dict[str, Columns] = {}
        for name in transform.reading.names:
            columns = self.columns(name, known)
            if not columns:
                return Bound()
            reads[name] = columns
        if transform.language == "core" and (lacking := self._lacking(reads)):
            return Bound(None, lacking)
        try:
            return Bound(self.engine.bind(transform.text, reads))
        except WeftError as error:
            return Bound(None, fault_of(error, transform.file))

    def _lacking(self, reads: Mapping[str, Columns]) -> Fault | None:
        """The first thing that core data reads and its sources have not: there is no text of the team's to point into."""
        sources = self.product.core.sources if self.product.core else ()
        faults = (fault for one in sources if one.name in reads for fault in faults_of_columns(one, reads[one.name]))
        return next(faults, None)


def _in_order(reads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names after what they read, without those that stand in a circle."""
    left = dict(reads)
    while found := circle(left):
        left = {name: sources for name, sources in left.items() if name not in found}
    return in_order(left)


def columns_of(table: Table) -> Columns:
    return tuple((column.name, column.type) for column in table.columns)


def fault_of(error: WeftError, file: str) -> Fault:
    """An error within a text, as a fault of the text's file."""
    return Fault(Place(file, error.place.line if error.place else 0), said_of(error), error.mend)


def said_of(error: WeftError) -> str:
    """What an error says, without the list of every function that might have been meant."""
    return error.message.partition(" Candidate functions:")[0]


def tables_read(ground: Ground) -> Iterator[tuple[Contract, Table]]:
    """The tables that are proved: those promised, and those of sources."""
    promised = {(port.contract_id, port.version) for port in ground.product.output_ports}
    for contract in ground.product.contracts:
        if contract.is_source or (contract.id, contract.version) in promised:
            yield from ((contract, table) for table in contract.tables)
