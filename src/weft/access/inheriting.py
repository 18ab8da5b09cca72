"""What columns inherit of what they are computed from: classifications by column lineage, row filters by the tables read.

A value that flows inherits, a condition does not: a count of secrets is none. Who drops the column of a row filter keeps
the filter, and then shows no row, until it is declassified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from weft.access.classifications import Classifications
from weft.product.contract import Column

Cell = tuple[str, str]
"""A table (a line, or `source:domain.product.read`), and a column of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the contract of one table says: its columns, and the tags of the table and of its contract."""

    columns: tuple[Column, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Web:
    """What inheritance is computed from. `values` leads from a column to those whose values flow into it, `reads` from a
    table to all that it is made of. `lifted` are the names that are declassified: by column, and by table where the column is ''.
    """

    tables: Mapping[str, Said]
    values: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lifted: Mapping[Cell, frozenset[str]] = field(default_factory=dict)


Marks = dict[str, Cell | None]
"""Names of classifications that hold of a column, each with the column one step up that it has it from; None: its own contract says it."""


@dataclass(frozen=True)
class Inherited:
    """`marks` by table and column, those that have any; `rows` by table: names of row filters, with the columns here that they look at."""

    marks: Mapping[str, Mapping[str, Marks]] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def path(self, cell: Cell, name: str) -> tuple[Cell, ...]:
        """From a column to the one whose contract says the classification."""
        found = [cell]
        while (above := self.marks[found[-1][0]][found[-1][1]][name]) is not None:
            found.append(above)
        return tuple(found)


def inherited(web: Web, rules: Classifications) -> Inherited:
    """Of all tables of a web."""
    if rules.is_empty:
        return Inherited()
    marks: dict[str, dict[str, Marks]] = {}
    rows: dict[str, dict[str, tuple[str, ...]]] = {}
    for table in _upstream_first(web):
        said = web.tables.get(table, NOTHING_SAID)
        if here := _marks(table, said, web, rules, marks):
            marks[table] = here
        if found := _rows(table, said, web, rules, rows):
            rows[table] = found
    return Inherited(marks, rows)


NOTHING_SAID = Said(())


def _upstream_first(web: Web) -> Iterator[str]:
    """Every table once, after all that it reads; a circle, which no mesh has, is cut where it is entered."""
    done: set[str] = set()
    for start in web.tables:
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            table, is_left = stack.pop()
            if is_left:
                yield table
            elif table not in done:
                done.add(table)
                stack.append((table, True))
                stack += [(above, False) for above in web.reads.get(table, ()) if above not in done]


def _marks(
    table: str, said: Said, web: Web, rules: Classifications, marks: Mapping[str, Mapping[str, Marks]]
) -> dict[str, Marks]:
    """By column, those of the table's columns that have any."""
    here: dict[str, Marks] = {}
    for column in said.columns:
        cell = (table, column.name)
        found: Marks = dict.fromkeys(rules.of(column))
        lifted = web.lifted.get(cell, ())
        for name, source in _flowing(cell, web, marks):
            if name not in lifted:
                found.setdefault(name, source)
        if found:
            # A column may be said twice: as it stands in an environment, and in `prod` by now.
            here[column.name] = {**found, **here.get(column.name, {})}
    return here


NO_MARKS: Mapping[str, Marks] = {}


def _flowing(cell: Cell, web: Web, marks: Mapping[str, Mapping[str, Marks]]) -> Iterator[tuple[str, Cell]]:
    """What holds of the columns whose values flow into one, and of which."""
    for source in web.values.get(cell, ()):
        table, column = source
        for name in marks.get(table, NO_MARKS).get(column, ()):
            yield name, source


def _rows(
    table: str, said: Said, web: Web, rules: Classifications, rows: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> dict[str, tuple[str, ...]]:
    """By row filter the columns that it looks at here. None at all where one of the tables it comes from is not represented."""
    known = {column.name.lower(): column.name for column in said.columns}
    found: dict[str, list[str]] = {}
    lost: set[str] = set()
    for rule in rules.rules_of(said.tags):
        own = known.get(rule.column.lower())
        _put(found, lost, rule.name, [own] if own else [])
    lifted = web.lifted.get((table, ""), frozenset())
    for above in web.reads.get(table, ()):
        for name, columns in rows.get(above, {}).items():
            if name not in lifted:
                _put(found, lost, name, _kept(table, said, web, {(above, column) for column in columns}))
    return {name: () if name in lost else tuple(dict.fromkeys(columns)) for name, columns in found.items()}


def _put(found: dict[str, list[str]], lost: set[str], name: str, columns: Iterable[str]) -> None:
    here = found.setdefault(name, [])
    before = len(here)
    here += columns
    if len(here) == before:
        lost.add(name)


def _kept(table: str, said: Said, web: Web, of: set[Cell]) -> list[str]:
    """The columns into which the values of a row filter's column flow."""
    return [one.name for one in said.columns if any(source in of for source in web.values.get((table, one.name), ()))]
