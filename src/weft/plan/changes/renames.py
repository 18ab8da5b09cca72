"""Which removed column an added one seems to be: by type, place, lineage, name and values, with the evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from weft.plan.changes.change import Bridge, Known
from weft.plan.changes.lattice import related
from weft.product.contract import Column, Table
from weft.product.types import quoted

LIKELY = 0.5
"""Of the evidence that there is, in a scale from 0 to 1: from here on a pair is proposed."""
SAME_VALUES = 0.95
_WEIGHTS = {"type": 1.0, "position": 1.5, "name": 2.5, "lineage": 3.0, "values": 5.0}


@dataclass(frozen=True, slots=True)
class Rename:
    old: Column
    new: Column
    evidence: tuple[str, ...]
    score: float


def renames(old: Table, new: Table, known: Known) -> tuple[Rename, ...]:
    """The likeliest pairs of removed and added columns, each column in one at most, in the order of the old table."""
    removed = [column for column in old.columns if new.column(column.name) is None]
    added = [column for column in new.columns if old.column(column.name) is None]
    likely = [found for pair in product(removed, added) if (found := _weighed(pair, (old, new), known))]
    chosen: list[Rename] = []
    for candidate in sorted(likely, key=lambda found: (-found.score, old.columns.index(found.old))):
        if all(candidate.old is not one.old and candidate.new is not one.new for one in chosen):
            chosen.append(candidate)
    return tuple(sorted(chosen, key=lambda found: old.columns.index(found.old)))


def _weighed(pair: tuple[Column, Column], tables: tuple[Table, Table], known: Known) -> Rename | None:
    """None where the types have nothing to do with each other, or the evidence is too thin."""
    old, new = pair
    if not related(old.type, new.type):
        return None
    found: dict[str, tuple[float, str]] = {
        "type": (1.0 if old.type == new.type else 0.5, f"type {new.type}" if old.type == new.type else ""),
        "position": _position(pair, tables),
        "name": _name(old.name, new.name),
    }
    table = tables[0].name
    before, after = known.lineage[0].get((table, old.name)), known.lineage[1].get((table, new.name))
    if before and after:
        found["lineage"] = (len(before & after) / len(before | after), "the same lineage" if before == after else "")
    alike = known.alike.get((table, old.name, new.name))
    if alike is not None:
        found["values"] = (alike, f"{alike:.0%} of the values equal" if alike >= LIKELY else "")
        if alike < LIKELY:
            return None
    score = sum(_WEIGHTS[of] * share for of, (share, _) in found.items()) / sum(_WEIGHTS[of] for of in found)
    evidence = tuple(said for _, said in found.values() if said)
    return Rename(old, new, evidence, score) if score >= LIKELY else None


def _position(pair: tuple[Column, Column], tables: tuple[Table, Table]) -> tuple[float, str]:
    """The same place in the table, or after the same neighbour."""
    at = [table.columns.index(column) for column, table in zip(pair, tables, strict=True)]
    before = [table.columns[i - 1].name if i else "" for i, table in zip(at, tables, strict=True)]
    return (1.0, "the same place") if at[0] == at[1] or before[0] == before[1] else (0.0, "")


def _name(old: str, new: str) -> tuple[float, str]:
    ratio = SequenceMatcher(None, old.lower(), new.lower()).ratio()
    return ratio, "a name much alike" if ratio >= 0.6 else ""


def bridge(old: Table, new: Table, pairs: tuple[Rename, ...]) -> Bridge:
    """The old table made of the new one: columns under their old names, cast back where their type has changed."""
    names = {pair.old.name: pair.new for pair in pairs}
    items, lacks = [], []
    for column in old.columns:
        found = names.get(column.name) or new.column(column.name)
        if found is None:
            lacks.append(column.name)
            continue
        said = quoted(found.name) if found.type == column.type else f"CAST({quoted(found.name)} AS {column.type})"
        items.append(said if said == quoted(column.name) else f"{said} AS {quoted(column.name)}")
    sql = "SELECT\n  " + ",\n  ".join(items) + f"\nFROM {new.name}\n" if items else ""
    return Bridge(old.name, sql, tuple(lacks))
