"""What moved pointers, and what stands where: promotions, rollbacks, environments and differences of data, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from weft.product.environment import Environment
from weft.query.difference import Difference, Side
from weft.session.display import Cell, Grid, Shown, grid
from weft.session.environments import Updated
from weft.session.promoting import Promoted
from weft.session.rolling_back import RolledBack


class PromotedShown(Shown, Promoted):
    """What prod points at from now on, product by product."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        if self.run is None:
            return (grid(f"nothing to promote: {self.environment} differs from prod in nothing", "product", ()),)
        rows = [
            (p.product, f"{p.revision}", "removed" if p.gone else ", ".join(p.lines) or "the same data")
            for p in self.products
        ]
        title = f"run {self.run}: {self.environment} promoted to prod"
        return (grid(title, "product >revision tables", rows, "; ".join(self.untold)),)


class RolledBackShown(Shown, RolledBack):
    """Where a product stands again, what was withdrawn of it, and who was built on that."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        where = f"revision {self.to.revision} of {moment(self.to.published_at)} UTC"
        title = f"run {self.run}: {self.product} of {self.environment} stands as after {where}"
        rows: list[tuple[Cell, ...]] = [(line, "withdrawn", "") for line in self.withdrawn]
        rows += [(line, "built on the withdrawn", cause) for line, cause in self.dependants.items()]
        held = f"it is held there until somebody applies with resume='{self.product}'"
        return (grid(title, "table is of", rows, "; ".join((held, *self.untold))),)


class EnvironmentsShown(Shown, tuple[Environment, ...]):
    """The environments beside prod."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        rows = [
            (one.name, one.who, moment(one.made_at), moment(one.expires_at), f"{one.revision}", ", ".join(one.changed))
            for one in self
        ]
        return (
            grid(
                "" if rows else "there is prod alone", "environment who made_at expires_at >of_revision changed", rows
            ),
        )


class UpdatedShown(Shown, Updated):
    """An environment that took over what changed in prod, and what is to be applied again in it."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        title = f"{self.environment} is up to date with prod at revision {self.revision}"
        return (grid(title, "changed_in_both", [(product,) for product in self.again]),)


class DifferenceShown(Shown, Difference):
    """How a table's rows differ from one environment to another."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        title = f"{self.after.line or self.before.line}: {_side(self.before)} to {_side(self.after)}"
        if self.is_empty:
            return (grid(f"{title}: no difference", "rows", (), self.note),)
        kinds = [("added", self.added), ("removed", self.removed), ("changed", self.changed)]
        counts = [(kind, f"{count:,}") for kind, count in kinds if self.key or kind != "changed"]
        by_key = f"by {', '.join(self.key)}" if self.key else ""
        found = [grid(title, "rows >count", counts, "; ".join(part for part in (by_key, self.note) if part))]
        columns = [(one.column, f"{one.rows:,}", one.before or "", one.after or "") for one in self.columns]
        found += [grid("columns", "column >changed before after", columns)] if columns else []
        examples = list(_examples(self))
        return [*found, grid("for example", "row key before after", examples)] if examples else found


def _side(side: Side) -> str:
    rows = f"{side.rows:,} row{'' if side.rows == 1 else 's'}" if side.snapshot else "not published"
    return f"{side.environment} ({rows})"


def _examples(found: Difference) -> Iterator[tuple[Cell, ...]]:
    for row in found.first_added:
        yield "added", _said(found.key, row), "", _values(row)
    for row in found.first_removed:
        yield "removed", _said(found.key, row), _values(row), ""
    for change in found.first_changed:
        old, new = ({name: pair[side] for name, pair in change.columns.items()} for side in (0, 1))
        yield "changed", _values(change.key), _values(old), _values(new)


def _said(key: Sequence[str], row: Mapping[str, Any]) -> str:
    return _values({name: row[name] for name in key})


def _values(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {'NULL' if value is None else value}" for name, value in row.items())


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
