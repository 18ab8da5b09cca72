"""What the names in a question stand for: a line of a published table, or a relation of the mesh's own metadata."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from weft.access.sight import Sight
from weft.engine.seam import Columns
from weft.errors import Place, Refused, Unknown, WeftError, did_you_mean
from weft.names import MESH_DOMAIN, LineName, label_of, leaf_of, table_of
from weft.product.snapshot import Pointer

QUERY = "query"
"""What a fault calls the text that was asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """SQL as typed, and what its names stand for: `lines` of published tables, `facts` of the mesh's own metadata."""

    sql: str
    lines: Mapping[str, LineName]
    facts: Mapping[str, str]
    columns: Mapping[str, Columns] = field(default_factory=dict)
    """Of each published table, as its snapshot has them."""
    sights: Mapping[LineName, Sight] = field(default_factory=dict)
    """What whoever asks sees of each line."""
    unwritten: str = ""
    """Why nothing could be written on behalf of this question: no lease, and nothing in the query log."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.lines, *self.facts)


def question(sql: str, pointers: Mapping[LineName, Pointer], given: Collection[str] = ()) -> Question:
    """`given` are the names of parameters that have values: `name` for `$name`, `1` for `$1`, and nothing for every `?`.

    Raises: Refused (anything but reading), Unknown (no such table, with the closest and where it was said).
    """
    from weft.sql import parameters, references

    if missing := set(parameters(sql)) - set(given):
        said = f"${name}" if (name := min(missing)) else "?"
        raise Refused(
            f"the parameter {said} has no value", mend="Give it one, or write the value itself.", place=Place(QUERY, 1)
        )
    newest = newest_lines(pointers)
    lines: dict[str, LineName] = {}
    facts: dict[str, str] = {}
    for reference in references(sql):
        name, place = reference.name, Place(QUERY, reference.line)
        if name.startswith(f"{MESH_DOMAIN}."):
            facts[name] = _relation(name.removeprefix(f"{MESH_DOMAIN}."), place)
        else:
            lines[name] = _line(name, newest, pointers) or _refuse(name, newest, pointers, place)
    return Question(sql, lines, facts)


def newest_lines(pointers: Iterable[LineName]) -> dict[str, LineName]:
    """`domain.product.table` to the newest stable line that is published; a preview is read only by its own name."""
    found: dict[str, LineName] = {}
    for line in pointers:
        table, label = table_of(line), label_of(line)
        if label.isdigit() and (table not in found or int(label) > int(label_of(found[table]))):
            found[table] = line
    return found


def _line(name: str, newest: Mapping[str, LineName], pointers: Mapping[LineName, Pointer]) -> LineName | None:
    if "@" not in name:
        return newest.get(name)
    return LineName(name) if name in pointers else None


def _relation(name: str, place: Place) -> str:
    from weft.registry.facts import RELATIONS

    if name not in RELATIONS:
        known = [f"{MESH_DOMAIN}.{relation}" for relation in RELATIONS]
        raise Unknown("table of the mesh's own", f"{MESH_DOMAIN}.{name}", known, place=place)
    return name


def _refuse(name: str, newest: Mapping[str, LineName], pointers: Mapping[LineName, Pointer], place: Place) -> LineName:
    """Raises: Unknown, with the whole name that was probably meant, and how to look for it."""
    if not pointers:
        raise WeftError(
            f"there is no published table '{name}': nothing is published yet", mend="Run `weft apply`.", place=place
        )
    leaf = leaf_of(LineName(name))
    lines = sorted(label_of(line) for line in pointers if table_of(line) == table_of(LineName(name)))
    alike = sorted(table for table in newest if f".{table}".endswith(f".{name.partition('@')[0]}"))
    if lines and "@" in name:
        mend = f"Of that table there is: {', '.join(f'{leaf}@{label}' for label in lines)}."
    elif lines:
        mend = f'It has a preview only: "{leaf}@{lines[-1]}".'
    elif alike:
        mend = f"Say the whole name: {' or '.join(alike[:3])}."
    else:
        mend = " ".join(part for part in (did_you_mean(name, newest), f"`weft search {leaf}` looks for it.") if part)
    raise Unknown("published table", name, mend=mend, place=place)
