"""A column followed to where its values come from: what happens at each step, down to the source file, and where it goes.

How a table is made is its product's own: whoever may not read that is told what it comes from, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weft.access.permissions import allowed
from weft.names import LineName, domain_of, product_of, table_of
from weft.query.origins import OUTSIDE
from weft.query.reach import Reach
from weft.query.spoken import Said, said
from weft.server.portal.links import lineage_of, page_of

MOST_CONDITIONS = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A column somewhere, and where it is followed further."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Step:
    """One column on the way. `files` are those of a source; `withheld` says why how it is made is not shown."""

    column: str
    table: str
    link: str
    page: str
    product: str
    is_asked: bool = False
    files: tuple[str, ...] = ()
    called: str = ""
    values: tuple[Named, ...] = ()
    is_counted: bool = False
    """Whether what it comes from is compared or counted there, and not taken over."""
    conditions: tuple[Named, ...] = ()
    said: tuple[Said, ...] = field(default=())
    withheld: str = ""


def upstream(reach: Reach) -> tuple[Step, ...]:
    """From the sources to the column that was asked for."""
    found = [id for id, distance in sorted(reach.columns.items(), key=lambda item: item[1]) if distance <= 0]
    return tuple(_step(reach, id) for id in found)


def downstream(reach: Reach) -> tuple[Named, ...]:
    """The columns that are computed from it, the nearest first."""
    found = sorted((distance, id) for id, distance in reach.columns.items() if distance > 0)
    return tuple(_named(reach, id) for _, id in found)


def _step(reach: Reach, id: str) -> Step:
    table, column = reach.web.cells[id]
    is_asked = id in reach.starts
    if table.startswith(OUTSIDE):
        node = reach.node(id)
        return Step(
            column,
            node.name,
            lineage_of(node.name),
            lineage_of(table),
            str(node.product),
            is_asked,
            node.files or ("not read yet",),
            node.called,
        )
    line, shown = LineName(table), reach.facts.shown(LineName(table))
    product = product_of(table_of(line))
    ways, by = reach.web.columns.get(id, {}), reach.followed.up(id)
    made, withheld = _made(reach, line, column)
    return Step(
        column,
        shown,
        lineage_of(f"{shown}.{column}"),
        page_of(shown),
        str(product),
        is_asked,
        values=tuple(_named(reach, one) for one in sorted(by)),
        is_counted=bool(by) and "value" not in by.values(),
        conditions=tuple(_named(reach, one) for one in sorted(set(ways) - set(by)))[:MOST_CONDITIONS],
        said=made,
        withheld=withheld,
    )


def _named(reach: Reach, id: str) -> Named:
    table, column = reach.web.cells[id]
    shown = table if table.startswith(OUTSIDE) else reach.facts.shown(LineName(table))
    name = f"{shown}.{column}"
    return Named(name.removeprefix(OUTSIDE), lineage_of(name))


def _made(reach: Reach, line: LineName, column: str) -> tuple[tuple[Said, ...], str]:
    domain = domain_of(line)
    decision = allowed(reach.facts.library.reader, "read unpublished", domain)
    if not decision.is_allowed:
        return (), f"How it is computed is {domain}'s own, for those who build there. Its team can tell you."
    return said(line, column, reach.facts.mesh), ""


def sources_said(steps: Iterable[Step]) -> tuple[str, ...]:
    """The files at the beginning, by their own names."""
    return tuple(dict.fromkeys(file for step in steps for file in step.files))
