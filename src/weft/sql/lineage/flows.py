"""The values of lineage: what flows into a column, the columns of a relation, and the names that a query sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sqlglot import exp

Columns = tuple[tuple[str, str], ...]
"""Names and DuckDB types, in order."""
Source = tuple[str, str]
"""A name that the query reads, and a column of it."""
Sources = frozenset[Source]
NOTHING: Sources = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One column of a result, and one of what the query reads: `source` is the name as the query says it, or empty for nothing.

    `kind` is `value` where the value flows, `condition` where it only decides which rows there are, or which value is taken.
    """

    column: str
    source: str
    source_column: str
    kind: Literal["value", "condition"] = "value"


class Flow(NamedTuple):
    """What a column is computed from."""

    values: Sources = NOTHING
    conditions: Sources = NOTHING

    def __or__(self, other: Flow) -> Flow:
        return Flow(self.values | other.values, self.conditions | other.conditions)

    @property
    def everything(self) -> Sources:
        return self.values | self.conditions

    @property
    def as_condition(self) -> Flow:
        return Flow(NOTHING, self.everything)


EMPTY = Flow()


class Output(NamedTuple):
    """A column of a relation; `name` is empty where it has none but its text, `type` where it is not known."""

    name: str
    flow: Flow
    type: str = ""


@dataclass(slots=True)
class Relation:
    """What stands in a FROM, or is returned: its columns in order, and what decides which rows it has."""

    columns: list[Output]
    conditions: Sources = NOTHING
    index: dict[str, Output] = field(default_factory=dict)

    def column(self, name: str) -> Output | None:
        if not self.index and self.columns:
            for output in reversed(self.columns):
                self.index[output.name.lower()] = output
        return self.index.get(name)

    @property
    def flow(self) -> Flow:
        """Of all its columns together."""
        values, conditions = NOTHING, self.conditions
        for output in self.columns:
            values |= output.flow.values
            conditions |= output.flow.conditions
        return Flow(values, conditions)


def relabelled(relation: Relation, names: list[str]) -> Relation:
    """The relation with its first columns renamed: `t(a, b)`."""
    if not names:
        return relation
    columns = [
        output._replace(name=names[at]) if at < len(names) else output for at, output in enumerate(relation.columns)
    ]
    return Relation(columns, relation.conditions)


def distinct(columns: list[Output]) -> list[Output]:
    """Columns whose names differ, as DuckDB makes them: `a`, `a_1`."""
    seen: set[str] = set()
    found: list[Output] = []
    for output in columns:
        name, count = output.name, 0
        while name and name.lower() in seen:
            count += 1
            name = f"{output.name}_{count}"
        seen.add(name.lower())
        found.append(output if name is output.name else output._replace(name=name))
    return found


def positional(left: Relation, right: Relation) -> list[Output]:
    """The columns of a set operation, by position."""
    return [
        Output(output.name, output.flow | right.columns[at].flow if at < len(right.columns) else output.flow)
        for at, output in enumerate(left.columns)
    ]


@dataclass(slots=True)
class Scope:
    """What names mean at one place of a query: tables in order, the columns that joins merged, aliases, and the query around."""

    query: Callable[[exp.Expr, Scope], Relation]
    reads: Mapping[str, Relation]
    ctes: dict[str, Relation] = field(default_factory=dict)
    outer: Scope | None = None
    tables: list[tuple[str, Relation]] = field(default_factory=list)
    merged: dict[str, Flow] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    """Positions in `tables` of what a SEMI or ANTI join only looked at."""
    aliases: dict[str, Flow] = field(default_factory=dict)
    windows: dict[str, Flow] = field(default_factory=dict)
    said: set[Source] = field(default_factory=set)
    """Everything behind a name that was said anywhere in the whole query, whether or not the result has anything of it."""

    def inner(self) -> Scope:
        """A scope for a query within this one."""
        return Scope(self.query, self.reads, dict(self.ctes), self, said=self.said)

    @property
    def visible(self) -> list[tuple[str, Relation]]:
        return [table for at, table in enumerate(self.tables) if at not in self.hidden]

    def table(self, name: str) -> Relation | None:
        return next((relation for alias, relation in self.visible if alias == name), None)

    def column(self, name: str) -> Output | None:
        """A column said without its table, here; of a merged column, what the join makes of it."""
        if flow := self.merged.get(name):
            return Output(name, flow)
        return next((found for _, relation in self.visible if (found := relation.column(name))), None)

    def flow(self, parts: list[str]) -> Flow:
        """What a name of one or more parts, in lower case, stands for; the query around is asked last."""
        scope: Scope | None = self
        while scope is not None:
            found = scope._flow(parts)
            if found is not None:
                self.said.update(found.everything)
                return found
            scope = scope.outer
        return EMPTY

    def _flow(self, parts: list[str]) -> Flow | None:
        for length in range(len(parts) - 1, 0, -1):
            table = self.table(parts[length - 1])
            if table is not None and (output := table.column(parts[length])):
                return output.flow
        if output := self.column(parts[0]):
            return output.flow
        if (alias := self.aliases.get(parts[0])) is not None:
            return alias
        table = self.table(parts[0]) if len(parts) == 1 else None
        return table.flow if table is not None else None
