"""The relationships of an ODCS table: what its columns refer to, in this contract or behind an input port."""

from __future__ import annotations

from typing import Any

from weft.errors import Fault, did_you_mean
from weft.product.contract import Relationship
from weft.standards.document import Document

Target = tuple[str, str]
"""A table as the contract calls it (`planes`, `plane.planes`), and a column of it (`address.street` of a nested one)."""


class _NoTarget(ValueError):
    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message, self.mend = message, mend


def relationships_of(
    document: Document, table: dict[str, Any], data: dict[str, Any], faults: list[Fault]
) -> tuple[Relationship, ...]:
    """Those of the columns in order, then those of the table. Source: ODCS 3.2, relationships."""
    tables = {one["name"]: one for one in data.get("schema") or ()}
    found = []
    said = [
        (one, column["name"]) for column in table.get("properties") or () for one in column.get("relationships") or ()
    ]
    for one, column in (*said, *((one, None) for one in table.get("relationships") or ())):
        try:
            found.append(_relationship(one, column, table, tables))
        except _NoTarget as error:
            faults.append(Fault(document.place_of(one), f"relationship: {error.message}", error.mend))
            continue
        found[-1] = _placed(found[-1], document, one)
    return tuple(found)


def _placed(relationship: Relationship, document: Document, said: dict[str, Any]) -> Relationship:
    return Relationship(relationship.columns, relationship.to_table, relationship.to_columns, document.place_of(said))


def _relationship(
    said: dict[str, Any], column: str | None, table: dict[str, Any], tables: dict[str, dict[str, Any]]
) -> Relationship:
    targets = [_target(one, tables) for one in _listed(said["to"])]
    origins = [(table["name"], column)] if column else [_target(one, tables) for one in _listed(said["from"])]
    if len(origins) != len(targets):
        raise _NoTarget(f"it is from {len(origins)} columns to {len(targets)}", "Name as many on both sides.")
    elsewhere = [name for name, _ in origins if name != table["name"]]
    if elsewhere:
        raise _NoTarget(f"it is from '{elsewhere[0]}', and is written at '{table['name']}'", "Move it to that table.")
    if len({name for name, _ in targets}) > 1:
        raise _NoTarget("it is to more than one table", "Make it one relationship for each.")
    return Relationship(tuple(str(c) for _, c in origins), targets[0][0], tuple(c for _, c in targets))


def _listed(said: Any) -> list[str]:
    return said if isinstance(said, list) else [said]


def _target(reference: str, tables: dict[str, dict[str, Any]]) -> Target:
    """What a reference names: `table.column`, `port.table.column`, or the standard's `schema/<id>/properties/<id>`."""
    if "/" in reference:
        return _by_ids(reference, tables)
    first, *rest = reference.split(".")
    if first in tables:
        _check_column(tables[first], rest[0])
        return first, ".".join(rest)
    return (first, rest[0]) if len(rest) == 1 else (f"{first}.{rest[0]}", ".".join(rest[1:]))


def _check_column(table: dict[str, Any], column: str) -> None:
    names = [one["name"] for one in table.get("properties") or ()]
    if column not in names:
        raise _NoTarget(f"'{table['name']}' has no column '{column}'", did_you_mean(column, names))


def _by_ids(reference: str, tables: dict[str, dict[str, Any]]) -> Target:
    file, hash_mark, path = reference.rpartition("#")
    if hash_mark:
        raise _NoTarget(
            f"it is to another file, {file}", "Name the input port instead: `port.column`, `port.table.column`."
        )
    steps = path.strip("/").split("/")
    if steps[0] != "schema" or set(steps[2::2]) - {"properties"} or len(steps) < 4 or len(steps) % 2:
        raise _NoTarget(f"'{reference}' names no column", "Write `schema/<id>/properties/<id>`, or `table.column`.")
    table = _with_id(steps[1], list(tables.values()), "table")
    names, entries = [], table.get("properties") or []
    for step in steps[3::2]:
        found = _with_id(step, entries, "column")
        names.append(found["name"])
        entries = found.get("properties") or []
    return table["name"], ".".join(names)


def _with_id(wanted: str, entries: list[dict[str, Any]], what: str) -> dict[str, Any]:
    found = next((one for one in entries if one.get("id") == wanted), None)
    if found is None:
        raise _NoTarget(
            f"no {what} here has the id '{wanted}'", did_you_mean(wanted, [e["id"] for e in entries if "id" in e])
        )
    return found
