"""Whom a plan's changes reach: lineage as recorded, and every direct reader's own SQL bound again over what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from weft.names import PROD, LineName, ProductName
from weft.plan.changes import Change, judged
from weft.plan.evolution import Compared, Evolution, PortChange
from weft.plan.impact import (
    Loss,
    Missed,
    Reach,
    Reached,
    Reader,
    Web,
    broken_by,
    downstream,
    effect_of,
    is_bound,
    line_gone,
    missed_of,
    reach,
    reads_after,
    web_of,
    with_missed,
)
from weft.plan.lineage import lineage_of
from weft.session.opened import Opened

if TYPE_CHECKING:
    from weft.check.ground import Ground
    from weft.product.agreement import Agreement
    from weft.product.reads import Measured
    from weft.product.snapshot import ColumnEdge


def reached(opened: Opened, evolution: Evolution, compared: Compared) -> Evolution:
    """Conditional changes settled by whom they break, and everybody whom the changes and the lines that go reach."""
    told = any(effect_of(change) != "none" for port in evolution.changed for change in port.changes)
    if not told and not evolution.gone:
        return evolution
    looking = _Looking(opened, compared)
    changed = tuple(looking.settled(port) for port in evolution.changed)
    gone = [line_gone(line, looking.web) for port in evolution.gone for line in port.tables]
    return replace(evolution, changed=changed, reaches=(*looking.reaches, *gone))


@dataclass
class _Looking:
    """One look at an evolution; what it asks the registry, and what it binds, is asked and bound once."""

    opened: Opened
    compared: Compared
    reaches: list[Reach] = field(default_factory=list)
    grounds: dict[ProductName, Ground] = field(default_factory=dict)
    missed: dict[LineName, tuple[Missed, ...]] = field(default_factory=dict)

    @cached_property
    def web(self) -> Web:
        """Of all that stands downstream of what changes: each product as it is written here, else as it was last published."""
        before, after = self.compared.before, self.compared.after
        within = downstream(before, after.products.values(), self.compared.changed)
        products = [after.products[name] for name in after.products if name in within]
        recorded = self.opened.recorded.digests
        as_published = [product.name for product in products if recorded.get(product.name) == product.digest]
        edges: dict[ProductName, tuple[ColumnEdge, ...]] = self.opened.registry.lineage(
            as_published, self.opened.environment
        )
        edges |= {product.name: lineage_of(product, before) for product in products if product.name not in edges}
        return replace(web_of(before, products, edges), asked=self._asked(), agreed=self._agreed())

    def _agreed(self) -> dict[LineName, list[Agreement]]:
        """Who may read the changed products by an agreement in force, by line."""
        from weft.access.agreements import covers, port_of

        today, before = datetime.now(UTC).date(), self.compared.before.products
        found: dict[LineName, list[Agreement]] = {}
        for one in self.opened.registry.agreements.on(self.compared.changed):
            product = before.get(one.product) if one.is_in_force(today) and not one.is_of_product else None
            for line in product.lines_made.values() if product else ():
                port = port_of(line, self.compared.before)
                if product and port and port[1].name == one.port_name and covers(one, line, product):
                    found.setdefault(line, []).append(one)
        return found

    def _asked(self) -> dict[LineName, list[Measured]]:
        """What people read of the changed products by asking, in the days in which a line that is read may not go."""
        since = datetime.now(UTC) - timedelta(days=self.opened.settings.unread_days)
        before = self.compared.before.products
        lines = [line for name in self.compared.changed for line in before[name].lines_made.values()]
        found: dict[LineName, list[Measured]] = {}
        for one in self.opened.registry.journal.reads.since(lines, since, PROD):
            found.setdefault(one.line, []).append(one)
        return found

    def settled(self, port: PortChange) -> PortChange:
        """Each change told of whom it reaches; a conditional one is what it does to them."""
        names = {line.partition("@")[0].rpartition(".")[2]: line for line in port.old.lines(port.product)}
        bound = {line: self._losses(port, table, line) for table, line in names.items()}
        self.missed |= {
            line: missed_of(line, (port.old, port.new), self.web, self.compared.before) for line in names.values()
        }
        return replace(port, changes=tuple(self._told(change, names, bound) for change in port.changes))

    def _told(self, change: Change, names: dict[str, LineName], bound: dict[LineName, _Bound]) -> Change:
        """A change of the contract as a whole is one of each of its tables."""
        if effect_of(change) == "none":
            return change
        lines = [names[change.table]] if change.table in names else list(names.values())
        found = [
            with_missed(reach(change, line, self.web, bound[line].of(change)), self.missed[line]) for line in lines
        ]
        self.reaches += found
        broken = sorted({name for one in found for name in broken_by(one)})
        meeting = sorted({one.consumer for each in found for one in each.nearest if _meets(one)})
        return judged(replace(change, affects=tuple(meeting)), broken)

    def _losses(self, port: PortChange, table: str, line: LineName) -> _Bound:
        """What direct readers lose by all changes of a line's shape at once, then, where one loses anything, by each alone."""
        changes = [change for change in port.changes if is_bound(change) and change.table in (table, "")]
        readers = self.web.readers.get(line, ()) if changes else ()
        whole = {reader.name: found for reader in readers if (found := self._bound_again(reader, changes, port))}
        alone: dict[str, dict[ProductName, tuple[Loss, ...]]] = {}
        for change in changes if len(changes) > 1 else ():
            some = (reader for reader in readers if reader.name in whole)
            alone[change.path] = {r.name: found for r in some if (found := self._bound_again(r, [change], port))}
        return _Bound(whole, alone)

    def _bound_again(self, reader: Reader, changes: Sequence[Change], port: PortChange) -> tuple[Loss, ...]:
        from weft.check.ground import Ground
        from weft.check.rebinding import losses

        ground = self.grounds.get(reader.name)
        if ground is None:
            ground = Ground(self.compared.before, reader.product, self.opened.engine)
            self.grounds[reader.name] = ground
        reads = reads_after(ground.reads, reader.line, changes, port.new)
        return () if reads is None else tuple(losses(ground, reads))


def _meets(one: Reached) -> bool:
    return one.verdict == "broken" if one.kind == "person" else one.verdict != "untouched"


@dataclass(frozen=True)
class _Bound:
    """What readers lose: by all changes of a line at once, and by each alone (by its path) where there are several."""

    whole: dict[ProductName, tuple[Loss, ...]]
    alone: dict[str, dict[ProductName, tuple[Loss, ...]]]

    def of(self, change: Change) -> dict[ProductName, tuple[Loss, ...]]:
        """Who loses something by none of them alone loses it by all of them together."""
        if not is_bound(change):
            return {}
        if change.path not in self.alone:
            return self.whole
        together = self.whole.keys() - {name for found in self.alone.values() for name in found}
        return self.alone[change.path] | {name: self.whole[name] for name in together}
