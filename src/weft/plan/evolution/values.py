"""The values of an evolution: lines that changed, with the version that each deserves, lines that are new, and lines that are gone.

Nothing is imported for them before something changed: a plan with nothing to do holds an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Union

from weft.errors import Place
from weft.names import LineName, ProductName

if TYPE_CHECKING:
    from weft.plan.changes.change import Change, Known
    from weft.plan.evolution.stable import GoingStable
    from weft.plan.impact.reached import Reach
    from weft.product.contract import Contract
    from weft.product.mesh import Mesh
    from weft.versions import Version


@dataclass(frozen=True, slots=True)
class Edit:
    """One value in a file that is to be another: `path` is where in the document, `place` its line."""

    place: Place
    path: tuple[str | int, ...]
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.place}: {self.old} -> {self.new}"


@dataclass(frozen=True, slots=True)
class PortLine:
    """One line of an output port, under the contract that promises it; `refusal` is why it may not come or go, `mend` what to do."""

    product: ProductName
    port: str
    contract: Contract
    refusal: str = ""
    mend: str = ""

    @property
    def line(self) -> str:
        return self.contract.line

    @property
    def version(self) -> Version:
        return self.contract.semantic_version

    @property
    def tables(self) -> tuple[LineName, ...]:
        return self.contract.lines(self.product)


@dataclass(frozen=True, slots=True)
class PortChange:
    """One line that is there before and after, and all in which it differs; empty where only its version does.

    What it deserves follows from `changes`: who settles one (`weft.plan.changes.judged`) replaces them, and nothing else.
    `edits` are what would write `least`.
    """

    product: ProductName
    port: str
    old: Contract
    new: Contract
    changes: tuple[Change, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def contract_id(self) -> str:
        return self.old.id

    @property
    def line(self) -> str:
        return self.old.line

    @property
    def tables(self) -> tuple[LineName, ...]:
        """Of both sides, the old ones first."""
        return tuple(dict.fromkeys((*self.old.lines(self.product), *self.new.lines(self.product))))

    @property
    def before(self) -> Version:
        return self.old.semantic_version

    @property
    def after(self) -> Version:
        """The version that is claimed."""
        return self.new.semantic_version

    @property
    def least(self) -> Version:
        from weft.plan.changes.claims import least_version

        return least_version(self.before, self.changes)

    @property
    def refusal(self) -> str:
        """Why the claim is refused; empty where it is large enough."""
        from weft.plan.changes.claims import why_too_small

        return why_too_small(self.after, self.before, self.changes)

    @property
    def mend(self) -> str:
        """What to do about a refusal; where it breaks, both ways: to keep the old line for those who read it, or to leave it."""
        if not self.breaks:
            return f"Write {self.least}."
        name = f"{self.product}.{self.port}"
        beside = f"Keep line {self.line} beside it for those who read it: `weft new version {name} {self.least}`."
        return f"{beside} Where nobody reads line {self.line}, write {self.least}."

    @property
    def breaks(self) -> bool:
        """Whether it needs another line, as far as is known."""
        return self.least.line != self.line


@dataclass(frozen=True, slots=True)
class Evolution:
    """What products that are published in `prod` become, in the order of their names and ports."""

    changed: tuple[PortChange, ...] = ()
    new: tuple[PortLine, ...] = ()
    gone: tuple[PortLine, ...] = ()
    reaches: tuple[Reach, ...] = ()
    """Whom each change reaches, line by line; what is nobody's trouble has none."""
    stable: tuple[GoingStable, ...] = ()
    """Versions that were shown as previews before."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.new or self.gone)

    @property
    def refused(self) -> Iterator[Refusable]:
        """What is not to be applied as it is written."""
        each: chain[Refusable] = chain(self.changed, self.new, self.gone, self.stable)
        return (one for one in each if one.refusal)

    @property
    def told(self) -> frozenset[ProductName]:
        """Consumers whose faults are the work of what is refused here, and told with it."""
        refused = {line for one in self.refused for line in one.tables}
        broken = (one for reach in self.reaches if reach.line in refused for one in reach.of("broken"))
        return frozenset(ProductName(one.consumer) for one in broken)

    def of(self, product: ProductName) -> tuple[PortChange, ...]:
        return tuple(one for one in self.changed if one.product == product)


@dataclass(frozen=True)
class Compared:
    """The two meshes that an evolution lies between: `before` has the products of `changed` as `prod` has them published."""

    before: Mesh
    after: Mesh
    changed: tuple[ProductName, ...]


Refusable = Union["PortChange", "PortLine", "GoingStable"]
"""Each says why it is refused (`refusal`, empty where it is not) and what to do about that (`mend`)."""
KnownOf = Callable[[PortLine], "Known"]
"""What is known beside the documents of a line as it is published."""
Enrich = Callable[[Evolution, Compared], Evolution]
"""Looks further into an evolution: settles changes, or refuses what goes. Asked only where something changed."""
