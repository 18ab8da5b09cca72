"""The tables of core data: one matching makes them all, over what the product reads now and the tables that it published last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.seam import Columns
from weft.errors import EngineFault, Place, WeftError
from weft.names import LineName, identifier, product_of
from weft.plan.core_past import past_of
from weft.plan.fingerprint import ENGINE_SEMANTICS
from weft.product.core_data import CoreData, CoreMade, CoreRequest, Role, columns_of
from weft.product.product import Product
from weft.product.snapshot import Snapshot
from weft.run.stopping import Stopping
from weft.run.workshop import Workshop, processors

if TYPE_CHECKING:
    import pyarrow as pa

Read = Callable[[str, str], "pa.RecordBatchReader"]
"""What a name of the bench holds: the name, and the columns as SQL says them."""


@dataclass(frozen=True, slots=True)
class Past:
    """The snapshots that the next making goes on from, by role. What was matched by the same core.yaml need not be matched again."""

    snapshots: Mapping[Role, Snapshot] = field(default_factory=dict)

    @property
    def crosswalk(self) -> str:
        found = self.snapshots.get("crosswalk")
        return found.id if found else ""

    def is_of_the_same(self, core: CoreData) -> bool:
        found = self.snapshots.get("crosswalk")
        said = found.inputs if found else {}
        return (said.get("core"), said.get("engine")) == (core.digests.matching, ENGINE_SEMANTICS)


def past(product: Product, standing: Mapping[LineName, Snapshot]) -> Past:
    """Of the snapshots at which lines stand, those that core data goes on from."""
    own = {line: snapshot.inputs for line, snapshot in standing.items() if product_of(line) == product.name}
    return Past({role: standing[line] for role, line in past_of(product, own).items()})


@dataclass(slots=True)
class CoreStep:
    """One making of one product's core data. `into` is a folder that is there for it alone once it is made."""

    shop: Workshop
    product: Product
    core: CoreData
    into: Path
    as_of: datetime
    stopping: Stopping = field(default_factory=Stopping)
    past: Past = Past()
    is_full: bool = False
    made: CoreMade | None = None

    def file(self, role: Role, read: Read) -> tuple[Path, Columns]:
        """The file of one table, and its columns; the first that is asked for makes all. Raises: TransformFault, EngineFault."""
        if self.made is None:
            self.made = self._make(read)
        if role not in self.made.files:
            raise EngineFault(f"{self.core.file}: the matching did not make its {role}")
        return self.made.files[role], columns_of(self.core)[role]

    def request(self, read: Read) -> CoreRequest:
        """All that a making is given. Its sources are read once."""
        self.into.mkdir(parents=True, exist_ok=True)
        settings = self.shop.settings.engine
        return CoreRequest(
            self.core,
            {one.name: read(one.name, ", ".join(map(identifier, one.columns))) for one in self.core.sources},
            {role: tuple(self.shop.store.paths(one)) for role, one in self.past.snapshots.items()},
            self.is_full or not self.past.is_of_the_same(self.core),
            self.as_of,
            self.into,
            settings.threads or processors(),
            self.product.build.memory or settings.memory,
            self.stopping.by,
        )

    def _make(self, read: Read) -> CoreMade:
        try:
            return self.shop.matched(self.request(read))
        except WeftError as fault:
            fault.place = fault.place or Place(self.core.file)
            raise
