"""The author's own text with names replaced, each at its place, and every other byte as it was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from sqlglot import exp

from weft.errors import Refused
from weft.names import identifier
from weft.sql.names_read import end_of, name_of, start_of
from weft.sql.statement import Statement, identifiers, refused, statement

Edit = tuple[int, int, str]
"""From an offset, to an offset, what stands there instead."""

_RULE = re.compile(r"\$?\{(object|table|property|column)\}", re.IGNORECASE)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with its references replaced: a name as `reading` has it, to an SQL identifier, ready to be written.

    A reference without an alias keeps its own name as one, so that `departures.carrier` still means what it meant; columns that
    are qualified by more than the table's name are then qualified by that alias. Raises: Refused.
    """
    read = statement(text, parameters=True)
    tables = [table for table in read.found.tables if name_of(table) in names]
    if not tables:
        return text
    aliases = _aliases(tables)
    edits = [_table_edit(read, table, names[name_of(table)], aliases[name_of(table)]) for table in tables]
    return edited(text, edits + _column_edits(read, aliases))


def _aliases(tables: list[exp.Table]) -> dict[str, str]:
    """What each name goes by inside the query: its last part, or all of it where two names end alike."""
    written = {name_of(table): table for table in tables}
    endings = Counter(table.name.lower() for table in written.values())
    return {
        name: quoted(
            table.name if endings[table.name.lower()] == 1 else name, always=table.this.args.get("quoted", False)
        )
        for name, table in written.items()
    }


def _table_edit(read: Statement, table: exp.Table, replacement: str, alias: str) -> Edit:
    start, end = start_of(table), end_of(table)
    before = read.text[:start].rstrip()
    needs_alias = not table.args.get("alias") and not re.search(r"\btable$", before, re.IGNORECASE)
    return start, end, f"{replacement} AS {alias}" if needs_alias else replacement


def _column_edits(read: Statement, aliases: Mapping[str, str]) -> list[Edit]:
    """`operations.flights.departures.carrier` and `flights.departures.carrier`, said by the alias."""
    endings: dict[str, set[str]] = {}
    for name, alias in aliases.items():
        words = name.split(".", 2) if "@" in name else name.split(".")
        for first in range(len(words) - 1):
            endings.setdefault(".".join(words[first:]).lower(), set()).add(alias)
    edits: list[Edit] = []
    if not endings:
        return edits
    for column in read.tree.find_all(exp.Column):
        parts = list(identifiers(column))
        qualifier = parts if isinstance(column.this, exp.Star) else parts[:-1]
        for length in range(len(qualifier), 1, -1):
            found = endings.get(".".join(part.name.lower() for part in qualifier[:length]), set())
            if len(found) == 1 and all("start" in part.meta for part in qualifier):
                edits.append((qualifier[0].meta["start"], qualifier[length - 1].meta["end"] + 1, next(iter(found))))
                break
    return edits


def rule_query(text: str, object: str, property: str | None) -> str:
    """A quality rule's SQL with the table and the column it is of in place of `{object}` and `{property}`, as identifiers.

    Also `${table}`, `${object}`, `${column}` and `${property}`. Raises: Refused, where a column is asked for and there is none.
    Source: ODCS 3.2, data quality, type sql.
    """

    def put(match: re.Match[str]) -> str:
        if match[1].lower() in ("object", "table"):
            return quoted(object)
        if property is None:
            raise _no_column(match[0], text[: match.start()])
        return quoted(property)

    return _RULE.sub(put, text)


def _no_column(asked: str, before: str) -> Refused:
    return refused(
        f"{asked} stands in a rule of a whole table, which has no column",
        "Move the rule to a property, or name the column.",
        before.count("\n") + 1,
    )


def quoted(name: str, *, always: bool = True) -> str:
    """A name as an SQL identifier."""
    return identifier(name) if always or not re.fullmatch(r"[a-z_][a-z0-9_]*", name) else name


def edited(text: str, edits: list[Edit]) -> str:
    """The text with each edit made, from the first to the last; they do not overlap."""
    parts: list[str] = []
    done = 0
    for start, end, replacement in sorted(edits):
        parts += (text[done:start], replacement)
        done = end
    return "".join((*parts, text[done:]))
