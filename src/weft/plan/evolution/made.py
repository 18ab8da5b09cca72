"""Whether a promised table still means what it meant: its transform and the steps that it reads, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.plan.changes import UNKNOWN, Change, Known, meaning_changes
from weft.plan.changes.renames import renames
from weft.plan.changes.spots import of_table
from weft.plan.fingerprint import made_by, own_reads
from weft.product.mesh import Read
from weft.product.order import in_order
from weft.product.product import Product, Transform

if TYPE_CHECKING:
    from weft.sql.difference import Difference, Query

Columns = tuple[str, ...]


@dataclass(frozen=True)
class Making:
    """How one table comes about: its transform, and what names mean to the product that it is of."""

    product: Product
    transform: Transform
    inputs: Mapping[str, Read]

    @cached_property
    def steps(self) -> dict[str, Transform]:
        """The product's own transforms that it reads, over any number of them, each after what it reads itself."""
        made = made_by(self.product)
        wanted, found = list(own_reads(self.transform, self.product)), {}
        while wanted:
            if (name := wanted.pop()) not in found and made[name] is not self.transform:
                found[name] = made[name]
                wanted += own_reads(made[name], self.product)
        return {name: found[name] for name in in_order({key: own_reads(t, self.product) for key, t in found.items()})}

    @cached_property
    def parts(self) -> dict[str, Transform]:
        """The steps by name, and last the transform itself, whose name may change with the lines beside it."""
        return {**self.steps, "": self.transform}

    @property
    def meanings(self) -> dict[str, tuple[str, str]]:
        """Equal where nothing has to be parsed to know that all is as it was."""
        return {name: (part.language, part.reading.meaning) for name, part in self.parts.items()}

    @property
    def origins(self) -> dict[str, str]:
        """What each input that it reads stands for: a line, or a table of a source."""
        names = {name for part in self.parts.values() for name in part.reading.names}
        found = {name: self.inputs[name] for name in sorted(names) if name in self.inputs}
        return {name: read.line or f"{read.contract.id}.{read.table.name}" for name, read in found.items()}

    @property
    def is_sql(self) -> bool:
        return all(part.language == "sql" for part in self.parts.values())

    @property
    def query(self) -> Query:
        from weft.sql.difference import Query

        reads = {
            name: tuple((column.name, column.type) for column in read.table.columns)
            for name, read in self.inputs.items()
        }
        return Query(self.transform.text, reads, {name: step.text for name, step in self.steps.items()})


def changes_of_making(table: str, columns: Columns, making: tuple[Making, Making], known: Known) -> Iterator[Change]:
    """At least minor. `columns` are those that are promised before and after. Nothing is parsed where no text changed."""
    old, new = making
    yield from _rebound(table, making, known)
    if old.meanings == new.meanings:
        return
    if old.is_sql and new.is_sql:
        yield from meaning_changes(table, _differences(making, columns), known)
        return
    yield _told(table, _in_words(making), known)


def _rebound(table: str, making: tuple[Making, Making], known: Known) -> Iterator[Change]:
    was, now = making[0].origins, making[1].origins
    for name in was:
        if name in now and was[name] != now[name]:
            renamed = _renamed(making[0].inputs[name], making[1].inputs[name])
            yield _told(table, f"`{name}` is {now[name]} now, and was {was[name]}{renamed}", known)


def _renamed(was: Read, now: Read) -> str:
    """What its columns seem to be called there: who follows them writes other words for the same."""
    found = renames(was.table, now.table, UNKNOWN)
    said = ", ".join(f"'{one.old.name}' is called '{one.new.name}'" for one in found)
    return f"; there {said}, it seems" if said else ""


def _told(table: str, what: str, known: Known) -> Change:
    affects = known.readers_of(table, "")
    return Change("meaning changed", of_table(table, "transformLogic"), "minor", f"'{table}': {what}", affects=affects)


def _in_words(making: tuple[Making, Making]) -> str:
    """Where Python takes part, what changed is said by name: its columns cannot be followed."""
    before, after = making[0].parts, making[1].parts
    said = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        whose = f"its step `{name}`'s" if name else "its"
        if was is None or now is None:
            said.append(f"its step `{name}` is {'gone' if now is None else 'new'}")
        elif was.language != now.language:
            said.append(f"{whose} {_LANGUAGES[was.language]} became {_LANGUAGES[now.language]}")
        elif was.reading.meaning != now.reading.meaning:
            said.append(f"{whose} {_LANGUAGES[now.language]} changed")
    return "; ".join(said)


_LANGUAGES = {"sql": "SQL", "python": "Python", "core": "core.yaml"}


def _differences(making: tuple[Making, Making], columns: Columns) -> Iterator[Difference]:
    """Of promised columns only, as the contract spells them. What cannot be followed differs in all of them."""
    from weft.sql.difference import Difference

    spelled = {column.lower(): column for column in columns}
    try:
        found = _of_tables(making[0].query, making[1].query)
    except WeftError:
        found = (Difference("expression", columns),)
    for one in found:
        if kept := tuple(spelled[column] for column in one.columns if column in spelled):
            yield Difference(one.kind, kept, one.before, one.after)


def _of_tables(old: Query, new: Query) -> tuple[Difference, ...]:
    """A table has no order: how its rows are sorted as they are written counts only where that decides which rows there are."""
    from weft.sql.difference import query_differences

    found = query_differences(old, new)
    if all(one.kind != "order" for one in found):
        return found
    counts = any(one.kind == "order" for one in query_differences(_as_step(old), _as_step(new)))
    return tuple(one for one in found if counts or one.kind != "order")


def _as_step(query: Query) -> Query:
    return replace(query, sql=f"SELECT * FROM {_MADE}", steps={**query.steps, _MADE: query.sql})


_MADE = "_made"
"""No table has this name."""
