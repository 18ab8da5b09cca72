"""What names mean at one place of a query, while rows are followed through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from weft.sql.parts.kept import FILE, Mixed, Rows

Place = tuple[int, int]
"""A table of a FROM and one of its columns, by their positions."""


class Mixes(Exception):
    """What is raised while a query is followed, and becomes a `Mixed`."""

    def __init__(self, why: str, node: exp.Expr) -> None:
        super().__init__(why)
        self.mixed = Mixed(why, line_of(node))


@dataclass(slots=True)
class Scope:
    """What names mean: tables in order, what joins merged, aliases and windows."""

    query: Callable[[exp.Expr, Scope], Rows]
    reads: Mapping[str, Rows]
    ctes: dict[str, Rows] = field(default_factory=dict)
    tables: list[tuple[str, Rows]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    groups: list[set[Place]] = field(default_factory=list)
    """Columns that hold the key, together where they are known to be equal."""
    merged: dict[str, Place] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    windows: dict[str, exp.Expr] = field(default_factory=dict)

    def inner(self) -> Scope:
        return Scope(self.query, self.reads, dict(self.ctes))

    @property
    def carries(self) -> bool:
        return bool(self.groups)

    @property
    def keys(self) -> set[Place]:
        return self.groups[0] if self.groups else set()

    @property
    def of_files(self) -> bool:
        return any(at == FILE for _, at in self.keys)

    def place(self, column: exp.Column) -> Place | None:
        """Where a column stands; None where it is none of this FROM's."""
        name, table = column.name.lower(), column.table.lower()
        if not table and name in self.merged:
            return self.merged[name]
        for at, (alias, rows) in enumerate(self.tables):
            if at not in self.hidden and table in ("", alias) and name in rows.columns:
                return at, rows.columns.index(name)
        return None

    def is_key(self, node: exp.Expr) -> bool:
        column = plain(node)
        if not isinstance(column, exp.Column):
            return False
        place = self.place(column)
        return place in self.keys if place else not column.table and column.name.lower() in self.aliases

    def merge(self, one: Place, other: Place) -> None:
        """Two columns are known to be equal."""
        found = [group for group in self.groups if one in group or other in group]
        if found:
            for group in found[1:]:
                found[0].update(group)
            found[0].update((one, other))
            self.groups = [group for group in self.groups if group is found[0] or group not in found]


def plain(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Paren, exp.Alias)):
        node = node.this
    return node


def line_of(node: exp.Expr) -> int:
    lines = (int(part.meta["line"]) for part in node.find_all(exp.Identifier) if "line" in part.meta)
    return min(lines, default=1)
